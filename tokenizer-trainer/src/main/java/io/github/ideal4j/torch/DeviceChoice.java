package io.github.ideal4j.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where arrays live: what {@code --device auto|cpu|cuda[:n]} means on this machine.
 *
 * @param device the device
 * @param reason in a few words, why this one
 */
public record DeviceChoice(Device device, String reason) {

  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

  /**
   * Decides.
   *
   * @param wish {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:n}
   * @param engine the started engine
   * @throws IllegalArgumentException if the wish is none of these or there is no such GPU
   */
  static DeviceChoice of(String wish, Engine engine) {
    int gpus = engine.getGpuCount();
    if (wish.equals("auto")) {
      return gpus > 0
          ? new DeviceChoice(Device.gpu(), "the first of %d GPUs".formatted(gpus))
          : new DeviceChoice(Device.cpu(), "PyTorch sees no CUDA GPU");
    }
    if (wish.equals("cpu")) {
      return new DeviceChoice(Device.cpu(), "as asked");
    }
    Matcher cuda = CUDA.matcher(wish);
    if (!cuda.matches()) {
      throw new IllegalArgumentException(
          "unknown device '%s'; valid are auto, cpu, cuda and cuda:n".formatted(wish));
    }
    int index = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
    if (index >= gpus) {
      throw new IllegalArgumentException(
          "there is no device %s: PyTorch sees %d CUDA GPUs; 'ideal doctor' tells more"
              .formatted(wish, gpus));
    }
    return new DeviceChoice(Device.gpu(index), "as asked");
  }

  /** Which device and why: {@code "the CPU (PyTorch sees no CUDA GPU)"}. */
  public String text() {
    String name = device.isGpu() ? "GPU " + device.getDeviceId() : "the CPU";
    return "%s (%s)".formatted(name, reason);
  }
}
