package io.github.ideal4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Spark brings Scala; nothing brings Kotlin or the training engine. */
class ClassPathTest {

  @Test
  void thereIsNoKotlinAndNoTrainingEngine() {
    for (String name : new String[] {"kotlin.Unit", "ai.djl.engine.Engine"}) {
      assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
    }
    String[] jars = System.getProperty("java.class.path").split(java.io.File.pathSeparator);
    assertThat(Arrays.stream(jars)).noneMatch(jar -> jar.contains("kotlin"));
  }
}
