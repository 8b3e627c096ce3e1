package io.github.ideal4j.cli;

import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.pipeline.ShippedFiles;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which photographs a command reads. */
final class ImageOptions {

  @Option(
      names = "--images",
      paramLabel = "SRC",
      description = {
        "Photographs: a folder (class/name.jpg, or flat), a .zip or a .tar of the same, with an"
            + " optional labels.csv (path,label,class,split); webdataset's .tar or a folder of"
            + " them; a .txt with a path a line (and a class after a tab); or what Hugging Face's"
            + " save_to_disk wrote.",
        "Default: the photographs that come with the project."
      })
  Path source;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Only photographs that labels.csv puts into this split, such as train or test.")
  String split;

  @Option(
      names = "--every",
      paramLabel = "N",
      defaultValue = "1",
      description = "Only every N-th of them. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int every;

  @Option(
      names = "--strict",
      description = "Stop at a missing or unreadable photograph instead of skipping it.")
  boolean strict;

  @Mixin DecodingFlags decoding;

  Photographs photographs() {
    Path path = source == null ? ShippedFiles.locate().photographs() : source;
    return new Photographs(path, new ImageSelection(split, every), strict, decoding.options());
  }
}
