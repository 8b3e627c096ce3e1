package io.github.ideal4j.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.torch.LinearForm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What made a result: enough to make it again and to tell two results apart.
 *
 * @param kind what was trained, such as {@code prior}
 * @param started when, in UTC to the second, as ISO 8601
 * @param codeVersion of this project
 * @param configSha256 of the complete configuration as YAML
 * @param seed of the run
 * @param inputs SHA-256 of every file that went in, by role ({@code tokens}, {@code backbone})
 * @param libraries versions of what computed, by name
 * @param device where the arrays lived, such as {@code cpu} or {@code gpu(0)}
 * @param machine operating system, architecture and number of processors
 */
public record ProvenanceRecord(
    String kind,
    String started,
    String codeVersion,
    String configSha256,
    long seed,
    SortedMap<String, String> inputs,
    SortedMap<String, String> libraries,
    String device,
    String machine) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LINEAR = "linear layers";

  /** Copies the maps. */
  public ProvenanceRecord {
    inputs = new TreeMap<>(inputs);
    libraries = new TreeMap<>(libraries);
  }

  /**
   * Describes a run that starts now in this JVM.
   *
   * @param kind what is trained
   * @param config complete configuration
   * @param seed of the run
   * @param inputs SHA-256 by role
   * @param engine the engine's name and version, such as {@code PyTorch} to {@code 2.7.1}
   * @param device where the arrays live
   */
  public static ProvenanceRecord now(
      String kind,
      Record config,
      long seed,
      Map<String, String> inputs,
      Map<String, String> engine,
      String device) {
    SortedMap<String, String> libraries = new TreeMap<>(engine);
    libraries.put(LINEAR, LinearForm.chosen().name().toLowerCase(Locale.ROOT));
    libraries.put("java", System.getProperty("java.vendor") + " " + Runtime.version());
    return new ProvenanceRecord(
        kind,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        thisCodeVersion(),
        Sha256.of(Configs.toYaml(config).getBytes(StandardCharsets.UTF_8)),
        seed,
        new TreeMap<>(inputs),
        libraries,
        device,
        "%s %s, %d processors"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors()));
  }

  /** Makes linear layers compute in the form that this run began with, if the record knows it. */
  void computeAlike() {
    String form = libraries.get(LINEAR);
    if (form != null) {
      LinearForm.use(LinearForm.valueOf(form.toUpperCase(Locale.ROOT)));
    }
  }

  /** The version of this project's archive, or {@code development} where classes come unpacked. */
  public static String thisCodeVersion() {
    String version = ProvenanceRecord.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** The record as a JSON tree, to be embedded elsewhere. */
  public JsonNode toJson() {
    return JSON.valueToTree(this);
  }

  /**
   * The record as plain maps and values, with the number of steps, to be embedded in a manifest.
   *
   * @param steps of the training
   */
  public Map<String, Object> toMap(long steps) {
    Map<String, Object> map = JSON.convertValue(this, new TypeReference<Map<String, Object>>() {});
    map.put("steps", steps);
    return map;
  }

  void write(Path file) throws IOException {
    AtomicFile.writeString(
        file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
  }

  static ProvenanceRecord read(Path file) throws IOException {
    try {
      return JSON.readValue(file.toFile(), ProvenanceRecord.class);
    } catch (JsonProcessingException e) {
      throw new IOException("%s is no provenance: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }
}
