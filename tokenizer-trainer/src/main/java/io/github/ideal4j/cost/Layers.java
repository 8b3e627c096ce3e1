package io.github.ideal4j.cost;

/**
 * Adds up layers of one image. What an operator makes stays in memory until the step ends, so every
 * result counts, whether the backward pass needs it or not; views count nothing.
 */
final class Layers {

  private long parameters;
  private double products;
  private double numbers;

  /** Numbers that are held and cost nothing else. */
  Layers holds(long count) {
    parameters += count;
    return this;
  }

  /** Results that cost nothing else. */
  Layers makes(double count) {
    numbers += count;
    return this;
  }

  /** Products that leave nothing else. */
  Layers multiplies(double count) {
    products += count;
    return this;
  }

  /** A linear layer with bias. */
  Layers linear(double rows, long in, long out) {
    return holds(out).matrix(rows, in, out);
  }

  /** A linear layer without bias. */
  Layers matrix(double rows, long in, long out) {
    return holds(in * out).multiplies(rows * in * out).makes(rows * out);
  }

  /** A norm with scale and shift, over rows of numbers or groups of channels. */
  Layers norm(double places, long width) {
    return holds(2 * width).makes(places * width);
  }

  /** Softmax attention without its projections; scores never stay in memory. */
  Layers attention(double queries, double keys, long width) {
    return multiplies(2 * queries * keys * width).makes(queries * width);
  }

  /** A convolution with bias. */
  Layers convolution(double places, long in, long out, int side) {
    long weight = in * out * side * side;
    return holds(weight + out).multiplies(places * weight).makes(places * out);
  }

  /** Dropout: what is kept, and the result. */
  Layers dropout(double probability, double count) {
    return probability > 0 ? makes(2 * count) : this;
  }

  ModelPart trained(String name) {
    return new ModelPart(name, ModelPart.Kind.TRAINED, parameters, products, 3, numbers);
  }

  /** A part that does not learn as the others do. */
  ModelPart part(String name, ModelPart.Kind kind, double passes, double copies) {
    return new ModelPart(name, kind, parameters, products, passes, copies * numbers);
  }
}
