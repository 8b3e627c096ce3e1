package io.github.ideal4j.tribuo;

import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tribuo.Model;
import org.tribuo.classification.sgd.linear.LinearSGDModel;

/** Reads saved models and makes their featurizers again from the provenance. */
final class ModelFile {

  private ModelFile() {}

  static TokenClassifier read(Path file, Optional<Path> codebook) throws IOException {
    Model<?> model = model(file);
    if (model instanceof LinearSGDModel linear
        && model.getProvenance().getDatasetProvenance().getSourceProvenance()
            instanceof TokenDataSourceProvenance source) {
      return new TokenClassifier(linear, featurizers(file, source, codebook), source.tokenizer());
    }
    throw new IOException(
        "%s holds a %s that was not trained on tokens; a linear model of a TokenDataSource is needed"
            .formatted(file, model.getClass().getSimpleName()));
  }

  private static Model<?> model(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    try {
      return Model.deserializeFromFile(file);
    } catch (IOException | RuntimeException e) { // Tribuo throws all kinds at damaged files
      throw new IOException("%s is no Tribuo model: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static List<TokenFeaturizer> featurizers(
      Path file, TokenDataSourceProvenance source, Optional<Path> codebook) throws IOException {
    List<String> names = new ArrayList<>();
    try (ConfigurationManager manager = new ConfigurationManager()) {
      // Only the featurizers: the data source would look for its token files, which may be gone.
      for (ConfigurationData data : ProvenanceUtil.extractConfiguration(source)) {
        if (TokenFeaturizer.class.isAssignableFrom(Class.forName(data.getClassName()))) {
          manager.addConfiguration(data);
          names.add(data.getName());
          if (data.getClassName().equals(PooledCodebook.class.getName())) {
            codebook.ifPresent(
                path ->
                    manager.overrideConfigurableProperty(
                        data.getName(), "codebook", new SimpleProperty(path.toString())));
          }
        }
      }
      List<TokenFeaturizer> made = new ArrayList<>();
      names.forEach(name -> made.add((TokenFeaturizer) manager.lookup(name)));
      return made;
    } catch (ClassNotFoundException | PropertyException e) {
      throw new IOException(
          "%s: its features cannot be made again: %s".formatted(file, e.getMessage()), e);
    }
  }
}
