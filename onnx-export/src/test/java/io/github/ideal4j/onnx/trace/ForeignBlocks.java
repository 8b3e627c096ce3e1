package io.github.ideal4j.onnx.trace;

import ai.djl.basicmodelzoo.basic.Mlp;
import ai.djl.basicmodelzoo.cv.classification.AlexNet;
import ai.djl.basicmodelzoo.cv.classification.GoogLeNet;
import ai.djl.basicmodelzoo.cv.classification.LeNet;
import ai.djl.basicmodelzoo.cv.classification.MobileNetV1;
import ai.djl.basicmodelzoo.cv.classification.MobileNetV2;
import ai.djl.basicmodelzoo.cv.classification.NiN;
import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.basicmodelzoo.cv.classification.SqueezeNet;
import ai.djl.basicmodelzoo.cv.classification.VGG;
import ai.djl.basicmodelzoo.cv.object_detection.ssd.SingleShotDetection;
import ai.djl.basicmodelzoo.cv.object_detection.yolo.YOLOV3;
import ai.djl.basicmodelzoo.tabular.TabNet;
import ai.djl.modality.nlp.DefaultVocabulary;
import ai.djl.modality.nlp.embedding.TrainableWordEmbedding;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.convolutional.Conv3d;
import ai.djl.nn.core.ConstantEmbedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.core.LinearCollection;
import ai.djl.nn.core.Multiplication;
import ai.djl.nn.core.SparseMax;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.GhostBatchNorm;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.recurrent.RecurrentBlock;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.nn.transformer.BertMaskedLanguageModelBlock;
import ai.djl.nn.transformer.BertNextSentenceBlock;
import ai.djl.nn.transformer.BertPretrainingBlock;
import ai.djl.nn.transformer.IdEmbedding;
import ai.djl.nn.transformer.PointwiseFeedForwardBlock;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import io.github.ideal4j.onnx.graph.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** The blocks of DJL's api and basicmodelzoo that predict, as small as they can be. */
final class ForeignBlocks {

  /**
   * A block to export.
   *
   * @param make from a manager that outlives it
   * @param inputs also the shapes to initialize with, symbols replaced by their probe
   * @param symbols those that are not free
   */
  record Case(
      String name, Function<NDManager, Block> make, List<InputSpec> inputs, List<Symbol> symbols) {

    Shape[] shapes() {
      return inputs.stream().map(spec -> new Shape(dims(spec))).toArray(Shape[]::new);
    }

    DataType[] types() {
      return inputs.stream().map(spec -> Types.data(spec.type())).toArray(DataType[]::new);
    }

    private long[] dims(InputSpec spec) {
      return spec.dims().stream()
          .mapToLong(dim -> dim instanceof Number size ? size.longValue() : probe((String) dim))
          .toArray();
    }

    private long probe(String name) {
      return symbols.stream()
          .filter(symbol -> symbol.name().equals(name))
          .mapToLong(Symbol::probe)
          .findFirst()
          .orElse(1);
    }
  }

  /** Times and sizes are traced at 8 and 12, probed at 5 and checked at 9 and 16. */
  private static final Symbol TIME = new Symbol("time", 8, 12, 5, List.of(9L, 16L));

  private static final Symbol HEIGHT = new Symbol("height", 16, 24, 10, List.of(32L, 18L));

  private final List<Case> cases = new ArrayList<>();

  private ForeignBlocks() {}

  static List<Case> all() {
    ForeignBlocks blocks = new ForeignBlocks();
    blocks.core();
    blocks.layers();
    blocks.pools();
    blocks.recurrent();
    blocks.transformers();
    blocks.zoo();
    return blocks.cases;
  }

  private void add(String name, Block block, InputSpec... inputs) {
    add(name, manager -> block, inputs);
  }

  private void add(String name, Function<NDManager, Block> make, InputSpec... inputs) {
    cases.add(new Case(name, make, List.of(inputs), List.of(TIME, HEIGHT)));
  }

  private static InputSpec floats(Object... dims) {
    return InputSpec.floats("x", dims);
  }

  private static InputSpec sequence(int width) {
    return floats("batch", "time", width);
  }

