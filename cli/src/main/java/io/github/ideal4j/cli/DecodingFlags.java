package io.github.ideal4j.cli;

import io.github.ideal4j.image.DecodingOptions;
import io.github.ideal4j.image.ImageFormat;
import io.github.ideal4j.image.ImageLimits;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What is let in of a source of photographs, and who decodes it. */
final class DecodingFlags {

  @Option(
      names = "--decoder",
      paramLabel = "NAME",
      defaultValue = "auto",
      description =
          "jdk, leptonica, or auto: leptonica where it is on the class path. Default: ${DEFAULT-VALUE}.")
  DecodingOptions.Decoder decoder;

  @Option(
      names = "--orientation",
      paramLabel = "POLICY",
      defaultValue = "ignore",
      description = {
        "ignore the EXIF orientation, as Pillow and torchvision do, or apply it.",
        "Default: ${DEFAULT-VALUE}."
      })
  DecodingOptions.Orientation orientation;

  @Option(
      names = "--formats",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "jpeg,png,webp",
      description = {
        "Formats that are let in, of jpeg, png, webp, gif and bmp. Default: ${DEFAULT-VALUE}."
      })
  List<String> formats;

  @Option(
      names = "--wide-png",
      description = "Let in PNG with 16 bits a sample, narrowed as Pillow does.")
  boolean widePng;

  @Option(
      names = "--limit",
      paramLabel = "NAME=N",
      split = ",",
      description = {
        "Limits of a single photograph, checked before it is decoded. Default:"
            + " bytes=67108864,pixels=67108864,side=32768,scans=100,components=4."
      })
  List<String> limits = new ArrayList<>();

  DecodingOptions options() {
    ImageLimits all = ImageLimits.standard();
    for (String limit : limits) {
      all = all.with(limit);
    }
    return DecodingOptions.standard()
        .withLimits(all)
        .withFormats(formats.stream().map(ImageFormat::named).toList())
        .withWideSamples(widePng)
        .withOrientation(orientation)
        .withDecoder(decoder);
  }
}
