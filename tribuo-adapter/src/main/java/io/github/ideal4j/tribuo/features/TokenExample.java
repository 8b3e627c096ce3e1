package io.github.ideal4j.tribuo.features;

import java.util.HashMap;
import java.util.Map;
import org.tribuo.Output;
import org.tribuo.impl.ArrayExample;

/**
 * An {@link ArrayExample} that takes arrays that are sorted already, where its parent copies and
 * sorts them. It is saved as its parent is.
 */
@SuppressWarnings("serial") // Tribuo's examples are Serializable; they are saved as protobuf
final class TokenExample<T extends Output<T>> extends ArrayExample<T> {

  /**
   * Takes arrays over.
   *
   * @param names strictly ascending
   */
  TokenExample(T output, String[] names, double[] values, Map<String, Object> metadata) {
    super(output);
    if (!metadata.isEmpty()) {
      this.metadata = Map.copyOf(metadata); // a third of the memory of a hash map
    }
    featureNames = names;
    featureValues = values;
    size = names.length;
  }

  @Override
  public synchronized void setMetadataValue(String key, Object value) {
    if (metadata != null) {
      metadata = new HashMap<>(metadata);
    }
    super.setMetadataValue(key, value);
  }

  // Equal to any ArrayExample with the same content, as its parent says.
  @Override
  public boolean equals(Object other) {
    return super.equals(other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }
}
