package io.github.ideal4j.onnx.djl;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Puts the jars of our own classes into a folder; folders of classes are packed. */
final class ClassJars {

  private static final FileTime NO_TIME =
      FileTime.fromMillis(315_532_800_000L); // 1980, zip's first

  private ClassJars() {}

  /** Copies or makes {@code name.jar} of what a class was loaded from. */
  static void write(Class<?> type, Path folder, String name) throws IOException {
    Path source = source(type);
    Path jar = folder.resolve(name + ".jar");
    if (Files.isRegularFile(source)) {
      Files.copy(source, jar);
    } else {
      pack(source, jar);
    }
  }

  private static Path source(Class<?> type) throws IOException {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException("cannot find the jar of %s".formatted(type.getName()), e);
    }
  }

  private static void pack(Path classes, Path jar) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(classes)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Path file : files) {
        ZipEntry entry = new ZipEntry(classes.relativize(file).toString().replace('\\', '/'));
        entry.setLastModifiedTime(NO_TIME);
        zip.putNextEntry(entry);
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
  }
}
