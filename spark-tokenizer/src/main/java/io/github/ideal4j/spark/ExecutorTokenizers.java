package io.github.ideal4j.spark;

import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.Provider;
import io.github.ideal4j.onnx.serving.SessionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The tokenizers of this executor: one session for each bundle, device and batch, shared by all of
 * its tasks and kept until it ends.
 */
final class ExecutorTokenizers {

  private static final Map<Key, Opened> OPENED = new HashMap<>();
  private static final Map<String, Path> FETCHED = new HashMap<>();

  private ExecutorTokenizers() {}

  private record Key(String bundle, String provider, int threads, int batch) {}

  /** A bundle and its session. */
  record Opened(Bundle bundle, ImageTokenizer tokenizer) {}

  /**
   * The tokenizer for the task that asks.
   *
   * @param storage how to reach the cluster's storage
   */
  static synchronized Opened get(TokenizeJob job, Configuration storage) throws IOException {
    TaskContext task = TaskContext.get();
    Key key = new Key(job.bundle(), provider(job.provider(), task), cores(task), job.batch());
    Opened opened = OPENED.get(key);
    if (opened == null) {
      Bundle bundle = Bundle.open(folder(job.bundle(), storage));
      SessionSettings settings = new SessionSettings(Provider.parse(key.provider()), key.threads());
      try {
        opened = new Opened(bundle, ImageTokenizer.open(bundle, settings, key.batch()));
      } catch (IOException e) {
        throw new IOException(
            "no session on %s, which %s: %s"
                .formatted(
                    key.provider(),
                    job.provider().equals("auto") ? "Spark gave the task" : "was asked for",
                    e.getMessage()),
            e);
      }
      OPENED.put(key, opened);
    }
    return opened;
  }

  /** The bundle's folder on this machine; fetched once where it is in the cluster's storage. */
  static synchronized Path folder(String bundle, Configuration storage) throws IOException {
    if (!TokenizeJob.isRemote(bundle)) {
      return TokenizeJob.local(bundle);
    }
    Path folder = FETCHED.get(bundle);
    if (folder == null) {
      folder = Files.createTempDirectory("ideal-bundle").resolve("bundle");
      org.apache.hadoop.fs.Path from = new org.apache.hadoop.fs.Path(bundle);
      FileSystem files = from.getFileSystem(storage);
      files.copyToLocalFile(false, from, new org.apache.hadoop.fs.Path(folder.toUri()), true);
      FETCHED.put(bundle, folder);
    }
    return folder;
  }

  /** What a task computes on: what the job asks for, or the GPU that Spark gave the task. */
  static String provider(String asked, TaskContext task) {
    if (!asked.equals("auto")) {
      return asked;
    }
    ResourceInformation gpu = task == null ? null : task.resourcesJMap().get("gpu");
    return gpu == null ? "cpu" : "cuda:" + gpu.addresses()[0];
  }

  /** Cores that Spark counts for a task. */
  private static int cores(TaskContext task) {
    return task == null ? 1 : task.cpus();
  }
}
