package io.github.ideal4j.server.trial;

import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.server.InferenceServer;
import io.github.ideal4j.server.ServerMetrics;
import io.github.ideal4j.server.ServerSettings;
import io.github.ideal4j.server.batching.BatchingSettings;
import io.github.ideal4j.server.model.ModelSet;
import io.github.ideal4j.server.trial.TrialClient.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A server in this process, on the loopback address, and what is done to it. Clients share the
 * processor with it, which is part of every figure.
 */
public final class ServerTrial implements AutoCloseable {

  private static final int CLIENTS = 8;
  private static final long FOREVER = Duration.ofDays(365).toNanos();

  private final Bundle bundle;
  private final SessionSettings session;
  private final BatchingSettings batching;
  private final List<RgbImage> images;
  private final InferenceServer server;
  private final TrialClient client;
  private final AtomicLong runs = new AtomicLong();
  private final AtomicLong joined = new AtomicLong();
  private final AtomicLong computing = new AtomicLong();

  /** Starts a server with the usual settings, but for many connections. */
  public ServerTrial(
      Bundle bundle, SessionSettings session, BatchingSettings batching, List<RgbImage> images)
      throws IOException {
    this.bundle = bundle;
    this.session = session;
    this.batching = batching;
    this.images = List.copyOf(images);
    ServerMetrics metrics = new ServerMetrics();
    ServerSettings.Limits limits =
        ServerSettings.Limits.standard()
            .withMaxConnections(2000)
            .withPatience(Duration.ofSeconds(10));
    ModelSet models =
        new ModelSet(
            batching,
            session,
            limits.maxPixels(),
            (model, rows, nanos) -> {
              metrics.ran(model, rows, nanos);
              runs.incrementAndGet();
              joined.addAndGet(rows);
              computing.addAndGet(nanos);
            });
    models.addBundle("", bundle.folder());
    server =
        InferenceServer.start(
            models, metrics, ServerSettings.local().withLimits(limits), line -> {});
    client = TrialClient.of(server.url(), bundle, session, images);
  }

  /**
   * Throughput beside that of {@link ImageTokenizer} in this process, and latency.
   *
   * @param inProcess images a second, in batches of the server's size; median of the rounds
   * @param served images a second by eight clients, each of which waits for its answer
   * @param meanBatch images of a run while these were served
   * @param computing the part of that time in which ONNX Runtime ran
   * @param wrong answers with other tokens
   * @param latencies at shares of the capacity, and above it
   */
  public record Load(
      double inProcess,
      double served,
      double meanBatch,
      double computing,
      int wrong,
      List<Latency> latencies) {
    /** Copies. */
    public Load {
      latencies = List.copyOf(latencies);
    }
  }

