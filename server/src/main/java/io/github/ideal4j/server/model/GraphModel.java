package io.github.ideal4j.server.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.ideal4j.onnx.serving.BundleException;
import io.github.ideal4j.onnx.serving.OrtModel;
import io.github.ideal4j.server.batching.BatchingSettings;
import io.github.ideal4j.server.batching.Job;
import io.github.ideal4j.server.batching.Lane;
import io.github.ideal4j.server.batching.OverloadException;
import io.github.ideal4j.server.batching.RunListener;
import io.github.ideal4j.server.batching.Runner;
import io.github.ideal4j.server.batching.Scheduler;
import io.github.ideal4j.server.protocol.Datatype;
import io.github.ideal4j.server.protocol.InferRequest.WantedOutput;
import io.github.ideal4j.server.protocol.ProtocolException;
import io.github.ideal4j.server.protocol.Tensor;
import io.github.ideal4j.server.protocol.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A graph as it is. Inputs with a free first axis are joined; requests with other inputs share a
 * run when those are equal. It owns its session.
 */
final class GraphModel implements ServedModel, Runner, AutoCloseable {

  /** A number of 32 bits is at most this long in JSON, with its comma. */
  private static final int JSON_BYTES = 16;

  private final String name;
  private final OrtModel graph;
  private final List<TensorSpec> inputs = new ArrayList<>();
  private final List<TensorSpec> outputs = new ArrayList<>();
  private final Map<String, ValueRange> ranges;
  private final RunListener listener;
  private final Map<String, ByteBuffer> buffers = new HashMap<>();
  private final Map<String, long[]> rowShapes = new HashMap<>();
  private final Lane lane;

