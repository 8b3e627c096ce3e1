package io.github.ideal4j.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the cut of the modules: who may know whom, and who must never see an engine. */
@AnalyzeClasses(
    packages = "io.github.ideal4j",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ROOT = "io.github.ideal4j.";

  @ArchTest
  static final ArchRule packagesAreFreeOfCircles =
      slices().matching("io.github.ideal4j.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule dependenciesPointDown =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("command")
          .definedBy(ROOT + "cli..", ROOT + "pipeline..", ROOT + "examples..")
          .layer("tribuo")
          .definedBy(ROOT + "tribuo..")
          .layer("training")
          .definedBy(
              ROOT + "torch..",
              ROOT + "backbone..",
              ROOT + "quantizer..",
              ROOT + "tokenizer..",
              ROOT + "loss..",
              ROOT + "prior..",
              ROOT + "training..",
              ROOT + "export..",
              ROOT + "evaluation..",
              ROOT + "report..")
          .layer("onnx")
          .definedBy(ROOT + "onnx..", ROOT + "safetensors..")
          .layer("images")
          .definedBy(ROOT + "image..")
          .layer("files")
          .definedBy(ROOT + "arrow..", ROOT + "files..", ROOT + "progress..")
          .whereLayer("command")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("tribuo")
          .mayOnlyBeAccessedByLayers("command")
          .whereLayer("training")
          .mayOnlyBeAccessedByLayers("command")
          .whereLayer("onnx")
          .mayOnlyBeAccessedByLayers("command", "tribuo", "training");

  @ArchTest
  static final ArchRule servingNeverSeesTheTrainingEngine =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + "arrow..",
              ROOT + "files..",
              ROOT + "image..",
              ROOT + "onnx.graph..",
              ROOT + "onnx.serving..",
              ROOT + "progress..",
              ROOT + "safetensors..",
              ROOT + "tribuo..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..");

  @ArchTest
  static final ArchRule onlyTorchTouchesTheEngineItself =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "torch..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl.pytorch..", "com.sun.jna..");

  @ArchTest
  static final ArchRule onlyTheCommandEndsTheProcess =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "cli..")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule nothingIsJavaSerialized =
      classes()
          .that()
          .resideInAPackage("io.github.ideal4j..")
          .should()
          .notBeAssignableTo(java.io.Externalizable.class);
}
