package io.github.ideal4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * A master and two workers on this machine, whose executors are processes of their own. The workers
 * go by two names of the machine, since Spark starts no second attempt on the host of the first;
 * each says that it has two GPUs.
 */
final class Standalone implements AutoCloseable {

  private static final List<String> HOSTS = List.of("127.0.0.1", "localhost");
  private static final List<String> PROPERTIES = List.of("spark.testing", "spark.test.home");

  private final List<RpcEnv> running = new ArrayList<>();
  private final SparkSession spark;

  Standalone(Path home) throws IOException {
    Files.createDirectories(home.resolve("jars"));
    Path gpus = home.resolve("gpus.sh");
    Files.writeString(
        gpus, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}'\n");
    if (!gpus.toFile().setExecutable(true)) {
      throw new IOException("cannot make executable: " + gpus);
    }
    System.setProperty("spark.testing", "1");
    System.setProperty("spark.test.home", home.toString());
    SparkConf settings =
        new SparkConf()
            .set("spark.worker.resource.gpu.amount", "2")
            .set("spark.worker.resource.gpu.discoveryScript", gpus.toString())
            .set("spark.master.rest.enabled", "false");
    var master = Master.startRpcEnvAndEndpoint(HOSTS.get(0), 0, 0, settings);
    running.add(master._1());
    String url = "spark://%s:%d".formatted(HOSTS.get(0), master._1().address().port());
    for (int i = 0; i < HOSTS.size(); i++) {
      Path work = home.resolve("work" + i);
      running.add(
          Worker.startRpcEnvAndEndpoint(
              HOSTS.get(i),
              0,
              0,
              2,
              1024,
              new String[] {url},
              work.toString(),
              Option.apply(i),
              settings,
              Option.empty()));
    }
    spark =
        SparkSession.builder()
            .master(url)
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", HOSTS.get(0))
            .config("spark.driver.bindAddress", HOSTS.get(0))
            .config("spark.executor.memory", "768m")
            .config("spark.executor.cores", "2")
            .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .config("spark.executorEnv.SPARK_SCALA_VERSION", "2.13")
            .config("spark.executor.resource.gpu.amount", "2")
            .config("spark.task.resource.gpu.amount", "1")
            .config("spark.task.maxFailures", "1")
            .config("spark.scheduler.minRegisteredResourcesRatio", "1")
            .config("spark.speculation", "true")
            .config("spark.speculation.interval", "50ms")
            .config("spark.speculation.quantile", "0.1")
            .config("spark.speculation.multiplier", "1.01")
            .config("spark.hadoop.fs.slow.impl", SlowFileSystem.class.getName())
            .getOrCreate();
  }

  SparkSession spark() {
    return spark;
  }

  @Override
  public void close() {
    spark.stop();
    for (RpcEnv part : running) {
      part.shutdown();
      part.awaitTermination();
    }
    PROPERTIES.forEach(System::clearProperty);
  }
}
