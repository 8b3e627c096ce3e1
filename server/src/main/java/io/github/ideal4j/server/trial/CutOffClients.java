package io.github.ideal4j.server.trial;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.util.SplittableRandom;

/**
 * Clients that reset their connection: within the head, within the body, before or in the answer.
 */
final class CutOffClients extends Disturbance {

  private final TrialClient client;
  private final long seed;

  CutOffClients(URI url, TrialClient client, long seed) {
    super(url);
    this.client = client;
    this.seed = seed;
  }

  @Override
  String name() {
    return "Cutting off";
  }

  @Override
  int one(int number) throws IOException {
    SplittableRandom random = new SplittableRandom(seed + number);
    byte[] request = client.raw(number);
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      switch (number % 4) {
        case 0 -> out.write(request, 0, 1 + random.nextInt(100));
        case 1 -> out.write(request, 0, 300 + random.nextInt(request.length - 300));
        case 2 -> out.write(request);
        default -> {
          out.write(request);
          socket.getInputStream().readNBytes(1 + random.nextInt(40));
        }
      }
      out.flush();
    }
    return 0;
  }
}
