package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class BenchEncodeTest {

  /** The measurement itself, on as little as it takes; its numbers mean nothing here. */
  @Test
  void theTableHasARowForEachSize() {
    StringWriter printed = new StringWriter();
    int exit =
        IdealCommand.execute(
            new PrintWriter(printed),
            "bench",
            "encode",
            "--count=4",
            "--rounds=1",
            "--batch=2",
            "--side=64,200",
            "--threads=1");
    assertThat(exit).isZero();
    assertThat(printed.toString())
        .contains("4 JPEG files to a token file, cpu, 1 threads, batch 2, median of 1 rounds")
        .containsPattern("64 +ideal4j +[0-9.]+ +[0-9.]+ %")
        .containsPattern("200 +ideal4j +[0-9.]+ +[0-9.]+ %");
  }
}