  private static InputSpec image() {
    return floats("batch", 3, "height", 20);
  }

  private void core() {
    add("Linear", Linear.builder().setUnits(5).build(), floats("batch", 7));
    add("Linear on a sequence", Linear.builder().setUnits(5).build(), sequence(7));
    add("Linear without bias", Linear.builder().setUnits(5).optBias(false).build(), sequence(7));
    add("LinearCollection", LinearCollection.builder().setUnits(5).build(), floats("batch", 3, 7));
    add("Multiplication", Multiplication.builder().setUnits(5).build(), floats("batch", 7));
    add("SparseMax", new SparseMax(-1, 3), floats("batch", 7));
    add(
        "ConstantEmbedding",
        manager -> new ConstantEmbedding(manager.arange(6f)),
        InputSpec.longs("ids", 9, "batch", "time"));
    add(
        "TrainableWordEmbedding",
        TrainableWordEmbedding.builder()
            .setEmbeddingSize(6)
            .setVocabulary(
                DefaultVocabulary.builder().add(List.of("a", "b", "c")).optUnknownToken().build())
            .optUnknownToken("[UNK]")
            .build(),
        InputSpec.longs("ids", 4, "batch", "time"));
    add(
        "IdEmbedding",
        new IdEmbedding.Builder().setDictionarySize(9).setEmbeddingSize(6).build(),
        InputSpec.longs("ids", 9, "batch", "time"));
    add("batchFlattenBlock", Blocks.batchFlattenBlock(), floats("batch", 3, 4));
    add("identityBlock", Blocks.identityBlock(), floats("batch", 3));
    add(
        "ParallelBlock",
        new ParallelBlock(
            lists -> new NDList(lists.get(0).head().add(lists.get(1).head())),
            List.of(Linear.builder().setUnits(5).build(), Linear.builder().setUnits(5).build())),
        floats("batch", 7));
    SequentialBlock all = new SequentialBlock();
    Map<String, Supplier<Block>> activations = new LinkedHashMap<>();
    activations.put("reluBlock", Activation::reluBlock);
    activations.put("relu6Block", Activation::relu6Block);
    activations.put("sigmoidBlock", Activation::sigmoidBlock);
    activations.put("tanhBlock", Activation::tanhBlock);
    activations.put("softPlusBlock", Activation::softPlusBlock);
    activations.put("softSignBlock", Activation::softSignBlock);
    activations.put("leakyReluBlock", () -> Activation.leakyReluBlock(0.2f));
    activations.put("eluBlock", () -> Activation.eluBlock(0.7f));
    activations.put("seluBlock", Activation::seluBlock);
    activations.put("geluBlock", Activation::geluBlock);
    activations.put("swishBlock", () -> Activation.swishBlock(1.2f));
    activations.put("mishBlock", Activation::mishBlock);
    activations.forEach(
        (name, block) -> {
          add(name, block.get(), sequence(7));
          all.add(block.get());
        });
    add("all activations in a row", all, sequence(7));
  }

  private void layers() {
    add(
        "Conv1d",
        Conv1d.builder()
            .setKernelShape(new Shape(3))
            .setFilters(6)
            .optPadding(new Shape(1))
            .build(),
        floats("batch", 4, "time"));
    add(
        "Conv2d",
        Conv2d.builder()
            .setKernelShape(new Shape(3, 5))
            .setFilters(6)
            .optStride(new Shape(2, 1))
            .optPadding(new Shape(1, 2))
            .build(),
        image());
    add(
        "Conv2d, groups and dilation",
        Conv2d.builder()
            .setKernelShape(new Shape(3, 3))
            .setFilters(6)
            .optGroups(3)
            .optDilation(new Shape(2, 2))
            .optBias(false)
            .build(),
        image());
    add(
        "Conv3d",
        Conv3d.builder().setKernelShape(new Shape(3, 3, 3)).setFilters(4).build(),
        floats("batch", 2, 6, "height", 7));
    add("BatchNorm", BatchNorm.builder().build(), image());
    add("BatchNorm, last axis", BatchNorm.builder().optAxis(2).build(), sequence(7));
    add(
        "BatchNorm without scale and center",
        BatchNorm.builder().optScale(false).optCenter(false).build(),
        image());
    add(
        "GhostBatchNorm",
        GhostBatchNorm.builder().optVirtualBatchSize(8).build(),
        floats("batch", 6));
    add("LayerNorm", LayerNorm.builder().axis(2).build(), sequence(7));
    add(
        "LayerNorm over two axes",
        LayerNorm.builder().axis(2, 3).build(),
        floats("batch", 3, 4, 5));
    add("Dropout", Dropout.builder().optRate(0.5f).build(), sequence(7));
  }