  /**
   * Takes over a graph, and runs it once.
   *
   * @param ranges of values, for inputs that cannot have any
   */
  GraphModel(
      String name,
      OrtModel graph,
      Map<String, ValueRange> ranges,
      Scheduler scheduler,
      BatchingSettings settings,
      RunListener listener)
      throws BundleException {
    this.name = name;
    this.graph = graph;
    this.ranges = ranges;
    this.listener = listener;
    for (OrtModel.Described input : graph.inputs()) {
      inputs.add(spec(input));
    }
    for (OrtModel.Described output : graph.outputs()) {
      outputs.add(spec(output));
    }
    if (inputs.stream().noneMatch(TensorSpec::isBatched)) {
      throw new BundleException(
          "model '%s' cannot be served: none of its inputs %s has a free first axis"
              .formatted(name, inputs));
    }
    for (TensorSpec input : inputs) {
      long bytes = (long) input.rowBytes() * (input.isBatched() ? settings.maxBatch() : 1);
      buffers.put(
          input.name(),
          ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN));
    }
    lane = scheduler.lane(name, this, settings);
    warmUp(settings.maxBatch());
  }

  /** A tensor without axes is announced with one, as Triton does. */
  private static TensorSpec spec(OrtModel.Described tensor) {
    List<Long> shape = new ArrayList<>();
    Arrays.stream(tensor.shape()).forEach(size -> shape.add(Math.max(size, -1)));
    return new TensorSpec(
        tensor.name(), Datatype.of(tensor.type()), shape.isEmpty() ? List.of(1L) : shape);
  }

  /** Tells the shape of the outputs, and lets ONNX Runtime take its memory. */
  private void warmUp(int rows) throws BundleException {
    List<ByteBuffer> joined = new ArrayList<>();
    List<ByteBuffer> settings = new ArrayList<>();
    for (TensorSpec input : inputs) {
      int bytes = input.rowBytes() * (input.isBatched() ? rows : 1);
      ByteBuffer values = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
      ValueRange range = ranges.get(input.name());
      while (range != null && values.hasRemaining()) {
        switch (input.datatype()) {
          case INT32 -> values.putInt((int) range.example());
          case INT64 -> values.putLong((long) range.example());
          default -> values.putFloat((float) range.example());
        }
      }
      (input.isBatched() ? joined : settings).add(values.rewind());
    }
    Set<String> all = new HashSet<>(outputs.stream().map(TensorSpec::name).toList());
    Job job = new Job(rows, joined, settings, all, System.nanoTime());
    compute(List.of(new Slice(job, 0, rows)));
    job.result()
        .join()
        .forEach(
            (output, found) ->
                rowShapes.put(output, Arrays.copyOfRange(found.shape(), 1, found.shape().length)));
  }

  @Override
  public void run(List<Slice> slices) {
    try {
      compute(slices);
    } catch (RuntimeException e) {
      if (slices.size() == 1) {
        throw e;
      }
      // One of the requests must not spoil it for the others.
      for (Slice slice : slices) {
        alone(slice);
      }
    }
  }

  private void alone(Slice slice) {
    try {
      compute(List.of(slice));
    } catch (RuntimeException e) {
      slice.job().result().completeExceptionally(e);
    }
  }

  private void compute(List<Slice> slices) {
    int rows = slices.stream().mapToInt(Slice::count).sum();
    Set<String> wanted = new HashSet<>();
    slices.forEach(slice -> wanted.addAll(slice.job().wanted()));
    List<OrtModel.Input> values = new ArrayList<>();
    int joined = 0;
    int fixed = 0;
    for (TensorSpec input : inputs) {
      ByteBuffer buffer = buffers.get(input.name()).clear();
      if (input.isBatched()) {
        int bytes = input.rowBytes();
        for (Slice slice : slices) {
          ByteBuffer from = slice.job().inputs().get(joined);
          buffer.put(from.slice(slice.from() * bytes, slice.count() * bytes));
        }
        joined++;
        values.add(input(input, buffer.flip(), shape(rows, input.shape())));
      } else {
        buffer.put(slices.get(0).job().settings().get(fixed++).duplicate());
        boolean scalar = input.shape().equals(List.of(1L));
        values.add(input(input, buffer.flip(), scalar ? new long[0] : shape(-1, input.shape())));
      }
    }
    long[] end = new long[1];
    long start = System.nanoTime();
    graph.run(
        values,
        wanted,
        results -> {
          end[0] = System.nanoTime();
          return hand(results, wanted, rows, slices);
        });
    listener.ran(name, rows, end[0] - start);
    slices.forEach(slice -> slice.job().finished(slice.count()));
  }

  private static OrtModel.Input input(TensorSpec spec, ByteBuffer values, long[] shape) {
    return new OrtModel.Input(spec.name(), values, spec.datatype().javaType(), shape);
  }

  private static long[] shape(int rows, List<Long> spec) {
    long[] shape = spec.stream().mapToLong(Long::longValue).toArray();
    if (rows >= 0) {
      shape[0] = rows;
    }
    return shape;
  }

  private boolean hand(OrtSession.Result results, Set<String> wanted, int rows, List<Slice> slices)
      throws OrtException {
    for (String output : wanted) {
      OnnxTensor tensor = (OnnxTensor) results.get(output).orElseThrow();
      long[] shape = tensor.getInfo().getShape();
      if (shape.length == 0 || shape[0] != rows) {
        throw new IllegalStateException(
            "output '%s' of '%s' has shape %s for %d rows"
                .formatted(output, name, Arrays.toString(shape), rows));
      }
      ByteBuffer data = tensor.getByteBuffer();
      int at = 0;
      for (Slice slice : slices) {
        if (slice.job().wanted().contains(output)) {
          slice.job().accept(output, shape, data, at, slice);
        }
        at += slice.count();
      }
    }
    return true;
  }

  @Override
  public CompletableFuture<List<Tensor>> infer(
      List<Tensor> tensors, Set<String> wanted, long deadline)
      throws ProtocolException, OverloadException {
    int rows = rows(tensors);
    try (Lane.Place place = lane.reserve(rows)) {
      return infer(tensors, rows, wanted, deadline, place);
    }
  }

  /** Computes in a place that was reserved before. */
  CompletableFuture<List<Tensor>> infer(
      List<Tensor> tensors, int rows, Set<String> wanted, long deadline, Lane.Place place)
      throws ProtocolException {
    List<ByteBuffer> joined = new ArrayList<>();
    List<ByteBuffer> settings = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      Tensor tensor = tensors.get(i);
      ValueRange range = ranges.get(tensor.name());
      if (range != null) {
        range.check(tensor);
      }
      (inputs.get(i).isBatched() ? joined : settings).add(tensor.data());
    }
    Job job = new Job(rows, joined, settings, wanted, deadline);
    place.submit(job);
    return job.result().thenApply(this::tensors);
  }

  private List<Tensor> tensors(Map<String, Job.Output> found) {
    List<Tensor> tensors = new ArrayList<>();
    for (TensorSpec output : outputs) {
      Job.Output values = found.get(output.name());
      if (values != null) {
        tensors.add(
            new Tensor(
                output.name(), output.datatype(), values.shape(), ByteBuffer.wrap(values.data())));
      }
    }
    return tensors;
  }

  private int rows(List<Tensor> tensors) throws ProtocolException {
    Tensor first = null;
    for (int i = 0; i < tensors.size(); i++) {
      Tensor tensor = tensors.get(i);
      if (inputs.get(i).isBatched()) {
        first = first == null ? tensor : first;
        if (tensor.shape()[0] != first.shape()[0]) {
          throw ProtocolException.badRequest(
              "input '%s' has %d rows, but '%s' has %d",
              tensor.name(), tensor.shape()[0], first.name(), first.shape()[0]);
        }
      }
    }
    return Math.toIntExact(first.shape()[0]);
  }

  @Override
  public long answerBytes(int rows, List<WantedOutput> wanted) {
    long bytes = 0;
    for (WantedOutput output : wanted) {
      long elements = Arrays.stream(rowShapes.get(output.name())).reduce(1, (a, b) -> a * b);
      int size =
          outputs.stream()
              .filter(spec -> spec.name().equals(output.name()))
              .findFirst()
              .orElseThrow()
              .datatype()
              .size();
      bytes += rows * elements * (size + (output.binary() ? 0 : Math.min(4 * size, JSON_BYTES)));
    }
    return bytes;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String platform() {
    return "onnxruntime_onnx";
  }

  @Override
  public List<TensorSpec> inputs() {
    return inputs;
  }

  @Override
  public List<TensorSpec> outputs() {
    return outputs;
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public void close() {
    graph.close();
  }
}
