package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.backbone.BackboneInput;
import io.github.ideal4j.backbone.BackboneTokens;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.report.AttentionMaps;
import io.github.ideal4j.report.Block;
import io.github.ideal4j.report.Reconstructed;
import io.github.ideal4j.report.Report.Section;
import io.github.ideal4j.report.TokenColours;
import io.github.ideal4j.report.TokenizerPictures;
import io.github.ideal4j.torch.Autograd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Shows what the averaged weights of a run do to photographs, as sections of its report. */
public final class TokenizerReport {

  private static final int BATCH = 16;
  private static final int ATTENDED = 4;

  private final TokenizerRun run;
  private final Path backboneFile;
  private final NDManager manager;

  /**
   * @param run with a checkpoint
   * @param backboneFile what it was trained with
   * @param manager on the device of the computation
   */
  public TokenizerReport(TokenizerRun run, Path backboneFile, NDManager manager) {
    this.run = run;
    this.backboneFile = backboneFile;
    this.manager = manager;
  }

  /**
   * Everything there is to see.
   *
   * @param labels one a photograph; may be empty texts
   * @param photographs of the model's size
   */
  public List<Section> sections(List<String> labels, List<RgbImage> photographs)
      throws IOException {
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    try (NDManager own = manager.newSubManager();
        VisionBackbone backbone = run.backbone(backboneFile, own);
        DualAlignedTokenizer tokenizer = run.load(own)) {
      Pass pass = new Pass(backbone, tokenizer);
      List<int[]> grids = new ArrayList<>();
      List<RgbImage> decoded = new ArrayList<>();
      for (int from = 0; from < photographs.size(); from += BATCH) {
        int to = Math.min(photographs.size(), from + BATCH);
        try (NDManager batch = own.newSubManager()) {
          pass.reconstruct(photographs.subList(from, to), grids, decoded, batch);
        }
      }
      int grid = tokenizer.config().grid();
      List<Double> distances = PerceptualDistances.of(photographs, decoded, own);
      Reconstructed all =
          new Reconstructed(labels, photographs, decoded, grids, distances, grid, grid);
      int codes = tokenizer.config().codes();
      TokenColours colours =
          TokenColours.of(
              tokenizer.quantizer().table().toFloatArray(),
              tokenizer.config().quantizer().partDim(tokenizer.config().codebook()));
      List<Section> sections = new ArrayList<>(new TokenizerPictures(all, codes).sections(colours));
      sections.add(attention(pass, labels, photographs, own));
      return sections;
    } finally {
      Autograd.setRecording(recording);
    }
  }

  /** Only where the fusion looks; a sentence instead where it does not choose. */
  public Section attention(List<String> labels, List<RgbImage> photographs) throws IOException {
    if (run.config().model().fusion() != TokenizerConfig.Fusion.ATTENTION) {
      return leftOut();
    }
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    try (NDManager own = manager.newSubManager();
        VisionBackbone backbone = run.backbone(backboneFile, own);
        DualAlignedTokenizer tokenizer = run.load(own)) {
      return attention(new Pass(backbone, tokenizer), labels, photographs, own);
    } finally {
      Autograd.setRecording(recording);
    }
  }

  private Section attention(
      Pass pass, List<String> labels, List<RgbImage> photographs, NDManager own) {
    if (run.config().model().fusion() != TokenizerConfig.Fusion.ATTENTION || labels.isEmpty()) {
      return leftOut();
    }
    int count = Math.min(ATTENDED, photographs.size());
    int[] chosen = new int[count];
    Arrays.setAll(chosen, i -> (int) ((i + 0.5) * photographs.size() / count));
    List<RgbImage> images = Arrays.stream(chosen).mapToObj(photographs::get).toList();
    int grid = run.config().model().grid();
    return new Section(
        "Attention of the fusion",
        "Which shallow tokens, of edges and colours, a deep one takes its details from.",
        List.of(
            AttentionMaps.of(
                Arrays.stream(chosen).mapToObj(labels::get).toList(),
                images,
                pass.attention(images, own),
                grid,
                grid)));
  }

  private Section leftOut() {
    String fusion = run.config().model().fusion().name().toLowerCase(Locale.ROOT);
    return new Section(
        "Attention of the fusion",
        "",
        List.of(
            new Block.Notes(
                "",
                List.of(
                    "Left out: the fusion of this tokenizer is %s, which takes each deep token with the shallow one of its own place and chooses nothing."
                        .formatted(fusion)))));
  }

  /** Photographs through backbone and tokenizer. */
  private static final class Pass {

    private final VisionBackbone backbone;
    private final DualAlignedTokenizer tokenizer;
    private final BackboneInput input;

    Pass(VisionBackbone backbone, DualAlignedTokenizer tokenizer) {
      this.backbone = backbone;
      this.tokenizer = tokenizer;
      input = BackboneInput.of(tokenizer.config().imageSize(), backbone);
    }

    private BackboneTokens tokens(List<RgbImage> images, NDManager batch) {
      return backbone.tokens(input.pixels(PerceptualDistances.bytes(images, batch)));
    }

    void reconstruct(
        List<RgbImage> images, List<int[]> grids, List<RgbImage> decoded, NDManager batch) {
      BackboneTokens tokens = tokens(images, batch);
      NDArray indices = tokenizer.encode(tokens.shallow(), tokens.deep());
      int cells = tokenizer.config().tokens();
      long[] all = indices.toLongArray();
      for (int start = 0; start < all.length; start += cells) {
        grids.add(Arrays.stream(all, start, start + cells).mapToInt(Math::toIntExact).toArray());
      }
      decoded.addAll(
          TokenizerValidation.images(
              TokenizerValidation.levels(tokenizer.decode(indices).pixels()),
              tokenizer.config().imageSize()));
    }

    /** Mean over the heads, {@code [tokens, tokens]} an image. */
    List<float[]> attention(List<RgbImage> images, NDManager own) {
      List<float[]> maps = new ArrayList<>();
      for (RgbImage image : images) {
        try (NDManager batch = own.newSubManager()) {
          BackboneTokens tokens = tokens(List.of(image), batch);
          NDArray weights =
              tokenizer.fusionAttention(tokens.shallow(), tokens.deep()).orElseThrow();
          maps.add(weights.mean(new int[] {1}).toFloatArray());
        }
      }
      return maps;
    }
  }
}
