package io.github.ideal4j.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.backbone.BackboneInput;
import io.github.ideal4j.backbone.BackboneLayers;
import io.github.ideal4j.backbone.BackboneTokens;
import io.github.ideal4j.backbone.Normalization;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.safetensors.Floats;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchOps;
import io.github.ideal4j.torch.Uploads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a frozen backbone says about fixed images, computed once and kept on the disk: shallow and
 * deep tokens of the plain images and, if wanted, of the mirrored ones.
 *
 * <p>The folder's name follows from backbone, layers and pixels, so a cache is found again by the
 * next run and never mistaken for another. A build that was killed goes on where it was; a second
 * process waits for the first; a complete cache carries check sums, and one that was damaged is
 * computed again. Rows are images first in the plain view, then in the mirrored one. Used by one
 * thread.
 */
public final class FeatureCache implements AutoCloseable {

  private static final int BATCH = 8; // the backbone is fastest on the CPU with 4 to 16
  private static final int KEY_DIGITS = 16;
  private static final String SUMS = "sums";
  private static final Logger LOG = LoggerFactory.getLogger(FeatureCache.class);

  private final List<RgbImage> images;
  private final int views;
  private final int tokens;
  private final int width;
  private final Precision precision;
  private final Path folder;
  private final FileChannel shallow;
  private final FileChannel deep;

  /** How tokens are kept. */
  public enum Precision {
    /** Half the size; rounding is a thousandth of a token's deviation. */
    FLOAT16(DataType.FLOAT16, Short.BYTES, ".f16"),
    /** As computed. */
    FLOAT32(DataType.FLOAT32, Float.BYTES, ".f32");

    private final DataType type;
    private final int bytes;
    private final String ending;

    Precision(DataType type, int bytes, String ending) {
      this.type = type;
      this.bytes = bytes;
      this.ending = ending;
    }
  }

