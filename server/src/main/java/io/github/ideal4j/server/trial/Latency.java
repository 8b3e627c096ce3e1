package io.github.ideal4j.server.trial;

import io.github.ideal4j.server.trial.TrialClient.Outcome;
import java.util.List;

/**
 * Outcomes of one load.
 *
 * @param load what it was
 * @param perSecond requests that were sent
 * @param accepted answered with 200
 * @param refused answered with 503
 * @param other anything else
 * @param wrong tokens other than those of this process
 * @param p50 milliseconds of the accepted ones, as the next two
 * @param refusedP99 milliseconds of the refused ones
 */
public record Latency(
    String load,
    double perSecond,
    int accepted,
    int refused,
    int other,
    int wrong,
    double p50,
    double p95,
    double p99,
    double refusedP99) {

  static Latency of(String load, double perSecond, List<Outcome> outcomes) {
    return new Latency(
        load,
        perSecond,
        count(outcomes, 200),
        count(outcomes, 503),
        outcomes.size() - count(outcomes, 200) - count(outcomes, 503),
        (int) outcomes.stream().filter(one -> !one.right() && one.status() == 200).count(),
        percentile(outcomes, 200, 0.5),
        percentile(outcomes, 200, 0.95),
        percentile(outcomes, 200, 0.99),
        percentile(outcomes, 503, 0.99));
  }

  private static int count(List<Outcome> outcomes, int status) {
    return (int) outcomes.stream().filter(one -> one.status() == status).count();
  }

  private static double percentile(List<Outcome> outcomes, int status, double share) {
    double[] millis =
        outcomes.stream()
            .filter(one -> one.status() == status)
            .mapToDouble(one -> one.nanos() / 1e6)
            .sorted()
            .toArray();
    return millis.length == 0
        ? 0
        : millis[Math.min(millis.length - 1, (int) Math.ceil(share * millis.length) - 1)];
  }
}
