package io.github.ideal4j.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** Style and scripts of a page, from the class path: our own, and uPlot's from its archive. */
final class PageAssets {

  private static final String UPLOT = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

  private PageAssets() {}

  /** Our style, and uPlot's where there are charts. */
  static String style(boolean charts) throws IOException {
    return (charts ? uplot("dist/uPlot.min.css") + "\n" : "") + text("report.css");
  }

  /** Our script, and uPlot with its licence where there are charts. */
  static String script(boolean charts) throws IOException {
    String uplot =
        charts
            ? "/*\n%s\n*/\n%s\n".formatted(uplot("LICENSE"), uplot("dist/uPlot.iife.min.js"))
            : "";
    return uplot + text("report.js");
  }

  private static String uplot(String name) throws IOException {
    Properties about = new Properties();
    try (InputStream in = open(UPLOT)) {
      about.load(in);
    }
    String version = about.getProperty("version");
    return text("/META-INF/resources/webjars/uplot/%s/%s".formatted(version, name)).strip();
  }

  private static String text(String name) throws IOException {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream open(String name) {
    InputStream in = PageAssets.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException("resource %s is missing".formatted(name));
    }
    return in;
  }
}
