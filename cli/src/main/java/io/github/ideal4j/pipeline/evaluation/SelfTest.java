package io.github.ideal4j.pipeline.evaluation;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.evaluation.MetricSelfTest;
import io.github.ideal4j.evaluation.SelfTestCheck;
import io.github.ideal4j.evaluation.network.NetworkChecks;
import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Known cases of every metric and network of the evaluation, computed on this machine. */
public final class SelfTest {

  private SelfTest() {}

  /**
   * What came out.
   *
   * @param checks one a number
   */
  public record Result(List<SelfTestCheck> checks) {

    /** Whether all differences are small enough. */
    public boolean passed() {
      return checks.stream().allMatch(SelfTestCheck::passed);
    }

    /** One line a check, and how many passed. */
    public String text() {
      long passed = checks.stream().filter(SelfTestCheck::passed).count();
      return checks.stream().map(SelfTestCheck::toString).collect(Collectors.joining("\n"))
          + "\n%d of %d passed%n".formatted(passed, checks.size());
    }
  }

  /**
   * Computes all cases.
   *
   * @param threads of the processor
   */
  public static Result run(int threads) throws IOException {
    List<SelfTestCheck> checks = new ArrayList<>(MetricSelfTest.run());
    ShippedFiles files = ShippedFiles.locate();
    try (NDManager manager = TorchEngine.start(threads).newManager(Device.cpu())) {
      NetworkChecks.run(
              new NetworkChecks.Weights(files.inception(), files.vqVae(), files.taef2()), manager)
          .forEach(
              check ->
                  checks.add(
                      new SelfTestCheck(
                          check.name(), check.expected(), check.got(), check.tolerance())));
    }
    return new Result(checks);
  }
}
