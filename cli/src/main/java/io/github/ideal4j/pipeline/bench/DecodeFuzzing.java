package io.github.ideal4j.pipeline.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.image.DecodingOptions;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageFormat;
import io.github.ideal4j.image.ImageFormatException;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.progress.Progress;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/**
 * Damages image files by a seed, and decodes each: it must be refused in words, or come out as in
 * Pillow. Nothing else may happen, and nothing may take long.
 */
public final class DecodeFuzzing {

  private static final int PHOTOGRAPHS = 24;
  private static final int PART = 5_000;
  private static final long MOST_PIXELS = 1 << 22;
  private static final int MOST_SHOWN = 10;

  private DecodeFuzzing() {}

  /**
   * What to do.
   *
   * @param photographs that are damaged
   * @param mutations how many files
   * @param seed of the damage
   * @param decoder who decodes
   * @param python an interpreter with Pillow; without one images are not compared
   */
  public record Request(
      Path photographs,
      int mutations,
      long seed,
      DecodingOptions.Decoder decoder,
      Optional<String> python) {}

  /**
   * What came of it.
   *
   * @param mutations files
   * @param refused of them in words
   * @param images of them that were decoded
   * @param equal of these as Pillow has them; 0 without Pillow
   * @param different of these that Pillow refuses or has otherwise
   * @param crashes of another kind than a refusal
   * @param slowestMillis of one file
   * @param heapMebibytes most that was in use after a file
   * @param decoder who decoded
   */
  public record Result(
      int mutations,
      int refused,
      int images,
      int equal,
      List<String> different,
      List<String> crashes,
      double slowestMillis,
      long heapMebibytes,
      String decoder) {

    /** Copies the lists. */
    public Result {
      different = List.copyOf(different);
      crashes = List.copyOf(crashes);
    }

    /** The result in words. */
    public String text() {
      StringBuilder text = new StringBuilder();
      text.append(
          String.format(
              Locale.ROOT,
              "%,d damaged files, %s: %,d refused, %,d decoded, of these %,d as Pillow has them and %,d not; %d crashes; slowest %.0f ms, most heap %,d MiB%n",
              mutations,
              decoder,
              refused,
              images,
              equal,
              different.size(),
              crashes.size(),
              slowestMillis,
              heapMebibytes));
      different.stream()
          .limit(MOST_SHOWN)
          .forEach(line -> text.append("  ").append(line).append('\n'));
      crashes.stream()
          .limit(MOST_SHOWN)
          .forEach(line -> text.append("  ").append(line).append('\n'));
      return text.toString();
    }

    /** Whether every file was refused or equal. */
    public boolean passed() {
      return different.isEmpty() && crashes.isEmpty();
    }
  }

  /** Runs. */
  public static Result run(Request request, Progress progress) throws IOException {
    Path folder = Files.createTempDirectory("ideal-fuzz");
    try (Progress.Stage stage = progress.start("Damaging", request.mutations(), "files")) {
      return new Work(request, folder).run(stage);
    } finally {
      AtomicFile.deleteRecursively(folder);
    }
  }

  private static final class Work {

    private final Request request;
    private final Path folder;
    private final TreeMap<String, byte[]> originals = new TreeMap<>();
    private final List<String> different = new ArrayList<>();
    private final List<String> crashes = new ArrayList<>();
    private final DecodingOptions options;
    private int refused;
    private int images;
    private int equal;
    private long slowest;
    private long heap;

    Work(Request request, Path folder) {
      this.request = request;
      this.folder = folder;
      options =
          DecodingOptions.standard()
              .withFormats(EnumSet.allOf(ImageFormat.class))
              .withMaxPixels(MOST_PIXELS)
              .withDecoder(request.decoder().resolved());
    }

    Result run(Progress.Stage stage) throws IOException {
      originals();
      for (int from = 0; from < request.mutations(); from += PART) {
        int to = Math.min(request.mutations(), from + PART);
        part(from, to);
        stage.advance((long) to - from);
      }
      return new Result(
          request.mutations(),
          refused,
          images,
          equal,
          different,
          crashes,
          slowest / 1e6,
          heap >> 20,
          options.decoder().toString().toLowerCase(Locale.ROOT));
    }

