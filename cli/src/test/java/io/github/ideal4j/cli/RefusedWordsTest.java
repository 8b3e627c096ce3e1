package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Wrong, missing and swapped words for every command: each is refused at once, with its exit code
 * and one line that names the offending thing and what would be valid.
 */
class RefusedWordsTest {

  @TempDir static Path folder;

  /** What stands for a file or folder in the lines below. */
  @BeforeAll
  static void makeWhatIsNotWhatItShouldBe() throws IOException {
    Files.createDirectory(folder.resolve("dir"));
    Files.writeString(folder.resolve("file"), "x");
    Files.createDirectory(folder.resolve("half"));
    Files.writeString(folder.resolve("half/model.json"), "{");
    TokenizerInfo tokenizer = new TokenizerInfo("some", "ab".repeat(32), 1024, 4, 4, 64, 64);
    try (TokenFileWriter writer =
        TokenFileWriter.create(
            folder.resolve("t.arrow"),
            TokenFileInfo.toWrite(tokenizer, "test", List.of(TokenColumn.LABEL)))) {
      for (int row = 0; row < 4; row++) {
        writer.append(
            TokenRow.of(row, new TokenGrid(4, 4, new int[16])).withLabel(row < 2 ? "a" : "b"));
      }
      writer.finish();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sampel                                           | 2 | no command 'sampel'; did you mean sample?",
        "--versoin                                        | 2 | no option --versoin; did you mean --version?",
        "tokens                                           | 2 | inspect, verify, head, convert or score",
        "tokens hed                                       | 2 | did you mean head?",
        "tokens head                                      | 2 | `'FILE|DIR'`",
        "tokens head @/no.arrow                           | 1 | no.arrow: there is no such token file",
        "tokens head @/file                               | 1 | file: 1 bytes are too few for an Arrow IPC file",
        "tokens head @/dir                                | 1 | dir: the folder has no .arrow file",
        "tokens head @/t.arrow @/t.arrow                  | 2 | takes no argument",
        "tokens head @/t.arrow --rows many                | 2 | --rows is 'many'; 0:16, 8: or 8",
        "tokens head @/t.arrow --row 3                    | 2 | did you mean --rows?",
        "tokens verify @/file                             | 1 | file: 1 bytes",
        "tokens convert @/t.arrow --to parket --out @/x   | 2 | --to is 'parket'; valid are arrow, hf, csv, jsonl",
        "tokens convert @/t.arrow --out @/file/x          | 2 | file is no folder",
        "tokens convert @/t.arrow --out @/dir             | 1 | dir is a folder; a file would be valid",
        "tokens score @/t.arrow --bundle @/dir            | 1 | model.json does not exist, so this is no bundle",
        "tokenize --imagez x --out @/x                    | 2 | no option --imagez; did you mean --images?",
        "tokenize                                         | 2 | `'--out=FILE|DIR'`",
        "tokenize photos/                                 | 2 | takes no argument 'photos/'",
        "tokenize --out @/dir                             | 2 | dir is a folder; the name of a file",
        "tokenize --out @/x --every 0                     | 2 | --every is 0; valid is 1 or more",
        "tokenize --out @/x --batch many                  | 2 | --batch is 'many'; a whole number",
        "tokenize --out @/x --decoder leptonia            | 2 | valid are jdk, leptonica, auto; did you mean leptonica?",
        "tokenize --out @/x --views midle                 | 1 | there is no view 'midle'; valid are plain",
        "tokenize --out @/x --formats jpg                 | 1 | 'jpg' is no format of images; formats are",
        "tokenize --out @/x --limit bites=3               | 1 | 'bites' is no limit; limits are bytes",
        "tokenize --out @/x --provider gpu                | 1 | provider 'gpu' is unknown; valid are cpu, cuda",
        "tokenize --out @/x --bundle @/dir                | 1 | so this is no bundle",
        "tokenize --out @/x --bundle @/half               | 1 | model.json is not JSON",
        "detokenize --tokens @/t.arrow --out @/file       | 2 | file is a file; the name of a folder",
        "detokenize --out @/x                             | 2 | `'--tokens=FILE|DIR'`",
        "sample --out @/x.png --top-p 1.5                 | 2 | --top-p is 1.5; valid is 0 to 1",
        "sample --out @/x.png --temperature -1            | 2 | --temperature is -1.0; valid is 0 or more",
        "sample --out @/x.png --guidance power-cosin:2:2  | 1 | did you mean power-cosine",
        "sample --out @/x.png --guidance strong           | 1 | neither a number nor NAME:SCALE",
        "sample --out @/x.png --tokens @/t.arrow          | 2 | --tokens needs a --mask, such as",
        "sample --out @/x.png --count 0                   | 2 | --count is 0; valid is 1 or more",
        "classify train --out @/m                         | 2 | either --tokens or --config",
        "classify train --tokens @/t.arrow --trainer logistik --out @/m | 1 | did you mean logistic?",
        "classify train --tokens @/t.arrow --features pyramide --out @/m | 1 | did you mean pyramid?",
        "classify train --tokens @/t.arrow --features boc:l3 --out @/m | 1 | weighting 'l3' is unknown; valid are",
        "classify train --tokens @/t.arrow --features decoded --out @/m | 1 | need the decoder.onnx of a bundle",
        "classify train --tokens @/file --out @/m         | 1 | file: 1 bytes are too few",
        "classify train --config @/file --out @/m         | 2 | a file .xml would be valid",
        "classify train --tokens @/t.arrow --out @/dir    | 2 | dir is a folder; the name of a file",
        "classify predict --tokens @/t.arrow --model @/file | 1 | file is no Tribuo model",
        "classify predict --tokens @/t.arrow --model @/no | 1 | there is no file",
        "classify anomalies --tokens @/t.arrow --test @/t.arrow --nu 2 | 2 | --nu is 2.0; valid is 0 to 1",
        "classify cluster --tokens @/t.arrow --features nope | 1 | features 'nope' are unknown; valid are boc",
        "export @/dir --out @/b                           | 1 | dir is no run folder: it has no config.yaml",
        "export @/dir                                     | 2 | give --out",
        "export @/dir --out @/b --precision fp8           | 2 | --precision is 'fp8'; valid are fp32, fp16, int8",
        "export inspect @/file                            | 1 | file is no ONNX file",
        "export inspect @/dir                             | 2 | dir is a folder; an ONNX file",
        "train                                            | 2 | 'ideal train tokenizer' or 'ideal train prior'",
        "train tokenizer --preset tinny --out @/r         | 1 | valid are [tiny, small, ideal-256, ideal-384]; did you mean tiny?",
        "train tokenizer --set training.stepz=5 --out @/r | 1 | the nearest valid key is 'training.steps'",
        "train tokenizer --set training --out @/r         | 1 | expected key=value, such as training.steps=500",
        "train tokenizer --config @/no.yaml --out @/r     | 1 | there is no file",
        "train tokenizer --data @/dir --out @/r           | 1 | the source holds no images",
        "train tokenizer --feature-type half --out @/r    | 2 | --feature-type is 'half'; valid are float16, float32",
        "train prior                                      | 2 | `'--tokens=FILE|DIR'`",
        "train prior --tokens @/t.arrow --preset large --out @/p | 1 | valid are [tiny, tiny-long, b",
        "train prior --tokens @/t.arrow --out @/file      | 2 | file is a file; the name of a folder",
        "ablate --variants no-shalow --out @/a            | 1 | did you mean no-shallow?",
        "evaluate --metrics fid2408                       | 1 | did you mean fid2048",
        "evaluate --protocol adm                          | 1 | did you mean adm256?",
        "evaluate --bundle @/dir                          | 1 | so this is no bundle",
        "import lamagen                                   | 2 | did you mean llamagen?",
        "import rar                                       | 2 | '--weights=FILE', '--config=FILE'",
        "import ideal --weights @/file --config @/half/model.json --out @/r | 1 | model.json is no JSON",
        "report @/dir                                     | 1 | no run folder: it has no config.yaml",
        "card @/file                                      | 1 | so this is no bundle",
        "serve --port 99999                               | 2 | --port is 99999; valid is 0 to 65535",
        "serve --bundle @/dir --port 0                    | 1 | so this is no bundle",
        "bench tokns                                      | 2 | did you mean tokens?",
        "bench train --models tokeniser                   | 2 | did you mean tokenizer or tokenizer256?",
        "bench tokens --count 0                           | 2 | --count is 0; valid is 1 or more",
        "backbone inspect @/dir                           | 1 | has neither model.safetensors nor",
        "backbone inspect @/file                          | 1 | file is no safetensors file",
        "backbone run @/dir                               | 1 | either --pixels or --images is needed",
        "doctor --bundle @/dir                            | 2 | --bundle needs --provider",
        "bench encode --provider cuda --python python3    | 1 | cannot be compared with --provider cuda:0",
        "tokenize --out @/x --gpu-memory 0                | 2 | --gpu-memory is 0; valid is 1 or more",
        "tokenize --out @/x --gpu-memory 64               | 1 | for a CUDA device, got 67108864 for cpu",
        "tokenize --out @/x --tf32                        | 1 | TF32 is for CUDA devices, cpu has none",
        "doctor --url nonsense                            | 1 | http://127.0.0.1:8080 would be one",
        "completion csh                                   | 2 | is 'csh'; valid are bash, zsh, fish",
        "quickstart --budget soon                         | 2 | --budget is 'soon'; a number would be valid",
        "quickstart --out @/file                          | 2 | file is a file; the name of a folder"
      })
  void isRefusedInOneLineThatHelps(String words, int code, String said) {
    Outcome outcome =
        Outcome.run((Object[]) words.strip().replace("@", folder.toString()).split(" +"));
    List<String> lines = outcome.with(code).err().lines().toList();
    assertThat(lines).hasSize(code);
    assertThat(lines.get(0)).startsWith("ideal: ").contains(said).doesNotContain("\u001b");
    if (code == 2) {
      assertThat(lines.get(1)).startsWith("Try 'ideal").endsWith(" --help'.");
    }
    assertThat(outcome.out()).isEmpty();
  }
}
