package io.github.ideal4j.cli;

import io.github.ideal4j.arrow.TokenFileOptions;
import io.github.ideal4j.image.ImageViews;
import io.github.ideal4j.pipeline.Tokenizing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ideal tokenize}. */
@Command(
    name = "tokenize",
    description =
        "Turn photographs into tokens: an Arrow file that Python and others read as it " + "is.",
    footer = {
      "",
      "Examples:",
      "  ideal tokenize --bundle models/tiny --images photos/ --out tokens.arrow",
      "  ideal tokenize --images photos/ --views ten-crop --out views.arrow",
      "  ideal tokenize --images shards/ --out tokens/ --shards 16 --resume"
    })
final class TokenizeCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin BundleOptions bundle;
  @Mixin ImageOptions images;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE|DIR",
      description = "The token file to write; with --shards the folder.")
  Path out;

  @Option(
      names = "--shards",
      paramLabel = "N",
      defaultValue = "1",
      description = "Files to write. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int shards;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Photographs in one run of the encoder. Default: 8, on CUDA 32.")
  @Between(least = 1)
  Integer batch;

  @Option(
      names = "--rows-per-batch",
      paramLabel = "N",
      defaultValue = "4096",
      description = {
        "Rows in a batch of the token file: what a kill loses at most. Default: ${DEFAULT-VALUE}."
      })
  @Between(least = 1)
  int rowsPerBatch;

  @Option(
      names = "--decoders",
      paramLabel = "N",
      description = "Threads that decode ahead of the encoder. Default: all cores.")
  @Between(least = 1)
  int decoders = Runtime.getRuntime().availableProcessors();

  @Option(names = "--mirror", description = "Short for --views mirror.")
  boolean mirror;

  @Option(
      names = "--views",
      paramLabel = "NAME[,NAME...]",
      description = {
        "Views of each photograph, a row each: plain,mirror for the middle square and its mirror image,"
            + " ten-crop for LlamaGen's ten crops, or some of them by name. Default: plain."
      })
  String views;

  @Option(
      names = "--resume",
      description = {
        "Go on where an earlier call with the same --out stopped, however it ended; the result"
            + " has the same bytes as without the stop."
      })
  boolean resume;

  @Override
  public Integer call() throws Exception {
    if (shards == 1 && Files.isDirectory(out)) {
      throw new ParameterException(
          spec.commandLine(),
          "--out %s is a folder; the name of a file, or --shards 2 and more, would be valid"
              .formatted(out));
    }
    Tokenizing.Request request =
        new Tokenizing.Request(
            bundle.bundle(spec),
            images.photographs(),
            views(),
            out,
            shards,
            batch(),
            resume,
            bundle.settings(processor.threads),
            decoders);
    Tokenizing.Result result =
        Tokenizing.run(
            request,
            TokenFileOptions.standard().withRowsPerBatch(rowsPerBatch),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }

  /** A GPU is not kept busy by what keeps a processor busy. */
  private int batch() {
    if (batch != null) {
      return batch;
    }
    return switch (bundle.provider().kind()) {
      case CPU -> 8;
      case CUDA -> 32;
    };
  }

  private ImageViews views() {
    if (mirror && views != null) {
      throw new ParameterException(spec.commandLine(), "give --mirror or --views, not both");
    }
    return mirror ? ImageViews.MIRROR : views == null ? ImageViews.PLAIN : ImageViews.parse(views);
  }
}
