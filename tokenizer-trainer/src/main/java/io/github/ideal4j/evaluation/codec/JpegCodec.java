package io.github.ideal4j.evaluation.codec;

import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.ImageFormatException;
import io.github.ideal4j.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.plugins.jpeg.JPEGImageWriteParam;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Baseline JPEG of the Java runtime, chroma at half resolution, Huffman tables made for each image.
 * For every image the quality of 1 to 100 is chosen whose file comes nearest to the target.
 *
 * <p>The whole file counts. Its headers and tables take 200 to 300 bytes, which is about what a
 * tokenizer spends on a whole picture of 64 x 64: there even quality 1 may be larger than the
 * target, and the real bits say so. Safe for use by several threads.
 */
public final class JpegCodec implements PixelCodec {

  private static final int LOWEST = 1;
  private static final int HIGHEST = 100;

  private final long targetBits;

  /**
   * A codec.
   *
   * @param targetBits of each image, at least 1
   */
  public JpegCodec(long targetBits) {
    this.targetBits = QualitySearch.requireTarget(targetBits);
  }

  @Override
  public String name() {
    return "jpeg";
  }

  @Override
  public String description() {
    return ("baseline JPEG 4:2:0, for each image the quality nearest to %,d bits;"
            + " the whole file counts, headers included")
        .formatted(targetBits);
  }

  @Override
  public List<Coded> code(List<RgbImage> images) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try {
      List<Coded> coded = new ArrayList<>();
      for (RgbImage image : images) {
        coded.add(code(image, writer));
      }
      return coded;
    } finally {
      writer.dispose();
    }
  }

  private Coded code(RgbImage image, ImageWriter writer) {
    BufferedImage buffered = buffered(image);
    byte[] file =
        QualitySearch.nearest(
            LOWEST, HIGHEST, targetBits, quality -> encode(buffered, quality, writer));
    try {
      return new Coded(ImageDecoder.decode(file, name()), file.length * (long) Byte.SIZE);
    } catch (ImageFormatException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] encode(BufferedImage image, int quality, ImageWriter writer) {
    JPEGImageWriteParam settings = (JPEGImageWriteParam) writer.getDefaultWriteParam();
    settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    settings.setCompressionQuality(quality / (float) HIGHEST);
    settings.setOptimizeHuffmanTables(true);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  private static BufferedImage buffered(RgbImage image) {
    BufferedImage buffered =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int rgb = image.sample(x, y, 0) << 16 | image.sample(x, y, 1) << 8 | image.sample(x, y, 2);
        buffered.setRGB(x, y, rgb);
      }
    }
    return buffered;
  }
}
