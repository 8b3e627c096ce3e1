package io.github.ideal4j.server;

import io.github.ideal4j.server.batching.Lane;
import io.github.ideal4j.server.batching.RunListener;
import io.github.ideal4j.server.model.ModelSet;
import io.github.ideal4j.server.model.ServedModel;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Numbers for Prometheus: requests and their latency by model and status, rows of a run, time in
 * ONNX Runtime, rows that wait, bytes in use, and the JVM's own.
 */
public final class ServerMetrics implements RunListener {

  private static final Path STATUS = Path.of("/proc/self/status");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<Answer, Timer> answers = new ConcurrentHashMap<>();

  /** Begins to count. */
  @SuppressWarnings("resource") // these two hold nothing that needs to be closed
  public ServerMetrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    Gauge.builder("ideal.process.resident", ServerMetrics::residentBytes)
        .baseUnit("bytes")
        .description("Memory of the process, native memory included; NaN where it cannot be had")
        .register(registry);
  }

  void watch(ModelSet models, MemoryBudget memory, AtomicInteger underWay) {
    Gauge.builder("ideal.requests.active", underWay, AtomicInteger::get)
        .description("Requests that are read, computed or answered now")
        .register(registry);
    Gauge.builder("ideal.requests.memory", memory, MemoryBudget::used)
        .baseUnit("bytes")
        .description("Bytes of requests and answers that are under way")
        .register(registry);
    Set<Lane> lanes = new HashSet<>();
    for (ServedModel model : models.distinct()) {
      if (!lanes.add(model.lane())) {
        continue; // photographs wait in the queue of their graph
      }
      Gauge.builder("ideal.queue.images", model.lane(), lane -> lane.depth())
          .tag("model", model.name())
          .description("Images that wait")
          .register(registry);
    }
  }

  void answered(String model, int status, long nanos) {
    answers
        .computeIfAbsent(new Answer(model, status), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** What answers are counted by; there are few. */
  private record Answer(String model, int status) {}

  private Timer timer(Answer answer) {
    return Timer.builder("ideal.request")
        .description("From the first byte of a request to the last of its answer")
        .tag("model", answer.model())
        .tag("status", Integer.toString(answer.status()))
        .serviceLevelObjectives(objectives())
        .register(registry);
  }

  private static Duration[] objectives() {
    int[] millis = {2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000};
    Duration[] objectives = new Duration[millis.length];
    for (int i = 0; i < millis.length; i++) {
      objectives[i] = Duration.ofMillis(millis[i]);
    }
    return objectives;
  }

  @Override
  public void ran(String model, int rows, long nanos) {
    DistributionSummary.builder("ideal.batch.images")
        .description("Images that were joined into a run")
        .tag("model", model)
        .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64)
        .register(registry)
        .record(rows);
    Timer.builder("ideal.onnxruntime")
        .description("Time of runs in ONNX Runtime")
        .tag("model", model)
        .register(registry)
        .record(Duration.ofNanos(nanos));
  }

  String text() {
    return registry.scrape();
  }

  /** Memory of the process, native memory included; NaN where Linux does not tell. */
  public static double residentBytes() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("\\D+", "")))
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /** Registry of other things to count. */
  PrometheusMeterRegistry registry() {
    return registry;
  }
}
