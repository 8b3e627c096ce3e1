package io.github.ideal4j.pipeline.evaluation;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.evaluation.codec.JpegCodec;
import io.github.ideal4j.evaluation.codec.PixelCodec;
import io.github.ideal4j.evaluation.codec.WebpCodec;
import io.github.ideal4j.evaluation.network.Inception;
import io.github.ideal4j.evaluation.network.Taef2;
import io.github.ideal4j.evaluation.network.VqVae;
import io.github.ideal4j.loss.Lpips;
import io.github.ideal4j.loss.LpipsNetwork;
import io.github.ideal4j.names.NearNames;
import io.github.ideal4j.pipeline.ShippedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The networks of an evaluation, each loaded when it is first asked for. Closes what it loaded. */
final class EvaluationNetworks implements AutoCloseable {

  private final EvaluationSettings settings;
  private final NDManager manager;
  private final Map<LpipsNetwork, Lpips> lpips = new EnumMap<>(LpipsNetwork.class);
  private Inception inception;

  EvaluationNetworks(EvaluationSettings settings, NDManager manager) {
    this.settings = settings;
    this.manager = manager;
  }

  /** Empty where the user gave no backbone for it. */
  Optional<Lpips> lpips(LpipsNetwork network) throws IOException {
    Optional<Path> file =
        network == LpipsNetwork.ALEX ? settings.files().alex() : settings.files().vgg();
    if (network != LpipsNetwork.SQUEEZE && file.isEmpty()) {
      return Optional.empty();
    }
    if (!lpips.containsKey(network)) {
      lpips.put(
          network,
          network == LpipsNetwork.SQUEEZE
              ? Lpips.load(manager)
              : Lpips.load(network, file.orElseThrow(), manager));
    }
    return Optional.of(lpips.get(network));
  }

  /** Empty where there are no weights. */
  Optional<Inception> inception() throws IOException {
    if (inception == null && settings.files().inception().isPresent()) {
      inception = Inception.load(settings.files().inception().get(), manager);
    }
    return Optional.ofNullable(inception);
  }

  /**
   * A codec to compare with.
   *
   * @param spec {@code jpeg}, {@code webp}, {@code vqvae[:FILE]}, {@code taef2[:FILE]} or {@code
   *     bundle:DIR}
   * @param bits of an image that it should come near to, where it has a choice
   */
  PixelCodec codec(String spec, long bits) throws IOException {
    int colon = spec.indexOf(':');
    String name = colon < 0 ? spec : spec.substring(0, colon);
    Optional<Path> file =
        colon < 0 ? Optional.empty() : Optional.of(Path.of(spec.substring(colon + 1)));
    return switch (name) {
      case "jpeg" -> new JpegCodec(bits);
      case "webp" -> webp(bits);
      case "vqvae" -> VqVae.load(file.orElseGet(() -> ShippedFiles.locate().vqVae()), manager);
      case "taef2" -> Taef2.load(file.orElseGet(() -> ShippedFiles.locate().taef2()), manager);
      case "bundle" -> BundleCodec.open(file.orElseThrow(() -> unknown(spec)), settings.session());
      default -> throw unknown(spec);
    };
  }

  private static IllegalArgumentException unknown(String spec) {
    return new IllegalArgumentException(
        "peer '%s' is unknown; valid are jpeg, webp, vqvae[:FILE], taef2[:FILE], bundle:DIR%s"
            .formatted(
                spec,
                NearNames.hint(spec, List.of("jpeg", "webp", "vqvae", "taef2", "bundle:DIR"))));
  }

  private static PixelCodec webp(long bits) {
    if (!WebpCodec.isAvailable()) {
      throw new IllegalArgumentException("peer 'webp' has no library for this operating system");
    }
    return new WebpCodec(bits);
  }

  @Override
  public void close() {
    lpips.values().forEach(Lpips::close);
    if (inception != null) {
      inception.close();
    }
  }
}
