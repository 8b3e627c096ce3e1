package io.github.ideal4j.pipeline;

import io.github.ideal4j.onnx.djl.DjlFolder;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.TritonRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A bundle in the forms that other servers load. */
public final class Deploying {

  private Deploying() {}

  /**
   * What was written.
   *
   * @param folders of models, one for each graph and server
   */
  public record Result(List<Path> folders) {

    /** Copies the list. */
    public Result {
      folders = List.copyOf(folders);
    }

    /** A line for each folder. */
    public String text() {
      return String.join(System.lineSeparator(), folders.stream().map(Path::toString).toList());
    }
  }

  /**
   * Writes what is asked for.
   *
   * @param bundle its folder
   * @param triton a model repository of Triton
   * @param djl a folder for DJL's models, replaced whole
   */
  public static Result write(Path bundle, Optional<Path> triton, Optional<Path> djl)
      throws IOException {
    Bundle opened = Bundle.open(bundle);
    List<Path> folders = new ArrayList<>();
    if (triton.isPresent()) {
      for (String model : TritonRepository.write(opened, triton.get())) {
        folders.add(triton.get().resolve(model));
      }
    }
    if (djl.isPresent()) {
      DjlFolder.write(opened, djl.get());
      folders.add(djl.get().resolve("encoder"));
      folders.add(djl.get().resolve("decoder"));
    }
    return new Result(folders);
  }
}
