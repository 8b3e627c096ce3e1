package io.github.ideal4j.report;

import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One image as a PNG file. */
public final class PngFile {

  private PngFile() {}

  /** Writes the image beside its place and moves it there; missing folders are made. */
  public static void write(RgbImage image, Path target) throws IOException {
    AtomicFile.write(target, beside -> Files.write(beside, Png.bytes(Png.image(image))));
  }
}
