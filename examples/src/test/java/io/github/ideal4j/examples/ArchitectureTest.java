package io.github.ideal4j.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Holds the cut of the modules: who may know whom, and who must never see an engine. */
class ArchitectureTest {

  private static final String ROOT = "io.github.ideal4j.";

  private static final ArchRule PACKAGES_ARE_FREE_OF_CIRCLES =
      slices().matching("io.github.ideal4j.(**)").should().beFreeOfCycles();

  private static final ArchRule DEPENDENCIES_POINT_DOWN =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("command")
          .definedBy(ROOT + "cli..", ROOT + "pipeline..", ROOT + "examples..")
          .layer("tribuo")
          .definedBy(ROOT + "tribuo..")
          .layer("server")
          .definedBy(ROOT + "server..")
          .layer("training")
          .definedBy(
              ROOT + "torch..",
              ROOT + "backbone..",
              ROOT + "quantizer..",
              ROOT + "tokenizer..",
              ROOT + "loss..",
              ROOT + "adversarial..",
              ROOT + "prior..",
              ROOT + "training..",
              ROOT + "cost..",
              ROOT + "export..",
              ROOT + "evaluation..",
              ROOT + "report..")
          .layer("onnx")
          .definedBy(ROOT + "onnx..", ROOT + "safetensors..")
          .layer("images")
          .definedBy(ROOT + "image..")
          .layer("files")
          .definedBy(ROOT + "arrow..", ROOT + "files..", ROOT + "names..", ROOT + "progress..")
          .whereLayer("command")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("tribuo")
          .mayOnlyBeAccessedByLayers("command")
          .whereLayer("server")
          .mayOnlyBeAccessedByLayers("command")
          .whereLayer("training")
          .mayOnlyBeAccessedByLayers("command")
          .whereLayer("onnx")
          .mayOnlyBeAccessedByLayers("command", "tribuo", "server", "training");

  /** Steps know neither what measures them nor what calls them in order. */
  private static final ArchRule STEPS_ARE_KNOWN_FROM_ABOVE =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("commands")
          .definedBy(ROOT + "cli..")
          .layer("quickstart")
          .definedBy(ROOT + "pipeline.quickstart")
          .layer("benchmarks")
          .definedBy(ROOT + "pipeline.bench")
          .layer("comparison")
          .definedBy(ROOT + "pipeline.comparison")
          .layer("evaluation")
          .definedBy(ROOT + "pipeline.evaluation")
          .layer("steps")
          .definedBy(ROOT + "pipeline")
          .whereLayer("commands")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("quickstart")
          .mayOnlyBeAccessedByLayers("commands")
          .whereLayer("benchmarks")
          .mayOnlyBeAccessedByLayers("commands")
          .whereLayer("comparison")
          .mayOnlyBeAccessedByLayers("commands", "quickstart")
          .whereLayer("evaluation")
          .mayOnlyBeAccessedByLayers("commands", "quickstart")
          .whereLayer("steps")
          .mayOnlyBeAccessedByLayers(
              "commands", "quickstart", "benchmarks", "comparison", "evaluation");

  private static final ArchRule ONLY_TESTS_MEET_OTHER_PROGRAMS =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "testing..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "testing..");

  private static final ArchRule SERVING_NEVER_SEES_THE_TRAINING_ENGINE =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + "arrow..",
              ROOT + "files..",
              ROOT + "image..",
              ROOT + "onnx.graph..",
              ROOT + "onnx.serving..",
              ROOT + "names..",
              ROOT + "progress..",
              ROOT + "safetensors..",
              ROOT + "server..",
              ROOT + "tribuo..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..");

  /** Only the door to it, which looks whether it is there, may name the optional decoder. */
  private static final ArchRule ONE_CLASS_CALLS_LEPTONICA =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(ROOT + "image.LeptonicaPixels")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..");

  private static final ArchRule ONLY_TORCH_TOUCHES_THE_ENGINE_ITSELF =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "torch..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl.pytorch..");

  /** Native functions: the engine's, and those of the machine's WebP library. */
  private static final ArchRule ONLY_TWO_PACKAGES_CALL_NATIVE_FUNCTIONS =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "torch..", ROOT + "evaluation.codec..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.sun.jna..");

  private static final ArchRule ONLY_THE_SERVER_KNOWS_HTTP_SERVERS =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "server")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.eclipse.jetty..", "io.micrometer..");

  private static final ArchRule ONLY_THE_COMMAND_ENDS_THE_PROCESS =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "cli..")
          .should()
          .callMethod(System.class, "exit", int.class);

  private static final ArchRule NOTHING_IS_JAVA_SERIALIZED =
      classes()
          .that()
          .resideInAPackage("io.github.ideal4j..")
          .should()
          .notBeAssignableTo(java.io.Externalizable.class);

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.github.ideal4j");

  @Test
  void packagesAreFreeOfCircles() {
    PACKAGES_ARE_FREE_OF_CIRCLES.check(CLASSES);
  }

  @Test
  void dependenciesPointDown() {
    DEPENDENCIES_POINT_DOWN.check(CLASSES);
  }

  @Test
  void stepsAreKnownFromAbove() {
    STEPS_ARE_KNOWN_FROM_ABOVE.check(CLASSES);
  }

  @Test
  void onlyTestsMeetOtherPrograms() {
    ONLY_TESTS_MEET_OTHER_PROGRAMS.check(CLASSES);
  }

  @Test
  void servingNeverSeesTheTrainingEngine() {
    SERVING_NEVER_SEES_THE_TRAINING_ENGINE.check(CLASSES);
  }

  @Test
  void oneClassCallsLeptonica() {
    ONE_CLASS_CALLS_LEPTONICA.check(CLASSES);
  }

  @Test
  void onlyTorchTouchesTheEngineItself() {
    ONLY_TORCH_TOUCHES_THE_ENGINE_ITSELF.check(CLASSES);
  }

  @Test
  void onlyTwoPackagesCallNativeFunctions() {
    ONLY_TWO_PACKAGES_CALL_NATIVE_FUNCTIONS.check(CLASSES);
  }

  @Test
  void onlyTheServerKnowsHttpServers() {
    ONLY_THE_SERVER_KNOWS_HTTP_SERVERS.check(CLASSES);
  }

  @Test
  void onlyTheCommandEndsTheProcess() {
    ONLY_THE_COMMAND_ENDS_THE_PROCESS.check(CLASSES);
  }

  @Test
  void nothingIsJavaSerialized() {
    NOTHING_IS_JAVA_SERIALIZED.check(CLASSES);
  }
}
