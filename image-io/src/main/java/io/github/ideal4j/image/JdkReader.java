package io.github.ideal4j.image;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The JDK's own readers, never a plug-in that happens to be on the class path, and strict: a
 * warning is an error, because a cut JPEG only gives a warning and a grey lower half.
 */
enum JdkReader {
  JPEG("com.sun.imageio.plugins.jpeg."),
  PNG("com.sun.imageio.plugins.png.");

  private static final ColorModel SRGB =
      new ComponentColorModel(
          ColorSpace.getInstance(ColorSpace.CS_sRGB),
          false,
          false,
          Transparency.OPAQUE,
          DataBuffer.TYPE_BYTE);

  private final String packagePrefix;

  JdkReader(String packagePrefix) {
    this.packagePrefix = packagePrefix;
  }

  /** The decoded first image, with the samples as stored in its raster. */
  BufferedImage image(byte[] bytes, String name) throws ImageFormatException {
    return read(bytes, name, reader -> reader.read(0));
  }

  /**
   * The pixels of a file whose colours the reader gives as red, green and blue. They are laid out
   * as ours are: into any other order the reader moves them sample by sample.
   */
  RgbImage pixels(byte[] bytes, String name, int width, int height) throws ImageFormatException {
    byte[] pixels = new byte[Math.multiplyExact(width * RgbImage.CHANNELS, height)];
    WritableRaster raster =
        Raster.createInterleavedRaster(
            new DataBufferByte(pixels, pixels.length),
            width,
            height,
            width * RgbImage.CHANNELS,
            RgbImage.CHANNELS,
            new int[] {0, 1, 2},
            null);
    ImageReadParam into = new ImageReadParam();
    into.setDestination(new BufferedImage(SRGB, raster, false, null));
    return read(
        bytes,
        name,
        reader -> {
          if (reader.getWidth(0) != width || reader.getHeight(0) != height) {
            throw new IOException("its size changes on the way");
          }
          reader.read(0, into);
          return new RgbImage(width, height, pixels);
        });
  }

  /** The samples of the first image before any conversion of colours. JPEG only. */
  Raster raster(byte[] bytes, String name) throws ImageFormatException {
    return read(bytes, name, reader -> reader.readRaster(0, null));
  }

  @FunctionalInterface
  private interface Reading<T> {
    T from(ImageReader reader) throws IOException;
  }

  private <T> T read(byte[] bytes, String name, Reading<T> reading) throws ImageFormatException {
    List<String> warnings = new ArrayList<>();
    ImageReader reader = null;
    T result;
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader = provider().createReaderInstance();
      reader.addIIOReadWarningListener(
          (IIOReadWarningListener) (source, text) -> warnings.add(text));
      reader.setInput(in, true, true);
      result = reading.from(reader);
    } catch (IOException | RuntimeException e) {
      throw new ImageFormatException(name, "damaged %s: %s".formatted(this, e.getMessage()), e);
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
    if (!warnings.isEmpty()) {
      throw new ImageFormatException(name, "damaged %s: %s".formatted(this, warnings.get(0)));
    }
    return result;
  }

  private ImageReaderSpi provider() {
    Iterator<ImageReaderSpi> providers =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
    while (providers.hasNext()) {
      ImageReaderSpi provider = providers.next();
      if (provider.getClass().getName().startsWith(packagePrefix)) {
        return provider;
      }
    }
    throw new IllegalStateException(
        "this Java runtime has no %s reader of its own".formatted(this));
  }
}
