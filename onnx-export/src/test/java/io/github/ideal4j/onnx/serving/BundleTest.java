package io.github.ideal4j.onnx.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.onnx.graph.OnnxFile;
import io.github.ideal4j.onnx.serving.BundleDescription.Prior;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BundleTest {

  @TempDir Path temporary;
  private Path folder;
  private Bundle bundle;

  @BeforeEach
  void write() throws IOException {
    folder = temporary.resolve("bundle");
    bundle = TinyBundle.withPrior(folder);
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    BundleDescription read = Bundle.open(folder).description();
    assertThat(read.withPrior(read.prior().orElseThrow())).isEqualTo(bundle.description());
    assertThat(read.provenance()).containsEntry("seed", 1).containsEntry("data", "four pixels");
    assertThat(read.backbone().layers()).containsExactly(4, 12);
    assertThat(bundle.labels()).isEqualTo(TinyBundle.LABELS);
    assertThat(bundle.tokenizer())
        .isEqualTo(
            new TokenizerInfo(
                "tiny", Sha256.of(folder.resolve("encoder.onnx")), TinyBundle.CODES, 2, 3, 4, 6));
  }

  @Test
  void aChangedFileIsRefusedByName() throws IOException {
    Files.writeString(folder.resolve("labels.json"), "{}");
    assertThatThrownBy(() -> Bundle.open(folder))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("labels.json was changed or damaged: its sha256 is 44136fa355b3");
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Files.delete(folder.resolve("decoder.onnx"));
    assertThatThrownBy(() -> Bundle.open(folder))
        .hasMessageEndingWith("decoder.onnx is missing from its bundle");
  }

  @Test
  void weightsBesideAGraphBelongToTheBundle() throws IOException {
    Path other = temporary.resolve("large");
    Bundle large =
        TinyBundle.tokenizer()
            .add(
                BundleFiles.ENCODER,
                path -> OnnxFile.write(TinyBundle.encoder(16).graph().toModel(), path, 0))
            .write(other);
    assertThat(large.manifest().files()).containsKey("encoder.onnx.data");
    Files.writeString(other.resolve("encoder.onnx.data"), "changed");
    assertThatThrownBy(() -> Bundle.open(other))
        .hasMessageContaining("encoder.onnx.data was changed or damaged");
    Files.delete(other.resolve("encoder.onnx.data"));
    assertThatThrownBy(() -> Bundle.open(other))
        .hasMessageEndingWith("encoder.onnx.data is missing from its bundle");
  }

  @Test
  void aFolderWithoutManifestIsNoBundle() {
    assertThatThrownBy(() -> Bundle.open(temporary))
        .isInstanceOf(BundleException.class)
        .hasMessageEndingWith("model.json does not exist, so this is no bundle");
  }

  @Test
  void unknownFieldsAreTolerated() throws IOException {
    replace("\"kind\"", "\"later\" : {\"a\" : [1]}, \"kind\"");
    assertThat(Bundle.open(folder).description()).isEqualTo(bundle.description());
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format_version\" : 1 | \"format_version\" : 2 | format_version is 2; this version of the"
            + " library reads 1",
        "image-tokenizer | text-tokenizer | kind must be 'image-tokenizer', got \"text-tokenizer\"",
        "\"rows\" : 2 | \"rows\" : \"2\" | grid.rows must be an integer, got \"2\"",
        "\"rows\" : 2 | \"rows\" : 0 | grid.rows must be at least 1, got 0",
        "\"columns\" : 3 | \"columm\" : 3 | grid.columns must be an integer, got nothing",
        "\"size\" : 16 | \"size\" : 65537 | codebook.size 65537 does not fit uint16 tokens (at most"
            + " 65536)",
        "uint16 | int8 | tokens.dtype must be 'uint16', got \"int8\"",
        "\"encoder.onnx\" : | \"../encoder.onnx\" : | '../encoder.onnx' cannot be a file of a"
            + " bundle",
        "[ 4, 12 ] | \"4\" | backbone.layers must be like List<Integer>, got \"4\"",
      })
  void damagedManifestsAreRefusedWithTheField(String old, String now, String message)
      throws IOException {
    replace(old, now);
    assertThatThrownBy(() -> Bundle.open(folder))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("model.json: " + message);
  }

  @Test
  void aPriorOfAnotherTokenizerIsRefused() {
    String other = Sha256.of(new byte[] {1});
    BundleWriter writer =
        BundleWriter.copyOf(bundle).prior(new Prior(TinyBundle.LABELS.size(), other, Map.of()));
    assertThatThrownBy(() -> writer.write(folder))
        .hasMessageStartingWith(
            "these files make no bundle: the prior was made for tokenizer 4bf5122f3445");
    assertThat(folder.resolve("prior.onnx")).exists();
  }

  @Test
  void aPriorNeedsTheNamesOfItsClasses() {
    BundleWriter writer =
        BundleWriter.copyOf(bundle).prior(new Prior(5, bundle.tokenizer().sha256(), Map.of()));
    assertThatThrownBy(() -> writer.write(folder))
        .hasMessageEndingWith("labels.json names 3 classes, but the prior knows 5");
  }

  @Test
  void labelsAreFoundByNameOrNumber() {
    assertThat(bundle.label("barrel")).isEqualTo(2);
    assertThat(bundle.label("1")).isEqualTo(1);
    assertThatThrownBy(() -> bundle.label("an"))
        .hasMessage("label 'an' is unknown; valid are 0 to 2 and names such as ant");
    assertThatThrownBy(() -> bundle.label("3"))
        .hasMessage(
            "label '3' is unknown; valid are 0 to 2 and names such as accordion, ant, barrel");
  }

  @Test
  void tokensOfAnotherTokenizerAreRefused() throws IOException {
    bundle.requireOwnTokens(bundle.tokenizer(), "own.arrow");
    bundle.requireOwnTokens(new TokenizerInfo("", "", 16, 2, 3, 0, 0), "unnamed.arrow");
    TokenizerInfo other = new TokenizerInfo("other", Sha256.of(new byte[0]), 16, 2, 3, 4, 6);
    assertThatThrownBy(() -> bundle.requireOwnTokens(other, "a.arrow"))
        .hasMessageStartingWith("a.arrow holds tokens of 'other' e3b0c44298fc (2 x 3 of 16);");
    TokenizerInfo larger = new TokenizerInfo("", "", 16, 4, 4, 0, 0);
    assertThatThrownBy(() -> bundle.requireOwnTokens(larger, "b.arrow"))
        .hasMessageStartingWith("b.arrow holds tokens of an unknown tokenizer (4 x 4 of 16);");
  }

  private void replace(String old, String now) throws IOException {
    Path file = folder.resolve("model.json");
    String text = Files.readString(file).replaceAll("\\[ +", "[ ");
    assertThat(text).contains(old);
    Files.writeString(file, text.replace(old, now));
  }
}
