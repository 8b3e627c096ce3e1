package io.github.ideal4j.tribuo.model;

import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.config.property.ListProperty;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.tribuo.TokenSourceProvenance;
import io.github.ideal4j.tribuo.features.DecodedFeatures;
import io.github.ideal4j.tribuo.features.PooledCodebook;
import io.github.ideal4j.tribuo.features.PriorScores;
import io.github.ideal4j.tribuo.features.TokenFeaturizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.OutputFactory;

/**
 * What a saved model tells about the source that it was trained on, made again.
 *
 * @param featurizers in their order
 * @param outputFactory of the outputs
 */
record SavedSource(List<TokenFeaturizer> featurizers, OutputFactory<?> outputFactory) {

  /** Files of a bundle that featurizers read; the bundle may have moved since. */
  private static final Map<String, String> BUNDLE_FILES =
      Map.of(
          PooledCodebook.class.getName(), BundleFiles.CODEBOOK,
          DecodedFeatures.class.getName(), BundleFiles.DECODER,
          PriorScores.class.getName(), BundleFiles.PRIOR_SCORE);

  /**
   * Reads a provenance.
   *
   * @param bundle where the bundle is now, unless it has not moved
   * @throws IOException if one cannot be made: its file is gone, or has changed
   */
  static SavedSource of(TokenSourceProvenance source, Optional<Path> bundle) throws IOException {
    List<ConfigurationData> all = ProvenanceUtil.extractConfiguration(source);
    try (ConfigurationManager manager = new ConfigurationManager()) {
      // Only the featurizers: the data source would look for its token files, which may be gone.
      for (ConfigurationData data : all) {
        Class<?> kind = Class.forName(data.getClassName());
        if (TokenFeaturizer.class.isAssignableFrom(kind)
            || OutputFactory.class.isAssignableFrom(kind)) {
          manager.addConfiguration(data);
          String file = BUNDLE_FILES.get(data.getClassName());
          if (file != null && bundle.isPresent()) {
            manager.overrideConfigurableProperty(
                data.getName(), "file", new SimpleProperty(bundle.get().resolve(file).toString()));
          }
        }
      }
      Map<String, Property> host = host(all).getProperties();
      List<TokenFeaturizer> made = new ArrayList<>();
      for (SimpleProperty name : ((ListProperty) host.get("featurizers")).getSimpleList()) {
        made.add((TokenFeaturizer) manager.lookup(name.getValue()));
      }
      String factory = ((SimpleProperty) host.get("outputFactory")).getValue();
      return new SavedSource(made, (OutputFactory<?>) manager.lookup(factory));
    } catch (ClassNotFoundException | PropertyException e) {
      throw new IOException(
          "the model's features cannot be made again: %s".formatted(e.getMessage()), e);
    }
  }

  /** The source itself; the rest are parts of it. */
  private static ConfigurationData host(List<ConfigurationData> all) throws IOException {
    for (ConfigurationData data : all) {
      Map<String, Property> properties = data.getProperties();
      if (properties.get("featurizers") instanceof ListProperty
          && properties.get("outputFactory") instanceof SimpleProperty) {
        return data;
      }
    }
    throw new IOException("the model's provenance names no featurizers");
  }
}
