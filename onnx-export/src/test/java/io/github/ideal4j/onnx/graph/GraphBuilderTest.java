package io.github.ideal4j.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GraphBuilderTest {

  private final GraphBuilder graph = new GraphBuilder("mine");
  private final Value x = graph.input("x", ElementType.FLOAT, "batch", 3);

  // Written down, it would be a name that nothing makes: ONNX Runtime says so only when it loads.
  @Test
  void aValueOfAnotherGraphIsRefusedByNodesAndOutputs() {
    Value foreign = new GraphBuilder("other").input("y", ElementType.FLOAT, "batch", 3);
    assertThatThrownBy(() -> graph.op("Add", x, foreign))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Add takes 'y', which is no value of graph 'mine'; values stay in the graph they were"
                + " made in");
    assertThatThrownBy(() -> graph.output(foreign, "out", ElementType.FLOAT, "batch", 3))
        .hasMessageStartingWith("output 'out' takes 'y', which is no value of graph 'mine'");
  }

  @Test
  void aBodyUsesValuesOfTheGraphAroundIt() {
    Value sum = graph.body("inner").op("Add", x, x);
    assertThat(sum.name()).startsWith("add_");
  }

  @Test
  void aTakenNameIsRefused() {
    assertThatThrownBy(() -> graph.input("x", ElementType.FLOAT))
        .hasMessage("name 'x' in graph 'mine' is empty or taken; choose another");
  }

  @Test
  void aDomainHasOneVersion() {
    graph.useDomain("com.microsoft", 1);
    assertThatThrownBy(() -> graph.useDomain("com.microsoft", 2))
        .hasMessage("domain 'com.microsoft' is used in version 1 already, not 2");
  }
}
