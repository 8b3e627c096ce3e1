package io.github.ideal4j.report;

/** Writes HTML. Text and attribute values are escaped; tags are balanced by their callers. */
final class Html {

  private final StringBuilder out = new StringBuilder(1 << 16);

  /** Begins an element. Attributes come as name, value, name, value. */
  Html open(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"").append(escape(attributes[i + 1]));
      out.append('"');
    }
    out.append('>');
    return this;
  }

  /** Ends an element, and its line. */
  Html close(String tag) {
    out.append("</").append(tag).append(">\n");
    return this;
  }

  /** An element that holds nothing but text. */
  Html element(String tag, String text, String... attributes) {
    open(tag, attributes);
    return text(text).close(tag);
  }

  /** The same, but nothing at all for an empty text. */
  Html optional(String tag, String text, String... attributes) {
    return text.isEmpty() ? this : element(tag, text, attributes);
  }

  Html text(String text) {
    out.append(escape(text));
    return this;
  }

  /** Our own markup, as it is. */
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
