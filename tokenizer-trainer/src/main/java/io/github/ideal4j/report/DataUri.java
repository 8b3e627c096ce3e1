package io.github.ideal4j.report;

import io.github.ideal4j.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Pictures in place of their addresses. Small ones, whose pixels one looks at, are PNG and exact;
 * larger ones are JPEG of high quality, an eighth of the size.
 */
final class DataUri {

  /** The widest picture that stays exact, in pixels. */
  static final int EXACT_WIDTH = 96;

  private static final float QUALITY = 0.92f;

  private DataUri() {}

  static String of(RgbImage image) {
    BufferedImage buffered = Png.image(image);
    return image.width() <= EXACT_WIDTH ? png(buffered) : jpeg(buffered);
  }

  /** Exact whatever the size: grids of few colours. */
  static String png(BufferedImage image) {
    return uri("png", Png.bytes(image));
  }

  static String jpeg(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return uri("jpeg", bytes.toByteArray());
  }

  private static String uri(String type, byte[] bytes) {
    return "data:image/%s;base64,%s".formatted(type, Base64.getEncoder().encodeToString(bytes));
  }
}