  private void pools() {
    Shape two1 = new Shape(2);
    Shape two2 = new Shape(2, 2);
    Shape two3 = new Shape(2, 2, 2);
    InputSpec line = floats("batch", 3, "time");
    InputSpec volume = floats("batch", 2, 6, "height", 8);
    add("maxPool1dBlock", Pool.maxPool1dBlock(two1, two1), line);
    add("maxPool2dBlock", Pool.maxPool2dBlock(new Shape(3, 3), two2, new Shape(1, 1)), image());
    add("maxPool3dBlock", Pool.maxPool3dBlock(two3, two3), volume);
    add("avgPool1dBlock", Pool.avgPool1dBlock(two1, two1), line);
    add("avgPool2dBlock", Pool.avgPool2dBlock(new Shape(3, 3), two2, new Shape(1, 1)), image());
    add("avgPool3dBlock", Pool.avgPool3dBlock(two3, two3), volume);
    add("globalMaxPool1dBlock", Pool.globalMaxPool1dBlock(), line);
    add("globalMaxPool2dBlock", Pool.globalMaxPool2dBlock(), image());
    add("globalMaxPool3dBlock", Pool.globalMaxPool3dBlock(), volume);
    add("globalAvgPool1dBlock", Pool.globalAvgPool1dBlock(), line);
    add("globalAvgPool2dBlock", Pool.globalAvgPool2dBlock(), image());
    add("globalAvgPool3dBlock", Pool.globalAvgPool3dBlock(), volume);
    add("globalLpPool1dBlock", Pool.globalLpPool1dBlock(2), floats("batch", 3, 8));
    add("globalLpPool2dBlock", Pool.globalLpPool2dBlock(2), floats("batch", 3, 8, 8));
    add("lpPool1dBlock", Pool.lpPool1dBlock(2, two1), line);
    add("lpPool2dBlock", Pool.lpPool2dBlock(2, two2, two2), image());
  }

  private void recurrent() {
    for (boolean wide : new boolean[] {false, true}) {
      // DJL hands the biases of two directions over in an order that the engine does not take.
      String what = wide ? ", two directions, without biases" : ", two layers";
      add(
          "RNN" + what,
          options(RNN.builder().setActivation(RNN.Activation.TANH), wide).build(),
          sequence(7));
      add("GRU" + what, options(GRU.builder(), wide).build(), sequence(7));
      add("LSTM" + what, options(LSTM.builder(), wide).build(), sequence(7));
    }
    add(
        "LSTM, time first",
        LSTM.builder().setStateSize(5).setNumLayers(1).optBatchFirst(false).build(),
        floats("time", "batch", 7));
  }

  private static <T extends RecurrentBlock.BaseBuilder<T>> T options(T builder, boolean wide) {
    return builder
        .setStateSize(5)
        .setNumLayers(2)
        .optBidirectional(wide)
        .optHasBiases(!wide)
        .optReturnState(wide);
  }