  /**
   * Measures.
   *
   * @param seconds of each round and each load
   * @param rounds of the throughput, in turns
   */
  public Load load(double seconds, int rounds, long seed, Progress progress) throws IOException {
    List<Double> inProcess = new ArrayList<>();
    List<Double> served = new ArrayList<>();
    List<Latency> latencies = new ArrayList<>();
    int wrong = 0;
    double meanBatch;
    double busy;
    try (Progress.Stage stage = progress.start("Measuring", 2L * rounds + 5, "loads")) {
      closedLoop(Math.min(2, seconds), new ArrayList<>());
      runs.set(0);
      joined.set(0);
      computing.set(0);
      long nanos = 0;
      for (int round = 0; round < rounds; round++) {
        inProcess.add(inProcess(seconds));
        stage.advance(1);
        List<Outcome> outcomes = new ArrayList<>();
        long start = System.nanoTime();
        served.add(closedLoop(seconds, outcomes));
        nanos += System.nanoTime() - start;
        wrong += (int) outcomes.stream().filter(one -> one.status() != 200 || !one.right()).count();
        stage.advance(1);
      }
      meanBatch = (double) joined.get() / runs.get();
      busy = (double) computing.get() / nanos;
      double capacity = median(served);
      for (double share : new double[] {0.25, 0.5, 0.8, 4}) {
        latencies.add(openLoop("%.0f %%".formatted(100 * share), share * capacity, seconds, seed));
        stage.advance(1);
      }
    }
    return new Load(median(inProcess), median(served), meanBatch, busy, wrong, latencies);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private double inProcess(double seconds) throws IOException {
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, session, batching.maxBatch())) {
      tokenizer.warmUp();
      List<RgbImage> batch = new ArrayList<>();
      for (int i = 0; i < batching.maxBatch(); i++) {
        batch.add(images.get(i % images.size()));
      }
      long start = System.nanoTime();
      long done = 0;
      while (System.nanoTime() - start < seconds * 1e9) {
        tokenizer.encode(batch);
        done += batch.size();
      }
      return done / ((System.nanoTime() - start) / 1e9);
    }
  }

  /** Clients that wait for each answer before they ask again; answers a second. */
  private double closedLoop(double seconds, List<Outcome> outcomes) {
    long start = System.nanoTime();
    outcomes.addAll(clients(Integer.MAX_VALUE, start + (long) (seconds * 1e9)));
    return outcomes.size() / ((System.nanoTime() - start) / 1e9);
  }

  /** Clients, a thread each, that send so many requests together, or until a time. */
  private List<Outcome> clients(int count, long end) {
    AtomicInteger next = new AtomicInteger();
    List<CompletableFuture<List<Outcome>>> all = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      all.add(
          CompletableFuture.supplyAsync(
              () -> {
                List<Outcome> outcomes = new ArrayList<>();
                for (int number = next.getAndIncrement();
                    number < count && System.nanoTime() - end < 0;
                    number = next.getAndIncrement()) {
                  outcomes.add(client.ask(number));
                }
                return outcomes;
              },
              work -> new Thread(work, "ideal-trial").start()));
    }
    return all.stream().flatMap(one -> one.join().stream()).toList();
  }

  /** Requests at random times that do not wait for each other. */
  private Latency openLoop(String name, double perSecond, double seconds, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<CompletableFuture<Outcome>> sent = new ArrayList<>();
    long due = System.nanoTime() + 50_000_000;
    long end = due + (long) (seconds * 1e9);
    for (int number = 0; due < end; number++) {
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      sent.add(client.send(number, due));
      due += (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
    }
    return Latency.of(name, perSecond, sent.stream().map(CompletableFuture::join).toList());
  }

  /**
   * Many requests.
   *
   * @param wrong answers other than 200, or with other tokens
   * @param perSecond requests answered
   * @param residentBytes of the process after each tenth
   * @param heapBytes in use after each tenth, garbage collected
   * @param threads of the server after each tenth
   */
  public record Soak(
      int requests,
      int wrong,
      double perSecond,
      List<Long> residentBytes,
      List<Long> heapBytes,
      List<Integer> threads) {}

  /** Sends many requests by eight clients. */
  public Soak soak(int requests, Progress progress) {
    List<Long> resident = new ArrayList<>();
    List<Long> heap = new ArrayList<>();
    List<Integer> threads = new ArrayList<>();
    int wrong = 0;
    long start = System.nanoTime();
    int sent = 0;
    try (Progress.Stage stage = progress.start("Soaking", requests, "requests")) {
      for (int tenth = 1; tenth <= 10; tenth++) {
        int part = (int) ((long) requests * tenth / 10) - sent;
        sent += part;
        wrong +=
            (int)
                clients(part, System.nanoTime() + FOREVER).stream()
                    .filter(one -> one.status() != 200 || !one.right())
                    .count();
        System.gc();
        resident.add((long) ServerMetrics.residentBytes());
        heap.add(Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        threads.add(serverThreads());
        stage.advance(part);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Soak(requests, wrong, requests / seconds, resident, heap, threads);
  }

  /**
   * What is left of a disturbance.
   *
   * @param disturbances how many there were
   * @param statuses answers by status; 0 for none
   * @param failures answers that must not be, with what caused them
   * @param memory bytes that the server still holds for requests
   * @param underWay requests that it still works on
   * @param threadsBefore threads of the server
   * @param threadsAfter threads of the server
   * @param nextIsRight whether the next good requests were answered with the right tokens
   */
  public record Aftermath(
      int disturbances,
      java.util.Map<Integer, Long> statuses,
      List<String> failures,
      long memory,
      long underWay,
      int threadsBefore,
      int threadsAfter,
      boolean nextIsRight) {}

  /** Clients that go away in mid-request and in mid-answer. */
  public Aftermath cutOff(int clients, long seed, Progress progress) throws IOException {
    return disturb(new CutOffClients(server.url(), client, seed), clients, progress);
  }

  /** Damaged copies of valid requests. */
  public Aftermath damage(int requests, long seed, Progress progress) throws IOException {
    return disturb(new DamagedRequests(server.url(), client, seed), requests, progress);
  }

  private Aftermath disturb(Disturbance disturbance, int count, Progress progress)
      throws IOException {
    nextIsRight();
    int before = serverThreads();
    try (Progress.Stage stage = progress.start(disturbance.name(), count, "connections")) {
      disturbance.run(count, stage);
    }
    double memory = Double.NaN;
    double underWay = Double.NaN;
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < end) {
      memory = client.metrics().getOrDefault("ideal_requests_memory_bytes", Double.NaN);
      underWay = client.metrics().getOrDefault("ideal_requests_active", Double.NaN);
      if (memory == 0 && underWay <= 1) {
        break;
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
    boolean right = nextIsRight();
    return new Aftermath(
        count,
        disturbance.statuses(),
        disturbance.failures(),
        (long) memory,
        (long) underWay - 1, // the question itself
        before,
        serverThreads(),
        right);
  }

  /** Threads of the server alone: all of them have names of ours. */
  private static int serverThreads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().matches("ideal-(run|read|http)-?.*"))
            .count();
  }

  private boolean nextIsRight() {
    Outcome[] outcomes = new Outcome[4];
    Arrays.setAll(outcomes, client::ask);
    return Arrays.stream(outcomes).allMatch(one -> one.status() == 200 && one.right());
  }

  @Override
  public void close() {
    server.close();
  }
}
