package io.github.ideal4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContextImpl;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

/** Devices without a cluster; {@link StandaloneTest} has one. */
class ExecutorTokenizersTest {

  /** A task as Spark makes it, with resources that nobody has discovered. */
  private static TaskContext task(String resource, String... addresses) {
    var resources =
        new scala.collection.immutable.Map.Map1<>(
            resource, new ResourceInformation(resource, addresses));
    return new TaskContextImpl(
        0, 0, 0, 0, 0, 1, null, new Properties(), null, new TaskMetrics(), 3, resources);
  }

  @Test
  void autoIsTheGpuOfTheTaskOrTheProcessor() {
    assertThat(ExecutorTokenizers.provider("auto", task("gpu", "3"))).isEqualTo("cuda:3");
    assertThat(ExecutorTokenizers.provider("auto", task("gpu", "1", "0"))).isEqualTo("cuda:1");
    assertThat(ExecutorTokenizers.provider("auto", task("fpga", "0"))).isEqualTo("cpu");
    assertThat(ExecutorTokenizers.provider("auto", null)).isEqualTo("cpu");
  }

  @Test
  void whatIsAskedForCounts() {
    assertThat(ExecutorTokenizers.provider("cpu", task("gpu", "3"))).isEqualTo("cpu");
    assertThat(ExecutorTokenizers.provider("cuda:2", task("gpu", "3"))).isEqualTo("cuda:2");
  }

  @Test
  void tasksOfAnExecutorShareASession() throws Exception {
    TokenizeJob job = job("cpu");
    assertThat(ExecutorTokenizers.get(job, new Configuration()))
        .isSameAs(ExecutorTokenizers.get(job, new Configuration()));
  }

  // The tests' ONNX Runtime knows no CUDA; the processor would hide that it is missing.
  @Test
  void aDeviceThatCannotBeHadIsAnErrorThatNamesIt() {
    assertThatThrownBy(() -> ExecutorTokenizers.get(job("cuda:2"), new Configuration()))
        .hasMessageStartingWith("no session on cuda:2, which was asked for: ")
        .hasMessageContaining("CUDA");
  }

  private static TokenizeJob job(String provider) {
    return new TokenizeJob(Cluster.BUNDLE.toString(), "", "", 1, 8, provider, false);
  }
}