  private FeatureCache(
      List<RgbImage> images, int views, int tokens, int width, Precision precision, Path folder)
      throws IOException {
    this.images = images;
    this.views = views;
    this.tokens = tokens;
    this.width = width;
    this.precision = precision;
    this.folder = folder;
    shallow = open(folder.resolve("shallow" + precision.ending));
    deep = open(folder.resolve("deep" + precision.ending));
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /**
   * Finds or computes the tokens of images, kept as float16.
   *
   * @see #build(List, boolean, VisionBackbone, NDManager, Path, Precision, Progress, StopSignal)
   */
  public static FeatureCache build(
      List<RgbImage> images,
      boolean mirrored,
      VisionBackbone backbone,
      NDManager manager,
      Path root,
      Progress progress,
      StopSignal stop)
      throws IOException {
    return build(images, mirrored, backbone, manager, root, Precision.FLOAT16, progress, stop);
  }

  /**
   * Finds or computes the tokens of images.
   *
   * @param images all of one square size
   * @param mirrored whether the mirrored images are wanted too
   * @param backbone computes, on its device
   * @param root folder of all caches
   * @param precision in which they are kept
   * @param progress hears of every image that is computed now
   * @param stop ends the work after the current batch; the cache is then incomplete and refused
   */
  public static FeatureCache build(
      List<RgbImage> images,
      boolean mirrored,
      VisionBackbone backbone,
      NDManager manager,
      Path root,
      Precision precision,
      Progress progress,
      StopSignal stop)
      throws IOException {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("there are no images to compute features of");
    }
    int views = mirrored ? 2 : 1;
    Path folder = root.resolve(key(images, backbone));
    Files.createDirectories(folder);
    FeatureCache cache =
        new FeatureCache(
            images,
            views,
            backbone.config().tokens(),
            backbone.config().width(),
            precision,
            folder);
    try (FileChannel lock = open(folder.resolve("lock"))) {
      awaitTurn(lock, folder);
      cache.requireWhole();
      cache.complete(backbone, manager, progress, stop);
      return cache;
    } catch (IOException | RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  /** Waits until no other process builds here; closing the channel lets the next one in. */
  private static void awaitTurn(FileChannel lock, Path folder) throws IOException {
    try {
      lock.lock();
    } catch (OverlappingFileLockException e) {
      throw new IOException("features in %s are being built already".formatted(folder), e);
    }
  }

  /** Throws away what is not what was once complete. */
  private void requireWhole() throws IOException {
    Path sums = folder.resolve(SUMS);
    if (!Files.exists(sums)) {
      return;
    }
    String[] written = Files.readString(sums).strip().split(" ", 3);
    long bytes = Long.parseLong(written[0]);
    boolean whole =
        shallow.size() >= bytes
            && deep.size() >= bytes
            && Long.toHexString(checksum(shallow, bytes)).equals(written[1])
            && Long.toHexString(checksum(deep, bytes)).equals(written[2]);
    if (!whole) {
      LOG.warn("Features in {} are damaged; they are computed again", folder);
      Files.delete(sums);
      shallow.truncate(0);
      deep.truncate(0);
    }
  }

  private void seal() throws IOException {
    long bytes = shallow.size();
    String sums =
        "%d %s %s\n"
            .formatted(
                bytes,
                Long.toHexString(checksum(shallow, bytes)),
                Long.toHexString(checksum(deep, bytes)));
    AtomicFile.writeString(folder.resolve(SUMS), sums);
  }

  private static long checksum(FileChannel channel, long bytes) throws IOException {
    CRC32C sum = new CRC32C();
    ByteBuffer part = ByteBuffer.allocateDirect(1 << 20);
    for (long at = 0; at < bytes; ) {
      part.clear().limit((int) Math.min(part.capacity(), bytes - at));
      readFully(channel, part, at);
      at += part.position();
      sum.update(part.flip());
    }
    return sum.getValue();
  }

  /** A folder name that says what was computed of what. */
  private static String key(List<RgbImage> images, VisionBackbone backbone) {
    MessageDigest digest = sha256();
    BackboneLayers layers = backbone.config().from();
    String what =
        String.format(
            Locale.ROOT,
            "%s %d %d %d%s",
            backbone.sha256(),
            layers.shallow(),
            layers.deep(),
            backbone.config().inputSize(),
            // Not for what was cached before other normalizations were known.
            backbone.normalization().equals(Normalization.HALF) ? "" : backbone.normalization());
    digest.update(what.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    images.forEach(image -> digest.update(image.pixels()));
    return "features-" + HexFormat.of().formatHex(digest.digest()).substring(0, KEY_DIGITS);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must have SHA-256", e);
    }
  }

  private void complete(
      VisionBackbone backbone, NDManager manager, Progress progress, StopSignal stop)
      throws IOException {
    long rowBytes = rowBytes();
    long done = Math.min(shallow.size(), deep.size()) / rowBytes;
    long rows = (long) views * images.size();
    if (done >= rows) {
      return;
    }
    // Whole batches are kept, since the last bits of a row depend on the rows computed with it.
    done -= done % BATCH;
    shallow.truncate(done * rowBytes);
    deep.truncate(done * rowBytes);
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    BackboneInput input = BackboneInput.of(images.get(0).width(), backbone);
    try (Progress.Stage stage = progress.start("Backbone features", rows, "views")) {
      stage.skip(done);
      while (done < rows && !stop.requested()) {
        int count = (int) Math.min(BATCH, rows - done);
        try (NDManager own = manager.newSubManager()) {
          BackboneTokens computed = backbone.tokens(input.pixels(pixels(own, done, count)));
          append(shallow, computed.shallow(), precision);
          append(deep, computed.deep(), precision);
        }
        done += count;
        stage.advance(count);
      }
    } finally {
      Autograd.setRecording(recording);
    }
    if (done < rows) {
      throw new IOException("stopped after %d of %d views of features".formatted(done, rows));
    }
    seal();
  }

  private NDArray pixels(NDManager manager, long first, int count) {
    int side = images.get(0).width();
    ByteBuffer bytes = ByteBuffer.allocateDirect(count * side * side * RgbImage.CHANNELS);
    for (int i = 0; i < count; i++) {
      bytes.put(image(first + i).pixels());
    }
    Shape shape = new Shape(count, side, side, RgbImage.CHANNELS);
    return Uploads.bytes(bytes.flip(), shape, DataType.UINT8, manager);
  }

  private static void append(FileChannel channel, NDArray tokens, Precision precision)
      throws IOException {
    float[] values = tokens.toFloatArray();
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * precision.bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      if (precision == Precision.FLOAT16) {
        bytes.putShort(Floats.toHalf(value));
      } else {
        bytes.putFloat(value);
      }
    }
    bytes.flip();
    channel.position(channel.size());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** How many images there are. */
  public int images() {
    return images.size();
  }

  /** How many views of each image there are: 1, or 2 with the mirrored one. */
  public int views() {
    return views;
  }

  /** The image of a row: plain ones first, then mirrored ones. */
  public RgbImage image(long row) {
    RgbImage image = images.get((int) (row % images.size()));
    return row < images.size() ? image : image.mirrored();
  }

  /**
   * Tokens of some rows.
   *
   * @param manager owns the result, on its device
   * @param rows of the cache
   * @return float32 {@code [rows, tokens, width]} each
   */
  public BackboneTokens rows(NDManager manager, long[] rows) {
    return new BackboneTokens(read(manager, shallow, rows), read(manager, deep, rows));
  }

  private NDArray read(NDManager manager, FileChannel channel, long[] rows) {
    int rowBytes = Math.toIntExact(rowBytes());
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(rows.length * rowBytes).order(ByteOrder.nativeOrder());
    try {
      for (int i = 0; i < rows.length; i++) {
        bytes.position(i * rowBytes).limit((i + 1) * rowBytes);
        readFully(channel, bytes, rows[i] * rowBytes);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("the feature cache cannot be read", e);
    }
    Shape shape = new Shape(rows.length, tokens, width);
    NDArray read = Uploads.bytes(bytes.position(0), shape, precision.type, manager);
    if (precision == Precision.FLOAT32) {
      return read;
    }
    try (read) {
      return TorchOps.toFloat(read);
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer to, long position)
      throws IOException {
    while (to.hasRemaining()) {
      int count = channel.read(to, position);
      if (count < 0) {
        throw new IOException("the file ends within a row");
      }
      position += count;
    }
  }

  private long rowBytes() {
    return (long) tokens * width * precision.bytes;
  }

  /** The pixels of some rows: uint8 {@code [rows, height, width, 3]}. */
  public NDArray pixels(NDManager manager, long[] rows) {
    int side = images.get(0).width();
    ByteBuffer bytes = ByteBuffer.allocateDirect(rows.length * side * side * RgbImage.CHANNELS);
    for (long row : rows) {
      bytes.put(image(row).pixels());
    }
    Shape shape = new Shape(rows.length, side, side, RgbImage.CHANNELS);
    return Uploads.bytes(bytes.flip(), shape, DataType.UINT8, manager);
  }

  @Override
  public void close() throws IOException {
    try (shallow) {
      deep.close();
    }
  }
}
