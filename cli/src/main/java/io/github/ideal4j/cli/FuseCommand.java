package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.Fusing;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ideal fuse}. */
@Command(
    name = "fuse",
    description = {
      "Put encoder, token features and classifier into one ONNX file: photograph in, "
          + "label out.",
      "Its labels are compared with Tribuo's; nothing is written where they differ."
    },
    footer = {
      "",
      "Examples:",
      "  ideal fuse --bundle models/tiny --model model.tribuo --out classifier.onnx"
    })
final class FuseCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin BundleOptions bundle;
  @Mixin ImageOptions images;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL.tribuo",
      description = "A model of 'ideal classify train'.")
  Path model;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "CLASSIFIER.onnx",
      description = "The file to write.")
  Path out;

  @Override
  public Integer call() throws Exception {
    Fusing.Result result =
        Fusing.run(
            new Fusing.Request(
                bundle.bundle(spec),
                model,
                images.photographs(),
                bundle.settings(processor.threads),
                out));
    output.print(result, result.text());
    return 0;
  }
}
