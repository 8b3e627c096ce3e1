package io.github.ideal4j.export;

import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.github.ideal4j.onnx.graph.OnnxFile;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.BundleException;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.BundleWriter;
import io.github.ideal4j.onnx.trace.ExportException;
import io.github.ideal4j.onnx.trace.ExportOptions;
import io.github.ideal4j.onnx.trace.ExportedModel;
import io.github.ideal4j.onnx.trace.InputSpec;
import io.github.ideal4j.onnx.trace.OnnxExporter;
import io.github.ideal4j.prior.Prior;
import io.github.ideal4j.prior.PriorConfig;
import io.github.ideal4j.prior.PriorRun;
import io.github.ideal4j.prior.PriorStep;
import io.github.ideal4j.training.ProvenanceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A prior as three ONNX graphs: one that samples whole images, with its loop and its cache inside,
 * one that makes a single step, and one that tells how unlikely given tokens are. {@link
 * BundleFiles#PRIOR}, {@link BundleFiles#PRIOR_STEP} and {@link BundleFiles#PRIOR_SCORE} list their
 * inputs and outputs.
 *
 * @param sampler {@code prior.onnx}
 * @param step {@code prior-step.onnx}
 * @param score {@code prior-score.onnx}
 * @param report how both compared with the prior
 */
public record PriorExport(
    ModelProto sampler, ModelProto step, ModelProto score, PriorReport report) {

  private static final String BATCH = "batch";
  private static final String PAST = "past";

  /** With more bytes of weights than this, the graphs have them in one file beside. */
  static final long SHARED_ABOVE = 1L << 26;

  /**
   * Exports and compares.
   *
   * @param prior initialized
   * @param manager lives on the prior's device
   * @throws ExportException if the graphs differ from the prior by more than rounding explains
   */
  public static PriorExport export(Prior prior, NDManager manager) {
    PriorConfig config = prior.config();
    ExportedModel step = step(prior);
    ModelProto sampler = SamplingGraph.of(config, step);
    ModelProto score = ScoreGraph.of(config, whole(prior));
    try (PriorGraph sampling = new PriorGraph(sampler, config.cells());
        PriorGraph scoring = new PriorGraph(score, config.cells())) {
      PriorReport report = new PriorCheck(prior, manager).compare(sampling, scoring);
      return new PriorExport(sampler, withLead(step.model(), config), score, report);
    }
  }

  private static ExportedModel step(Prior prior) {
    PriorStep step = new PriorStep(prior);
    String[] outputs = step.outputNames().toArray(String[]::new);
    return OnnxExporter.export(
        step, step.inputSpecs(BATCH, PAST), ExportOptions.named("step", outputs));
  }

  private static ModelProto withLead(ModelProto step, PriorConfig config) {
    return step.toBuilder()
        .addMetadataProps(
            StringStringEntryProto.newBuilder()
                .setKey(BundleFiles.LEAD)
                .setValue(Integer.toString(config.lead())))
        .build();
  }

  private static ExportedModel whole(Prior prior) {
    PriorConfig config = prior.config();
    List<InputSpec> inputs =
        List.of(
            InputSpec.longs("tokens", config.codebookSize(), BATCH, config.tokens()),
            InputSpec.longs("labels", config.classes() + 1L, BATCH));
    return OnnxExporter.export(prior, inputs, ExportOptions.named("prior", "logits"));
  }

  /**
   * Writes a bundle with the averaged prior of a run's newest checkpoint.
   *
   * @param bundle the tokenizer's
   * @param run of a prior on tokens of this tokenizer
   * @param manager on whose device the comparison runs
   * @param out the new bundle's folder; may be the old one's
   * @return the bundle, and how the graphs compared
   * @throws BundleException if the prior was trained on tokens of another tokenizer
   */
  public static Added addTo(Bundle bundle, PriorRun run, NDManager manager, Path out)
      throws IOException {
    requireSameTokenizer(bundle, run);
    try (NDManager own = manager.newSubManager()) {
      PriorExport export = export(run.load(own), own);
      BundleDescription.Prior described = description(run, export.report);
      BundleWriter writer = BundleWriter.copyOf(bundle);
      if (hasOwnCard(bundle)) {
        BundleDescription whole = bundle.description().withPrior(described);
        writer.addText(BundleFiles.CARD, ModelCard.of(whole, ModelCard.Details.NONE));
      }
      Bundle written =
          writer
              .prior(described)
              .add(BundleFiles.PRIOR, file -> OnnxFile.write(export.sampler, file, SHARED_ABOVE))
              .add(BundleFiles.PRIOR_STEP, file -> writeSharing(export.step, file))
              .add(BundleFiles.PRIOR_SCORE, file -> writeSharing(export.score, file))
              .addLabels(run.labels())
              .write(out);
      return new Added(written, export.report);
    }
  }

  private static void writeSharing(ModelProto model, Path file) throws IOException {
    OnnxFile.writeSharing(model, file, file.resolveSibling(BundleFiles.PRIOR));
  }

  /** Whether the card is as it was made: one that somebody has changed stays. */
  private static boolean hasOwnCard(Bundle bundle) throws IOException {
    return bundle.has(BundleFiles.CARD)
        && Files.readString(bundle.file(BundleFiles.CARD))
            .equals(ModelCard.of(bundle.description(), ModelCard.Details.NONE));
  }

  /**
   * A bundle that got a prior.
   *
   * @param bundle as written
   * @param report how the graphs compared with the prior
   */
  public record Added(Bundle bundle, PriorReport report) {}

  private static void requireSameTokenizer(Bundle bundle, PriorRun run) throws IOException {
    String own = bundle.tokenizer().sha256();
    String other = run.tokenizerSha256();
    if (!own.equals(other)) {
      throw new BundleException(
          "prior %s was trained on tokens of tokenizer '%s'; bundle %s is tokenizer '%s'"
              .formatted(run.folder().root(), other, bundle.folder(), own));
    }
    BundleDescription is = bundle.description();
    PriorConfig config = run.config().prior();
    if (config.codebooks() * config.rows() != is.grid().rows()
        || config.codebooks() != is.grid().codebooks()
        || config.columns() != is.grid().columns()
        || config.codebookSize() != is.codebook().size()) {
      throw new BundleException(
          "prior %s makes %d x %d tokens of %d codebooks of %d; bundle %s has %d x %d of %d of %d"
              .formatted(
                  run.folder().root(),
                  config.codebooks() * config.rows(),
                  config.columns(),
                  config.codebooks(),
                  config.codebookSize(),
                  bundle.folder(),
                  is.grid().rows(),
                  is.grid().columns(),
                  is.grid().codebooks(),
                  is.codebook().size()));
    }
  }

  private static BundleDescription.Prior description(PriorRun run, PriorReport report)
      throws IOException {
    Map<String, Object> provenance = new LinkedHashMap<>();
    ProvenanceRecord made = run.folder().provenance();
    provenance.put("started", made.started());
    provenance.put("code_version", made.codeVersion());
    provenance.put("config_sha256", made.configSha256());
    provenance.put("seed", made.seed());
    provenance.put("inputs", made.inputs());
    provenance.put("step", run.checkpoint().step());
    provenance.put("parameters", run.config().prior().parameterCount());
    provenance.put("comparison", report.summary());
    return new BundleDescription.Prior(
        run.config().prior().classes(), run.tokenizerSha256(), provenance);
  }
}
