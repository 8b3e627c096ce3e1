package io.github.ideal4j.onnx.serving;

/**
 * Seconds by stage. Reading and decoding are summed over their threads, which run beside the
 * others.
 *
 * @param read bytes out of the source
 * @param decode to pixels of the model's size
 * @param waiting for photographs, with nothing to encode: the part of decoding that does not hide
 * @param encode in ONNX Runtime
 * @param write tokens, and to make sure that they are on the disk
 */
public record StageTimes(double read, double decode, double waiting, double encode, double write) {

  /** Nothing yet. */
  public static StageTimes none() {
    return new StageTimes(0, 0, 0, 0, 0);
  }

  /** Both together. */
  public StageTimes plus(StageTimes other) {
    return new StageTimes(
        read + other.read,
        decode + other.decode,
        waiting + other.waiting,
        encode + other.encode,
        write + other.write);
  }
}
