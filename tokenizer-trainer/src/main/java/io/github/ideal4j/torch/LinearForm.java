package io.github.ideal4j.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/**
 * How linear layers are computed on the CPU: as a matrix product, or as a 1x1 convolution over a
 * channels-last view of the tokens, which is the same sum but goes to oneDNN instead of MKL. On
 * some AMD processors the convolution is up to 1.9 times faster, on an Intel Xeon it is slower. It
 * is chosen where {@value #MEASUREMENTS} measurements at first use all find it at least {@value
 * #WORTHWHILE} times faster, for other work on the machine can slow down one form alone; the system
 * property {@code ideal.linear} ({@code product} or {@code convolution}) decides without measuring.
 */
public enum LinearForm {
  /** An ordinary matrix product. */
  PRODUCT,
  /** A 1x1 convolution. */
  CONVOLUTION;

  // A whole training step gains less than the operator alone; and the choice must not turn on
  // noise,
  // since both forms differ in the last digit. Where it pays, the factor is 1.6 to 1.9.
  static final double WORTHWHILE = 1.45;

  static final int MEASUREMENTS = 4;

  private static final String PROPERTY = "ideal.linear";
  private static final int ROUNDS = 16;
  private static final int ROWS = 2048;
  private static final int IN = 192;
  private static final int OUT = 576;

  private static volatile LinearForm inUse;

  /** The form of this JVM; measured when it is first asked for. */
  public static LinearForm chosen() {
    LinearForm form = inUse;
    return form == null ? decide() : form;
  }

  private static synchronized LinearForm decide() {
    if (inUse == null) {
      inUse = choose();
    }
    return inUse;
  }

  /**
   * Computes in this form from now on. Both forms differ in the last digit, so what goes on with an
   * earlier computation needs its form.
   */
  public static synchronized void use(LinearForm form) {
    inUse = form;
  }

  private static LinearForm choose() {
    String wish = System.getProperty(PROPERTY);
    if (wish == null) {
      return measure();
    }
    try {
      return valueOf(wish.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "property %s is '%s'; valid are product and convolution".formatted(PROPERTY, wish), e);
    }
  }

  private static LinearForm measure() {
    TorchEngine.start0();
    boolean gradients = Autograd.isRecording();
    Autograd.setRecording(false);
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      NDArray x = manager.ones(new Shape(ROWS, IN));
      NDArray weight = manager.ones(new Shape(OUT, IN));
      return chosenBy(() -> factor(x, weight));
    } finally {
      Autograd.setRecording(gradients);
    }
  }

  /**
   * The form that repeated measurements agree on.
   *
   * @param factor measures how many times faster the convolution is
   */
  static LinearForm chosenBy(DoubleSupplier factor) {
    for (int i = 0; i < MEASUREMENTS; i++) {
      if (factor.getAsDouble() < WORTHWHILE) {
        return PRODUCT;
      }
    }
    return CONVOLUTION;
  }

  private static double factor(NDArray x, NDArray weight) {
    double product = Double.MAX_VALUE;
    double convolution = Double.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      product = Math.min(product, PRODUCT.seconds(x, weight));
      convolution = Math.min(convolution, CONVOLUTION.seconds(x, weight));
    }
    return product / convolution;
  }

  private double seconds(NDArray x, NDArray weight) {
    long start = System.nanoTime();
    apply(x, weight, null).close();
    return (System.nanoTime() - start) / 1e9;
  }

  /**
   * Applies a linear layer.
   *
   * @param x {@code [..., in]}
   * @param weight {@code [out, in]}
   * @param bias {@code [out]} or null
   * @return {@code [..., out]}
   */
  NDArray apply(NDArray x, NDArray weight, NDArray bias) {
    if (this == CONVOLUTION && x.getDevice().equals(Device.cpu())) {
      Shape shape = x.getShape();
      long in = shape.get(shape.dimension() - 1);
      long side = side(shape.size() / in);
      if (side > 0) {
        return convolve(x, weight, bias, side);
      }
    }
    return x.getNDArrayInternal().linear(x, weight, bias).singletonOrThrow();
  }

  /** Both sides of the view must exceed 1, or oneDNN takes the layout for channels-first. */
  private static long side(long rows) {
    for (long side : new long[] {8, 4}) {
      if (rows % (side * side) == 0) {
        return side;
      }
    }
    return 0;
  }

  private static NDArray convolve(NDArray x, NDArray weight, NDArray bias, long side) {
    Shape shape = x.getShape();
    long in = shape.get(shape.dimension() - 1);
    long out = weight.getShape().get(0);
    Shape one = new Shape(1, 1);
    NDArray image = x.reshape(-1, side, side, in).transpose(0, 3, 1, 2);
    NDArray result =
        image
            .getNDArrayInternal()
            .convolution(image, weight.reshape(out, in, 1, 1), bias, one, new Shape(0, 0), one, 1)
            .singletonOrThrow();
    Shape back = shape.slice(0, shape.dimension() - 1).add(out);
    return result.transpose(0, 2, 3, 1).reshape(back);
  }
}
