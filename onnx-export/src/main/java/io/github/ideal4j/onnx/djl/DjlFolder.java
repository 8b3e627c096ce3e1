package io.github.ideal4j.onnx.djl;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a bundle as two model folders of DJL's ONNX Runtime engine: {@code encoder}, a photograph
 * in, tokens out, and {@code decoder}, tokens in, a PNG file out. Each has its graph, {@code
 * serving.properties} and our translators as jars in {@code libs}, so that DJL Serving needs
 * nothing else.
 *
 * <pre>{@code
 * Criteria<Image, int[]> criteria =
 *     Criteria.builder()
 *         .setTypes(Image.class, int[].class)
 *         .optModelPath(Path.of("folder/encoder"))
 *         .optTranslatorFactory(new ImageTokenTranslatorFactory())
 *         .build();
 * try (ZooModel<Image, int[]> model = criteria.loadModel();
 *     Predictor<Image, int[]> predictor = model.newPredictor()) {
 *   int[] tokens = predictor.predict(ImageFactory.getInstance().fromFile(Path.of("photo.jpg")));
 * }
 * }</pre>
 */
public final class DjlFolder {

  private DjlFolder() {}

  /**
   * Writes both folders, replacing what is at {@code folder}.
   *
   * @throws IllegalArgumentException if the bundle's images are not square
   */
  public static void write(Bundle bundle, Path folder) throws IOException {
    TokenizerShape shape = TokenizerShape.of(bundle.description());
    AtomicFile.writeFolder(
        folder,
        beside -> {
          Path encoder = beside.resolve("encoder");
          describe(encoder, "encoder", ImageTokenServingTranslator.class, shape);
          writeEncoder(bundle, encoder);
          Path decoder = beside.resolve("decoder");
          describe(decoder, "decoder", TokenImageServingTranslator.class, shape);
          copyWithData(bundle, BundleFiles.DECODER, decoder);
        });
  }

  private static void describe(Path folder, String name, Class<?> translator, TokenizerShape shape)
      throws IOException {
    Path libs = Files.createDirectories(folder.resolve("libs"));
    ClassJars.write(DjlFolder.class, libs, "ideal-onnx-export");
    ClassJars.write(ImageDecoder.class, libs, "ideal-image-io");
    String text =
        "engine=OnnxRuntime%noption.modelName=%s%ntranslator=%s%n%s"
            .formatted(name, translator.getName(), shape.properties());
    Files.writeString(folder.resolve("serving.properties"), text);
  }

  private static void copyWithData(Bundle bundle, String name, Path folder) throws IOException {
    Files.copy(bundle.file(name), folder.resolve(name));
    copyData(bundle, name, folder);
  }

  /** Large graphs keep their weights in a file beside them. */
  private static void copyData(Bundle bundle, String name, Path folder) throws IOException {
    if (bundle.has(name + ".data")) {
      Files.copy(bundle.file(name + ".data"), folder.resolve(name + ".data"));
    }
  }

  /** DJL has no uint16 arrays: its encoder gives int32. */
  private static void writeEncoder(Bundle bundle, Path folder) throws IOException {
    ModelProto model;
    try (InputStream in = Files.newInputStream(bundle.file(BundleFiles.ENCODER))) {
      model = ModelProto.parseFrom(in);
    }
    try (var out = Files.newOutputStream(folder.resolve(BundleFiles.ENCODER))) {
      model.toBuilder().setGraph(withIntegers(model.getGraph())).build().writeTo(out);
    }
    copyData(bundle, BundleFiles.ENCODER, folder);
  }

  private static GraphProto withIntegers(GraphProto graph) {
    String inner = "tokens_uint16";
    GraphProto.Builder changed = graph.toBuilder().clearNode();
    for (NodeProto node : graph.getNodeList()) {
      NodeProto.Builder renamed = node.toBuilder();
      for (int i = 0; i < node.getOutputCount(); i++) {
        if (node.getOutput(i).equals("tokens")) {
          renamed.setOutput(i, inner);
        }
      }
      for (int i = 0; i < node.getInputCount(); i++) {
        if (node.getInput(i).equals("tokens")) {
          renamed.setInput(i, inner);
        }
      }
      changed.addNode(renamed);
    }
    changed.addNode(
        NodeProto.newBuilder()
            .setOpType("Cast")
            .setName("tokens_int32")
            .addInput(inner)
            .addOutput("tokens")
            .addAttribute(Attribute.of("to", ElementType.INT32.code()).proto()));
    changed
        .getOutputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .setElemType(ElementType.INT32.code());
    return changed.build();
  }
}
