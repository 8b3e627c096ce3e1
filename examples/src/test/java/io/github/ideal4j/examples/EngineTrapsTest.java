package io.github.ideal4j.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.DataType;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * DJL's ways to lose a gradient without a word, and the engine's ways to end the process, may be
 * used in one package only, which knows them. Each rule is shown to find an offender.
 */
class EngineTrapsTest {

  private static final String TORCH = "io.github.ideal4j.torch..";

  /** Records calls instead of making them, so that it has to name them. */
  private static final String TRACER = "io.github.ideal4j.onnx.trace..";

  @SuppressWarnings("ImmutableEnumChecker") // the rules do not change
  enum Trap {
    /** The number's memory is freed while autograd still points to it. */
    ARITHMETIC_WITH_A_JAVA_NUMBER(
        noClasses()
            .that()
            .resideOutsideOfPackages(TORCH, TRACER)
            .should()
            .callMethodWhere(
                call(
                    "an arithmetic operator with a Java number",
                    Set.of(
                        "add", "addi", "sub", "subi", "mul", "muli", "div", "divi", "mod", "modi",
                        "pow", "powi", "maximum", "minimum"),
                    Number.class)),
        ArithmeticOffender.class),

    /** Their results are constants to autograd. */
    CASTS_AND_COPIES_THAT_DROP_GRADIENTS(
        noClasses()
            .that()
            .resideOutsideOfPackages(TORCH, TRACER)
            .should()
            .callMethodWhere(
                call(
                    "an operator that drops gradients",
                    Set.of("toType", "duplicate", "toDevice", "scaleGradient"),
                    null)),
        CopyOffender.class),

    /**
     * A process-wide collector, losses that use numbers, an optimizer whose state cannot be kept.
     */
    DJL_TRAINING(
        noClasses()
            .that()
            .resideOutsideOfPackages(TORCH)
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                "ai\\.djl\\.training\\.(GradientCollector|Trainer|loss\\..*|optimizer\\..*)"),
        LossOffender.class),

    /** The binding ends the process when it meets this type. */
    BFLOAT16(
        noClasses()
            .that()
            .resideOutsideOfPackages(TORCH, TRACER)
            .should()
            .accessField(DataType.class, "BFLOAT16"),
        BfloatOffender.class);

    private final ArchRule rule;
    private final Class<?> offender;

    Trap(ArchRule rule, Class<?> offender) {
      this.rule = rule;
      this.offender = offender;
    }
  }

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.github.ideal4j");

  @ParameterizedTest
  @EnumSource
  void noTrapIsSteppedInto(Trap trap) {
    trap.rule.check(CLASSES);
  }

  @ParameterizedTest
  @EnumSource
  void everyRuleFindsItsOffender(Trap trap) {
    JavaClasses offender = new ClassFileImporter().importClasses(trap.offender);
    assertThat(trap.rule.evaluate(offender).hasViolation()).isTrue();
  }

  /** A call of one of these methods of an array, with a parameter of a type if one is given. */
  private static DescribedPredicate<JavaCall<?>> call(
      String description, Set<String> names, Class<?> parameter) {
    return new DescribedPredicate<>(description) {
      @Override
      public boolean test(JavaCall<?> call) {
        return (call.getTargetOwner().isAssignableTo(NDArray.class)
                || call.getTargetOwner().isAssignableTo(NDArrays.class))
            && names.contains(call.getName())
            && (parameter == null
                || call.getTarget().getRawParameterTypes().stream()
                    .anyMatch(type -> type.isEquivalentTo(parameter)));
      }
    };
  }

  static final class ArithmeticOffender {
    NDArray half(NDArray x) {
      return x.mul(0.5f);
    }
  }

  static final class CopyOffender {
    NDArray copy(NDArray x) {
      return x.duplicate();
    }
  }

  static final class LossOffender {
    ai.djl.training.loss.Loss loss() {
      return ai.djl.training.loss.Loss.l2Loss();
    }
  }

  static final class BfloatOffender {
    DataType type() {
      return DataType.BFLOAT16;
    }
  }
}
