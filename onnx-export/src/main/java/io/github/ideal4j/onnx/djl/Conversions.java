package io.github.ideal4j.onnx.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.image.CenterCrop;
import io.github.ideal4j.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import javax.imageio.ImageIO;

/** The steps between images, tokens and the arrays of the two graphs. */
final class Conversions {

  private Conversions() {}

  /** A photograph of any size as the array "images", uint8 {@code [1, height, width, 3]}. */
  static NDList images(NDManager manager, RgbImage image, TokenizerShape shape) {
    RgbImage square = CenterCrop.adm(image, shape.size());
    ByteBuffer bytes = direct(square.pixels().length);
    bytes.put(square.pixels()).flip();
    Shape dims = new Shape(1, square.height(), square.width(), RgbImage.CHANNELS);
    NDArray array = manager.create(bytes, dims, DataType.UINT8);
    array.setName("images");
    return new NDList(array);
  }

  /** Tokens of one image as {@code tokens} int32 {@code [1, rows, columns]}. */
  static NDList tokens(NDManager manager, int[] tokens, TokenizerShape shape) {
    ByteBuffer bytes = direct(Integer.BYTES * tokens.length);
    bytes.asIntBuffer().put(shape.require(tokens));
    NDArray array =
        manager.create(bytes, new Shape(1, shape.rows(), shape.columns()), DataType.INT32);
    array.setName("tokens");
    return new NDList(array);
  }

  /** The tokens that the encoder gave. */
  static int[] tokens(NDList outputs) {
    IntBuffer values = named(outputs, "tokens").toByteBuffer().asIntBuffer();
    int[] tokens = new int[values.remaining()];
    values.get(tokens);
    return tokens;
  }

  /** The image that the decoder gave. */
  static RgbImage image(NDList outputs, TokenizerShape shape) {
    byte[] pixels = new byte[shape.size() * shape.size() * RgbImage.CHANNELS];
    named(outputs, "images").toByteBuffer().get(pixels);
    return new RgbImage(shape.size(), shape.size(), pixels);
  }

  private static NDArray named(NDList outputs, String name) {
    NDArray array = outputs.get(name);
    if (array == null) {
      throw new IllegalArgumentException("the graph has no output '%s'".formatted(name));
    }
    return array;
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** The pixels of a picture that Java has decoded. */
  static RgbImage rgb(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    int[] argb = picture.getRGB(0, 0, width, height, null, 0, width);
    byte[] pixels = new byte[argb.length * RgbImage.CHANNELS];
    for (int i = 0; i < argb.length; i++) {
      pixels[3 * i] = (byte) (argb[i] >> 16);
      pixels[3 * i + 1] = (byte) (argb[i] >> 8);
      pixels[3 * i + 2] = (byte) argb[i];
    }
    return new RgbImage(width, height, pixels);
  }

  /** An image as a picture of Java. */
  static BufferedImage picture(RgbImage image) {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int colour =
            image.sample(x, y, 0) << 16 | image.sample(x, y, 1) << 8 | image.sample(x, y, 2);
        picture.setRGB(x, y, colour);
      }
    }
    return picture;
  }

  /** An image as a PNG file. */
  static byte[] png(RgbImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture(image), "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
