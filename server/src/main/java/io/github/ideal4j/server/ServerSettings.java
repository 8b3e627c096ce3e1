package io.github.ideal4j.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Where a server listens, and what it takes.
 *
 * @param host an address of this machine
 * @param port 0 for any that is free
 * @param token what clients have to send as {@code Authorization: Bearer TOKEN}
 * @param tls the key store of HTTPS; empty for HTTP
 * @param limits of what is taken
 */
public record ServerSettings(
    String host, int port, Optional<String> token, Optional<Tls> tls, Limits limits) {

  /** Names of this machine for itself. */
  static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

  /** Checks the port and the token. */
  public ServerSettings {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port must be 0 to 65535, got %d".formatted(port));
    }
    if (token.isPresent() && !token.get().matches("[\\x21-\\x7E]{8,}")) {
      throw new IllegalArgumentException(
          "a token has at least 8 characters of ASCII without spaces, got %d characters"
              .formatted(token.get().length()));
    }
  }

  /** Whether only this machine can reach it. */
  public boolean isLoopback() {
    return LOOPBACK.contains(host);
  }

  /** HTTP on the loopback address, at any free port. */
  public static ServerSettings local() {
    return new ServerSettings(
        "127.0.0.1", 0, Optional.empty(), Optional.empty(), Limits.standard());
  }

  /** The same with other limits. */
  public ServerSettings withLimits(Limits newLimits) {
    return new ServerSettings(host, port, token, tls, newLimits);
  }

  /** The same with a token. */
  public ServerSettings withToken(String newToken) {
    return new ServerSettings(host, port, Optional.of(newToken), tls, limits);
  }

  /** The same with HTTPS. */
  public ServerSettings withTls(Tls newTls) {
    return new ServerSettings(host, port, token, Optional.of(newTls), limits);
  }

  /**
   * A key store.
   *
   * @param keyStore PKCS #12 or JKS
   * @param password of the store and its key
   */
  public record Tls(Path keyStore, String password) {}

  /**
   * What is taken. Memory follows from these alone.
   *
   * @param maxBody bytes of a request
   * @param memory bytes of all requests and answers that are under way
   * @param maxPixels of a photograph, by its header
   * @param maxRows images of a request
   * @param maxConnections at a time
   * @param deadline how long a request may wait for its turn, unless it says less
   * @param patience how long a client may take to send a request, to read an answer, or to think
   *     between two
   * @param threads that read JSON and decode photographs
   */
  public record Limits(
      int maxBody,
      long memory,
      long maxPixels,
      int maxRows,
      int maxConnections,
      Duration deadline,
      Duration patience,
      int threads) {

    /** Checks the ranges. */
    public Limits {
      atLeastOne("max-body", maxBody);
      atLeastOne("memory", memory);
      atLeastOne("max-pixels", maxPixels);
      atLeastOne("max-images", maxRows);
      atLeastOne("max-connections", maxConnections);
      atLeastOne("deadline", deadline.toMillis());
      atLeastOne("patience", patience.toMillis());
      atLeastOne("threads", threads);
      if (memory < maxBody) {
        throw new IllegalArgumentException(
            "memory of %d bytes is less than a body of %d".formatted(memory, maxBody));
      }
    }

    /** 16 MiB a request, 256 MiB for all, 24 megapixels, 64 images, 256 connections. */
    public static Limits standard() {
      return new Limits(
          16 << 20,
          256L << 20,
          24L << 20,
          64,
          256,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Runtime.getRuntime().availableProcessors());
    }

    /** The same with another limit of bytes. */
    public Limits withMaxBody(int bytes) {
      return new Limits(
          bytes, memory, maxPixels, maxRows, maxConnections, deadline, patience, threads);
    }

    /** The same with another limit of all bytes. */
    public Limits withMemory(long bytes) {
      return new Limits(
          maxBody, bytes, maxPixels, maxRows, maxConnections, deadline, patience, threads);
    }

    /** The same with another limit of pixels. */
    public Limits withMaxPixels(long pixels) {
      return new Limits(
          maxBody, memory, pixels, maxRows, maxConnections, deadline, patience, threads);
    }

    /** The same with another number of connections. */
    public Limits withMaxConnections(int connections) {
      return new Limits(
          maxBody, memory, maxPixels, maxRows, connections, deadline, patience, threads);
    }

    /** The same with another number of images in a request. */
    public Limits withMaxRows(int rows) {
      return new Limits(
          maxBody, memory, maxPixels, rows, maxConnections, deadline, patience, threads);
    }

    /** The same with another time for clients. */
    public Limits withPatience(Duration newPatience) {
      return new Limits(
          maxBody, memory, maxPixels, maxRows, maxConnections, deadline, newPatience, threads);
    }

    private static void atLeastOne(String what, long value) {
      if (value < 1) {
        throw new IllegalArgumentException("%s must be at least 1, got %d".formatted(what, value));
      }
    }
  }
}
