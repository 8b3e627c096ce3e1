package io.github.ideal4j.tribuo.features;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.List;

/** The histogram of codes of the whole image, {@code boc-0042} and so on. */
public final class BagOfCodes implements TokenFeaturizer {

  @Config(description = "What becomes of the counts.")
  private Weighting weighting = Weighting.HELLINGER;

  /** For configuration: the Hellinger weighting unless another is set. */
  private BagOfCodes() {}

  public BagOfCodes(Weighting weighting) {
    this.weighting = weighting;
  }

  @Override
  public String spec() {
    return "boc:" + weighting.spec();
  }

  @Override
  public TokenFeatures prepare(TokenizerInfo tokenizer) {
    return new Prepared(CodeNames.of("boc-", tokenizer.codebookSize()), weighting);
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "TokenFeaturizer");
  }

  private record Prepared(List<String> names, Weighting weighting) implements TokenFeatures {

    @Override
    public void extract(int[] tokens, FeatureSink sink) {
      int[] sorted = sink.room(tokens.length);
      System.arraycopy(tokens, 0, sorted, 0, tokens.length);
      weighting.histogramOf(sorted, tokens.length, names, sink);
    }

    @Override
    public Value emit(GraphBuilder graph, Value tokens) {
      return weighting.emit(graph, Histograms.count(graph, tokens, names.size()));
    }
  }
}
