package io.github.ideal4j.cli;

import io.github.ideal4j.training.StopSignal;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What Ctrl-C and a request to end do. The JVM would run its shutdown hooks, of which ONNX
 * Runtime's own releases the library under a run that is still going on: the process would go down
 * with a crash report. So it ends at once, without hooks; files are written beside and moved into
 * place, so nothing is half written. A training, which has something to save, still ends by its
 * hook, and a server finishes what it has accepted.
 */
final class Interruption {

  private static final Map<String, Integer> EXIT_CODES = Map.of("INT", 130, "TERM", 143);

  private static final AtomicReference<Runnable> LAST_WORK = new AtomicReference<>();

  private Interruption() {}

  /**
   * What a command does when it is asked to end; the process then exits with 0. Asked twice, it
   * ends at once.
   */
  static void onEnd(Runnable work) {
    LAST_WORK.set(work);
  }

  /**
   * Watches over the process from now on; where signals cannot be had, the JVM does as it likes.
   */
  static void watch() {
    EXIT_CODES.forEach(
        (name, code) -> {
          try {
            handle(name, code);
          } catch (ReflectiveOperationException e) {
            System.getLogger(Interruption.class.getName())
                .log(System.Logger.Level.DEBUG, "no handler of signal " + name, e);
          }
        });
  }

  /** By reflection: javac warns of the names that follow, though every JDK has them. */
  private static void handle(String name, int code) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object ours =
        Proxy.newProxyInstance(
            handler.getClassLoader(),
            new Class<?>[] {handler},
            (self, method, arguments) -> {
              if (method.getName().equals("handle")) {
                end(code);
              }
              return null;
            });
    signal
        .getMethod("handle", signal, handler)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
  }

  private static void end(int code) {
    Runnable work = LAST_WORK.getAndSet(null);
    if (work != null) {
      work.run();
      Runtime.getRuntime().halt(0);
    }
    if (StopSignal.isArmed()) {
      System.exit(code);
    }
    Runtime.getRuntime().halt(code);
  }
}
