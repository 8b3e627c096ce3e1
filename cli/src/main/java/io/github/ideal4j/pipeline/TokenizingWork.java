package io.github.ideal4j.pipeline;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.onnx.serving.ShardOutcome;
import io.github.ideal4j.onnx.serving.ShardTokenizer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * What lies beside the tokens: while a call works, a folder from which a later one goes on; in the
 * end {@code provenance.json}, and {@code skipped.csv} if something could not be read.
 */
final class TokenizingWork {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String HEADER = "path,reason,id,shard\r\n";

  private final Path folder;
  private final Path provenance;
  private final Path skipped;
  private final Path out;

  /**
   * Names the files; touches nothing.
   *
   * @param out a token file, or a folder of shards
   * @param isFile which of the two
   */
  TokenizingWork(Path out, boolean isFile) {
    this.out = out;
    if (isFile) {
      String name = out.getFileName().toString().replaceFirst("\\.arrow$", "");
      folder = out.resolveSibling(name + ".work");
      provenance = out.resolveSibling(name + ".provenance.json");
      skipped = out.resolveSibling(name + ".skipped.csv");
    } else {
      folder = out.resolve(".work");
      provenance = out.resolve("provenance.json");
      skipped = out.resolve("skipped.csv");
    }
  }

  Path folder() {
    return folder;
  }

  /** The list of what could not be read. */
  Path skipped() {
    return skipped;
  }

  /**
   * Begins: anew, or behind what is there.
   *
   * @param settings all on which the tokens depend
   * @throws IllegalArgumentException if an earlier call had other settings
   */
  void begin(Map<String, String> settings, boolean resume) throws IOException {
    if (!resume) {
      AtomicFile.deleteRecursively(folder);
    } else if (Files.exists(run())) {
      requireSame(JSON.readTree(Files.readAllBytes(run())), settings);
    } else if (Files.exists(provenance)) {
      reopen(settings);
    }
    Files.createDirectories(folder);
    AtomicFile.writeString(run(), JSON.writeValueAsString(settings));
  }

  private Path run() {
    return folder.resolve("run.json");
  }

  private void requireSame(JsonNode before, Map<String, String> settings) {
    for (var setting : settings.entrySet()) {
      String was = before.path(setting.getKey()).asText("nothing");
      if (!was.equals(setting.getValue())) {
        throw new IllegalArgumentException(
            "%s was begun with %s '%s', and now it is '%s'; resume with the same, or choose another --out"
                .formatted(out, setting.getKey(), was, setting.getValue()));
      }
    }
  }

  /** Takes a finished result apart again, because one of its shards may be gone. */
  private void reopen(Map<String, String> settings) throws IOException {
    JsonNode done;
    try {
      done = JSON.readTree(Files.readAllBytes(provenance));
    } catch (JacksonException e) {
      throw new IOException("%s is damaged: %s".formatted(provenance, e.getOriginalMessage()), e);
    }
    requireSame(done.path("settings"), settings);
    Files.createDirectories(folder);
    Map<String, List<CSVRecord>> left = skippedByShard();
    for (JsonNode shard : done.path("shards")) {
      String name = shard.path("file").asText();
      StringBuilder lines = new StringBuilder();
      for (CSVRecord row : left.getOrDefault(name, List.of())) {
        lines.append(
            ShardTokenizer.skippedLine(
                row.get("path"), row.get("reason"), Long.parseLong(row.get("id")), name));
      }
      Files.writeString(folder.resolve(name + ".skipped.csv"), lines);
      AtomicFile.writeString(folder.resolve(name + ".json"), JSON.writeValueAsString(shard));
    }
  }

  private Map<String, List<CSVRecord>> skippedByShard() throws IOException {
    Map<String, List<CSVRecord>> rows = new LinkedHashMap<>();
    if (Files.exists(skipped)) {
      CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
      try (CSVParser parser = CSVParser.parse(skipped, StandardCharsets.UTF_8, format)) {
        for (CSVRecord row : parser) {
          rows.computeIfAbsent(row.get("shard"), shard -> new ArrayList<>()).add(row);
        }
      }
    }
    return rows;
  }

  /** Writes provenance and the list of what was left out, and removes the folder of the work. */
  void finish(
      Map<String, String> settings,
      Map<String, String> circumstances,
      String content,
      List<ShardOutcome> shards)
      throws IOException {
    if (shards.stream().mapToLong(ShardOutcome::skipped).sum() == 0) {
      Files.deleteIfExists(skipped);
    } else {
      AtomicFile.write(skipped, beside -> writeSkipped(beside, shards));
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("settings", settings);
    all.put("circumstances", circumstances);
    all.put("content", content);
    all.put("shards", shards);
    AtomicFile.writeString(provenance, JSON.writeValueAsString(all));
    AtomicFile.deleteRecursively(folder);
  }

  private void writeSkipped(Path beside, List<ShardOutcome> shards) throws IOException {
    try (OutputStream to = Files.newOutputStream(beside)) {
      to.write(HEADER.getBytes(StandardCharsets.UTF_8));
      for (ShardOutcome shard : shards) {
        Path part = folder.resolve(shard.file() + ".skipped.csv");
        if (Files.exists(part)) {
          Files.copy(part, to);
        }
      }
    }
  }
}