  private void transformers() {
    add(
        "ScaledDotProductAttentionBlock",
        ScaledDotProductAttentionBlock.builder().setEmbeddingSize(8).setHeadCount(2).build(),
        sequence(8));
    add(
        "PointwiseFeedForwardBlock",
        new PointwiseFeedForwardBlock(List.of(12), 8, Activation::gelu),
        sequence(8));
    add(
        "TransformerEncoderBlock",
        new TransformerEncoderBlock(8, 2, 16, 0.1f, Activation::relu),
        sequence(8));
    InputSpec[] bert = {
      InputSpec.longs("ids", 20, "texts", 8),
      InputSpec.longs("types", 2, "texts", 8),
      InputSpec.longs("masks", 2, "texts", 8)
    };
    BertBlock.Builder builder =
        BertBlock.builder()
            .setTokenDictionarySize(20)
            .optTypeDictionarySize(2)
            .optEmbeddingSize(8)
            .optAttentionHeadCount(2)
            .optHiddenSize(16)
            .optTransformerBlockCount(2)
            .optMaxSequenceLength(8);
    bert("BertBlock", builder.build(), bert);
    InputSpec[] pretraining = Arrays.copyOf(bert, 4);
    pretraining[3] = InputSpec.ints("places", 8, "texts", 3);
    bert("BertPretrainingBlock", new BertPretrainingBlock(builder), pretraining);
    add("BertNextSentenceBlock", new BertNextSentenceBlock(), floats("batch", 8));
    bert(
        "BertMaskedLanguageModelBlock",
        new BertMaskedLanguageModelBlock(builder.build(), Activation::gelu),
        InputSpec.floats("x", "texts", 8, 8),
        InputSpec.ints("places", 8, "texts", 3),
        InputSpec.floats("table", 20, 8));
  }

  /** These call squeeze() without an axis, which is another operation for one text. */
  private void bert(String name, Block block, InputSpec... inputs) {
    cases.add(
        new Case(
            name,
            manager -> block,
            List.of(inputs),
            List.of(new Symbol("texts", 2, 3, 4, List.of(5L, 7L)))));
  }

  private void zoo() {
    InputSpec small = floats("batch", 3, 32, 32);
    add("Mlp", new Mlp(16, 4, new int[] {32, 8}), floats("batch", 16));
    add("LeNet", LeNet.builder().setOutSize(10).build(), floats("batch", 1, 28, 28));
    add("AlexNet", AlexNet.builder().setOutSize(10).build(), floats("batch", 1, 96, 96));
    add("NiN", NiN.builder().build(), floats("batch", 1, 96, 96));
    add("VGG 11", VGG.builder().setOutSize(10).build(), small);
    add("SqueezeNet", SqueezeNet.squeezenet(10), floats("batch", 3, 64, 64));
    add("GoogLeNet", GoogLeNet.builder().setOutSize(10).build(), small);
    add("MobileNetV1", MobileNetV1.builder().setOutSize(10).build(), small);
    add("MobileNetV2", MobileNetV2.builder().setOutSize(10).build(), small);
    for (int depth : new int[] {18, 50}) {
      int size = depth == 18 ? 32 : 64;
      Block block =
          ResNetV1.builder()
              .setImageShape(new Shape(3, size, size))
              .setNumLayers(depth)
              .setOutSize(10)
              .build();
      add("ResNetV1 " + depth, block, floats("batch", 3, size, size));
    }
    add("SingleShotDetection", ssd(), floats("batch", 3, 64, 64));
    add("YOLOV3", YOLOV3.builder().setNumClasses(3).build(), floats("batch", 3, 64, 64));
    add(
        "TabNet",
        TabNet.builder().setInputDim(6).setOutDim(4).build(),
        new InputSpec("x", ElementType.FLOAT, List.of("batch", 6), -2, 2));
  }

  private static Block ssd() {
    SequentialBlock base = new SequentialBlock();
    for (int filters : new int[] {8, 16}) {
      base.add(SingleShotDetection.getDownSamplingBlock(filters));
    }
    return SingleShotDetection.builder()
        .setNumClasses(2)
        .setNumFeatures(3)
        .optGlobalPool(true)
        .setRatios(
            List.of(
                of(1f, 2f, 0.5f),
                of(1f, 2f, 0.5f),
                of(1f, 2f, 0.5f),
                of(1f, 2f, 0.5f),
                of(1f, 2f, 0.5f)))
        .setSizes(
            List.of(
                of(0.2f, 0.272f),
                of(0.37f, 0.447f),
                of(0.54f, 0.619f),
                of(0.71f, 0.79f),
                of(0.88f, 0.961f)))
        .setBaseNetwork(base)
        .build();
  }

  private static List<Float> of(Float... values) {
    return List.of(values);
  }
}
