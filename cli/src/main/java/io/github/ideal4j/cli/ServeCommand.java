package io.github.ideal4j.cli;

import io.github.ideal4j.server.InferenceServer;
import io.github.ideal4j.server.ServerMetrics;
import io.github.ideal4j.server.ServerSettings;
import io.github.ideal4j.server.model.ModelSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ideal serve}. */
@Command(
    name = "serve",
    description = {
      "Serve bundles and classifiers over HTTP: the Open Inference Protocol v2 for "
          + "programs, photographs in and pictures out for people, a page at /.",
      "SIGTERM or Ctrl-C finishes what was accepted and exits with 0."
    },
    footer = {
      "",
      "Examples:",
      "  ideal serve",
      "  ideal serve --bundle birds=out/birds --classifier classifier.onnx --port 9000",
      "  curl --data-binary @photo.jpg http://127.0.0.1:8080/tokens"
    })
final class ServeCommand implements Callable<Integer> {

  private static final int MEBIBYTE = 1 << 20;

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;

  @Option(
      names = "--bundle",
      paramLabel = "[NAME=]B",
      description =
          "A bundle's folder, and what to call it. May be given often. Default: models/tiny.")
  List<String> bundles = new ArrayList<>();

  @Option(
      names = "--classifier",
      paramLabel = "[NAME=]FILE",
      description = "A file that 'ideal fuse' wrote. May be given often.")
  List<String> classifiers = new ArrayList<>();

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      paramLabel = "H",
      description =
          "Address to listen at; 0.0.0.0 for all of this machine. Default: ${DEFAULT-VALUE}.")
  String host;

  @Option(
      names = "--port",
      defaultValue = "8080",
      paramLabel = "P",
      description = "Port to listen at; 0 for any. Default: ${DEFAULT-VALUE}.")
  @Between(least = 0, most = 65535)
  int port;

  @Mixin ProviderOption provider;

  @ArgGroup(exclusive = false, heading = "%nBatches and queues:%n")
  BatchingOptions batches = new BatchingOptions();

  @ArgGroup(exclusive = false, heading = "%nLimits:%n")
  Sizes bounds = new Sizes();

  @ArgGroup(exclusive = false, heading = "%nWho may come:%n")
  Access access = new Access();

  @Option(names = "--no-access-log", description = "Do not print a line for each request.")
  boolean quiet;

  /** What is taken. */
  static final class Sizes {

    @Option(
        names = "--max-body",
        paramLabel = "MIB",
        description = "Largest request. Default: ${DEFAULT-VALUE}.")
    @Between(least = 1, most = 1024)
    int maxBody = ServerSettings.Limits.standard().maxBody() / MEBIBYTE;

    @Option(
        names = "--memory",
        paramLabel = "MIB",
        description = "Requests and answers under way, all together. Default: ${DEFAULT-VALUE}.")
    @Between(least = 1)
    int memory = (int) (ServerSettings.Limits.standard().memory() / MEBIBYTE);

    @Option(
        names = "--max-megapixels",
        paramLabel = "N",
        description = "Largest photograph, by its header. Default: ${DEFAULT-VALUE}.")
    @Between(least = 1, most = 2047)
    int maxMegapixels = (int) (ServerSettings.Limits.standard().maxPixels() / MEBIBYTE);

    @Option(
        names = "--max-images",
        paramLabel = "N",
        description = "Most images in a request. Default: ${DEFAULT-VALUE}.")
    @Between(least = 1)
    int maxImages = ServerSettings.Limits.standard().maxRows();

    @Option(
        names = "--max-connections",
        paramLabel = "N",
        description = "Most connections at a time. Default: ${DEFAULT-VALUE}.")
    @Between(least = 1)
    int maxConnections = ServerSettings.Limits.standard().maxConnections();

    @Option(
        names = "--deadline",
        paramLabel = "SECONDS",
        description = "How long a request may wait for its turn. Default: ${DEFAULT-VALUE}.")
    @Between(least = 1)
    int deadline = (int) ServerSettings.Limits.standard().deadline().toSeconds();

    @Option(
        names = "--patience",
        paramLabel = "SECONDS",
        description =
            "How long a client may take to send, to read, or to think. Default: ${DEFAULT-VALUE}.")
    @Between(least = 1)
    int patience = (int) ServerSettings.Limits.standard().patience().toSeconds();
  }

  /** Who may come. */
  static final class Access {

    @Option(
        names = "--token-file",
        paramLabel = "FILE",
        description = "Its first line is what clients send as 'Authorization: Bearer ...'.")
    Path tokenFile;

    @Option(
        names = "--key-store",
        paramLabel = "FILE",
        description = "A PKCS #12 or JKS key store: HTTPS instead of HTTP.")
    Path keyStore;

    @Option(
        names = "--key-store-password-file",
        paramLabel = "FILE",
        description = "Its first line is the key store's password.")
    Path passwordFile;
  }

  @Override
  public Integer call() throws Exception {
    ServerSettings settings = settings();
    if (!settings.isLoopback() && settings.token().isEmpty()) {
      spec.commandLine()
          .getErr()
          .printf(
              "Whoever reaches %s can use this server; --token-file asks them for a token.%n",
              host);
    }
    ServerMetrics metrics = new ServerMetrics();
    ModelSet models =
        new ModelSet(
            batches.settings(),
            provider.settings(processor.threads),
            settings.limits().maxPixels(),
            metrics);
    load(models);
    try (InferenceServer server = InferenceServer.start(models, metrics, settings, accessLog())) {
      Interruption.onEnd(server::close); // which then ends the process
      announce(server, models);
      new CountDownLatch(1).await();
    }
    return 0;
  }

  private void load(ModelSet models) throws IOException {
    try {
      for (String bundle :
          bundles.isEmpty() ? List.of(BundleOption.shipped(spec).toString()) : bundles) {
        models.addBundle(name(bundle), Path.of(file(bundle)));
      }
      for (String classifier : classifiers) {
        models.addClassifier(name(classifier), Path.of(file(classifier)));
      }
    } catch (IOException | RuntimeException e) {
      models.close();
      throw e;
    }
  }

  private static String name(String named) {
    return named.matches("[^/\\\\=]+=.*") ? named.substring(0, named.indexOf('=')) : "";
  }

  private static String file(String named) {
    return name(named).isEmpty() ? named : named.substring(named.indexOf('=') + 1);
  }

  private ServerSettings settings() throws IOException {
    Optional<String> token = Optional.empty();
    if (access.tokenFile != null) {
      token = Optional.of(firstLine(access.tokenFile));
    }
    Optional<ServerSettings.Tls> tls = Optional.empty();
    if (access.keyStore != null) {
      String password = access.passwordFile == null ? "" : firstLine(access.passwordFile);
      tls = Optional.of(new ServerSettings.Tls(access.keyStore, password));
    } else if (access.passwordFile != null) {
      throw new ParameterException(
          spec.commandLine(), "--key-store-password-file needs --key-store");
    }
    ServerSettings.Limits limits =
        new ServerSettings.Limits(
            bounds.maxBody * MEBIBYTE,
            (long) bounds.memory * MEBIBYTE,
            (long) bounds.maxMegapixels * MEBIBYTE,
            bounds.maxImages,
            bounds.maxConnections,
            Duration.ofSeconds(bounds.deadline),
            Duration.ofSeconds(bounds.patience),
            processor.threads);
    return new ServerSettings(host, port, token, tls, limits);
  }

  static String firstLine(Path file) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines
          .findFirst()
          .orElseThrow(() -> new IOException("%s is empty".formatted(file)))
          .strip();
    }
  }

  private Consumer<String> accessLog() {
    PrintWriter err = spec.commandLine().getErr();
    return quiet
        ? line -> {}
        : line -> {
          synchronized (err) {
            err.println(line);
          }
        };
  }

  private void announce(InferenceServer server, ModelSet models) throws IOException {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("url", server.url().toString());
    facts.put("models", models.models().keySet());
    output.print(
        facts,
        "Listening at %s with %s"
            .formatted(server.url(), String.join(", ", models.models().keySet())));
  }
}
