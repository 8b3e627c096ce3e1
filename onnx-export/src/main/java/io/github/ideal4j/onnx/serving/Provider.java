package io.github.ideal4j.onnx.serving;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where ONNX Runtime computes.
 *
 * @param kind CPU or CUDA
 * @param device number of the CUDA device; 0 on CPU
 */
public record Provider(Kind kind, int device) {

  /** The kinds there are. */
  public enum Kind {
    /** The processor. */
    CPU,
    /** An NVIDIA graphics card. */
    CUDA
  }

  /** The processor. */
  public static final Provider CPU = new Provider(Kind.CPU, 0);

  private static final Pattern TEXT = Pattern.compile("cuda(:([0-9]{1,3}))?");

  /** Checks the device. */
  public Provider {
    if (device < 0 || (kind == Kind.CPU && device != 0)) {
      throw new IllegalArgumentException("%s has no device %d".formatted(kind, device));
    }
  }

  /** Reads {@code cpu}, {@code cuda} or {@code cuda:1}. */
  public static Provider parse(String text) {
    if (text.equals("cpu")) {
      return CPU;
    }
    Matcher cuda = TEXT.matcher(text);
    if (!cuda.matches()) {
      throw new IllegalArgumentException(
          "provider '%s' is unknown; valid are cpu, cuda, cuda:1".formatted(text));
    }
    return new Provider(Kind.CUDA, cuda.group(2) == null ? 0 : Integer.parseInt(cuda.group(2)));
  }

  @Override
  public String toString() {
    return kind == Kind.CPU ? "cpu" : "cuda:" + device;
  }
}
