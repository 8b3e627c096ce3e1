package io.github.ideal4j.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ideal4j.names.NearNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The named configurations of one kind of model. Each is a YAML resource {@code
 * presets/<kind>/<name>.yaml} beside this class that writes out every value with its reason.
 *
 * @param <C> the configuration record
 */
public final class Presets<C extends Record> {

  private final String kind;
  private final Class<C> type;
  private final List<String> names;

  private Presets(String kind, Class<C> type, List<String> names) {
    this.kind = kind;
    this.type = type;
    this.names = names;
  }

  /**
   * Declares the presets of a kind.
   *
   * @param kind names the folder of the resources, such as {@code prior}
   * @param type the record that each of them fills
   * @param names of the files, without ending
   */
  public static <C extends Record> Presets<C> of(String kind, Class<C> type, String... names) {
    return new Presets<>(kind, type, List.of(names));
  }

  /** The names that {@link #load(String, List)} takes, in the order of their declaration. */
  public List<String> names() {
    return names;
  }

  /**
   * Loads a preset and changes single values.
   *
   * @param name one of {@link #names()}
   * @param overrides assignments such as {@code training.steps=500}, applied in order
   * @throws IllegalArgumentException if the name or a key is unknown, or a value is not valid
   */
  public C load(String name, List<String> overrides) {
    try {
      return load(name, Optional.empty(), overrides);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Loads a preset, lays a file over it and then changes single values.
   *
   * @param name one of {@link #names()}
   * @param file YAML with some or all of the keys
   * @param overrides assignments such as {@code training.steps=500}, applied in order
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the name or a key is unknown, or a value is not valid
   */
  public C load(String name, Optional<Path> file, List<String> overrides) throws IOException {
    ObjectNode tree = Configs.tree(resource(name), "preset " + name);
    ConfigSchema schema = new ConfigSchema(type);
    schema.checkKeys(tree, "preset " + name);
    if (file.isPresent()) {
      ObjectNode extra = Configs.tree(Files.readString(file.get()), file.get().toString());
      schema.checkKeys(extra, file.get().toString());
      Configs.merge(tree, extra);
    }
    for (String assignment : overrides) {
      Configs.override(tree, assignment);
      schema.checkKeys(tree, "--set " + assignment);
    }
    return Configs.convert(tree, type, "preset " + name);
  }

  private String resource(String name) throws IOException {
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          "unknown %s preset '%s'; valid are %s%s"
              .formatted(kind, name, names, NearNames.hint(name, names)));
    }
    String path = "presets/%s/%s.yaml".formatted(kind, name);
    try (InputStream in = Presets.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