    private void originals() throws IOException {
      try (ImageSource source = ImageSource.open(request.photographs())) {
        int every = Math.max(1, source.entries().size() / PHOTOGRAPHS);
        for (int i = 0; i < source.entries().size(); i += every) {
          ImageEntry entry = source.entries().get(i);
          byte[] file = source.read(entry);
          originals.put("%05d.jpg".formatted(i), file);
          BufferedImage picture = picture(ImageDecoder.decode(file, entry.path()));
          for (String format : List.of("png", "gif", "bmp")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(picture, format, out);
            originals.put("%05d.%s".formatted(i, format), out.toByteArray());
          }
          originals.put("%05d.progressive.jpg".formatted(i), jpeg(picture, true));
          originals.put("%05d.baseline.jpg".formatted(i), jpeg(picture, false));
        }
      }
    }

    private static BufferedImage picture(RgbImage image) {
      BufferedImage picture =
          new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++) {
          picture.setRGB(
              x,
              y,
              image.sample(x, y, 0) << 16 | image.sample(x, y, 1) << 8 | image.sample(x, y, 2));
        }
      }
      return picture;
    }

    private static byte[] jpeg(BufferedImage picture, boolean progressive) throws IOException {
      ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
      ImageWriteParam how = writer.getDefaultWriteParam();
      if (progressive) {
        how.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (var to = ImageIO.createImageOutputStream(out)) {
        writer.setOutput(to);
        writer.write(null, new IIOImage(picture, null, null), how);
      } finally {
        writer.dispose();
      }
      return out.toByteArray();
    }

    private void part(int from, int to) throws IOException {
      Path records = folder.resolve("records");
      List<String> names = new ArrayList<>();
      try (DataOutputStream out =
          new DataOutputStream(new java.io.BufferedOutputStream(Files.newOutputStream(records)))) {
        for (int number = from; number < to; number++) {
          file(number, names, out);
        }
      }
      if (request.python().isPresent()) {
        compare(records, names);
      }
    }

    private void file(int number, List<String> names, DataOutputStream out) throws IOException {
      SplittableRandom random = new SplittableRandom(request.seed() * 1_000_003 + number);
      List<String> all = List.copyOf(originals.keySet());
      String name = all.get(random.nextInt(all.size()));
      byte[] damaged = damaged(originals.get(name), random);
      long start = System.nanoTime();
      try {
        RgbImage image = ImageDecoder.decode(damaged, name, options);
        images++;
        names.add("mutation %d of %s".formatted(number, name));
        out.writeInt(damaged.length);
        out.write(damaged);
        out.write(MessageDigest.getInstance("SHA-256").digest(image.pixels()));
      } catch (ImageFormatException e) {
        refused++;
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
        crashes.add("mutation %d of %s: %s".formatted(number, name, e));
      }
      slowest = Math.max(slowest, System.nanoTime() - start);
      Runtime runtime = Runtime.getRuntime();
      heap = Math.max(heap, runtime.totalMemory() - runtime.freeMemory());
    }

    /** Bytes changed, cut off, doubled or swapped, most often near the header. */
    private static byte[] damaged(byte[] file, SplittableRandom random) {
      byte[] result = file.clone();
      int kind = random.nextInt(10);
      int reach = random.nextBoolean() ? result.length : Math.min(result.length, 700);
      if (kind < 6) {
        for (int i = 0; i <= kind; i++) {
          result[random.nextInt(reach)] = (byte) random.nextInt();
        }
      } else if (kind == 6) {
        result[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
      } else if (kind == 7) {
        result = Arrays.copyOf(result, random.nextInt(result.length));
      } else if (kind == 8) {
        int at = random.nextInt(reach);
        int length = random.nextInt(Math.min(64, result.length - at) + 1);
        byte[] longer = Arrays.copyOf(result, result.length + length);
        System.arraycopy(result, at, longer, at + length, result.length - at);
        result = longer;
      } else {
        int at = random.nextInt(reach);
        int length = random.nextInt(Math.min(64, result.length - at) + 1);
        byte[] shorter = Arrays.copyOf(result, result.length - length);
        System.arraycopy(result, at + length, shorter, at, result.length - at - length);
        result = shorter;
      }
      return result;
    }

    private void compare(Path records, List<String> names) throws IOException {
      List<JsonNode> said =
          PeerScript.run(
              request.python().orElseThrow(), "decode.py", 1, List.of(records.toString()));
      for (JsonNode line : said) {
        if (line.has("equal")) {
          equal += line.get("equal").asInt();
        } else {
          different.add(
              "%s: %s"
                  .formatted(names.get(line.get("place").asInt()), line.get("problem").asText()));
        }
      }
    }
  }
}
