package io.github.ideal4j.server;

import io.github.ideal4j.server.protocol.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.server.Request;

/** Lets in who may come in. */
final class Guard {

  private static final Set<String> OPEN = Set.of("/", "/v2/health/live", "/v2/health/ready");

  private final Optional<byte[]> digest;
  private final boolean loopbackOnly;

  Guard(ServerSettings settings) {
    digest = settings.token().map(Guard::sha256);
    loopbackOnly = settings.isLoopback();
  }

  /**
   * Looks at who asks.
   *
   * @throws ProtocolException if the exchange may not go on
   */
  void check(Exchange exchange) throws ProtocolException {
    // A name that points here may be somebody's trick on a browser of this machine.
    String host = Request.getServerName(exchange.request());
    if (loopbackOnly && !ServerSettings.LOOPBACK.contains(host == null ? "" : host)) {
      throw new ProtocolException(421, "this server answers to localhost only");
    }
    if (digest.isEmpty() || OPEN.contains(exchange.request().getHttpURI().getCanonicalPath())) {
      return;
    }
    String sent = exchange.header("Authorization");
    boolean bearer = sent.regionMatches(true, 0, "Bearer ", 0, 7);
    // Digests have equal lengths, and are compared in constant time.
    if (!bearer || !MessageDigest.isEqual(digest.get(), sha256(sent.substring(7).strip()))) {
      throw new ProtocolException(401, "a valid 'Authorization: Bearer TOKEN' is needed");
    }
  }

  private static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
