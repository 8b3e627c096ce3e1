package io.github.ideal4j.server.protocol;

/** What somebody sent, made fit for one line of a message or a log. */
public final class Printable {

  private static final int LONGEST = 80;

  private Printable() {}

  /** At most 80 characters, none of which controls anything. */
  public static String text(String sent) {
    String shown = sent.length() > LONGEST ? sent.substring(0, LONGEST) + "..." : sent;
    return line(shown);
  }

  /** Without anything that controls. */
  public static String line(String text) {
    return text.replaceAll("\\p{C}", "?");
  }
}
