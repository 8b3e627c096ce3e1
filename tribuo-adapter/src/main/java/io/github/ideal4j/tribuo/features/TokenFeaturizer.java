package io.github.ideal4j.tribuo.features;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.ideal4j.arrow.TokenizerInfo;

/**
 * A way to turn the tokens of an image into features. Immutable once configured, and described by
 * its provenance, so that a saved model can make the same features again.
 */
public interface TokenFeaturizer extends Configurable, Provenancable<ConfiguredObjectProvenance> {

  /** How {@link FeatureSpec} names it, with every choice written out: {@code boc:hellinger}. */
  String spec();

  /**
   * Makes names and tables for the tokens of one tokenizer.
   *
   * @throws IllegalArgumentException if these features cannot be made from its tokens
   */
  TokenFeatures prepare(TokenizerInfo tokenizer);
}
