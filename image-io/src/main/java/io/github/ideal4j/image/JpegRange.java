package io.github.ideal4j.image;

import java.util.Arrays;

/**
 * Whether the samples of a JPEG file stay where every decoder agrees on them.
 *
 * <p>Damage can leave blocks whose samples lie far beyond 0 to 255 without breaking any rule of the
 * code. libjpeg-turbo then stops at the end of the range; libjpeg 6b starts again at the other end.
 * Files of photographs come nowhere near: a sample overshoots by rounding of its coefficients
 * alone.
 *
 * <p>Decodes the coefficients (ITU-T T.81, sections F.2 and G.2), and of conspicuous blocks the
 * samples. Says nothing about files whose code is broken; decoders complain of these themselves.
 */
final class JpegRange {

  /** The table of libjpeg 6b is right for samples from -512 to 511 around the middle grey. */
  private static final double LIMIT = 500;

  private static final int SIZE = 64;

  private static final int[] NATURAL_ORDER = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63
  };

  /** Values of the cosines by sample and frequency, with their norms: {@code [8 * 8]}. */
  private static final double[] BASIS = basis();

  private final byte[] bytes;
  private final int[][] quantization = new int[4][];
  private final JpegHuffman[] dcTables = new JpegHuffman[4];
  private final JpegHuffman[] acTables = new JpegHuffman[4];
  private Plane[] planes = {};
  private boolean progressive;
  private int restartInterval;
  private JpegBits bits;
  private int endOfBandRun;

  private JpegRange(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A colour component. */
  private static final class Plane {
    int id;
    int horizontal;
    int vertical;
    int table;
    int blocksAcross; // that belong to the picture
    int blocksDown;
    int stride; // blocks with those that fill up the last unit
    short[] coefficients; // of all blocks
    int prediction;
  }

  private static double[] basis() {
    double[] basis = new double[SIZE];
    for (int sample = 0; sample < 8; sample++) {
      for (int frequency = 0; frequency < 8; frequency++) {
        double norm = frequency == 0 ? Math.sqrt(0.125) : 0.5;
        basis[8 * sample + frequency] =
            norm * Math.cos((2 * sample + 1) * frequency * Math.PI / 16);
      }
    }
    return basis;
  }

  /**
   * Whether all samples are in the range in which decoders agree.
   *
   * @param bytes a file whose markers were walked over before
   */
  static boolean isSafe(byte[] bytes) {
    JpegRange range = new JpegRange(bytes);
    try {
      range.read();
    } catch (JpegBits.EndOfCodeException e) {
      // Broken code: what was read up to there counts, and a decoder will complain.
    }
    return Arrays.stream(range.planes).allMatch(range::isSafe);
  }

  private int u8(int at) {
    return bytes[at] & 0xFF;
  }

  private int u16(int at) {
    return (u8(at) << 8) | u8(at + 1);
  }

  private void read() throws JpegBits.EndOfCodeException {
    int at = 2;
    while (at + 4 <= bytes.length) {
      while (u8(at + 1) == 0xFF) {
        at++;
      }
      int marker = u8(at + 1);
      if (marker == 0xD9) {
        return;
      }
      int content = at + 4;
      int end = at + 2 + u16(at + 2);
      switch (marker) {
        case 0xDB -> quantizationTables(content, end);
        case 0xC4 -> huffmanTables(content, end);
        case 0xDD -> restartInterval = u16(content);
        case 0xC0, 0xC1, 0xC2 -> frame(marker, content);
        default -> {}
      }
      at = marker == 0xDA ? scan(content, end) : end;
    }
  }

  private void quantizationTables(int from, int end) throws JpegBits.EndOfCodeException {
    int at = from;
    while (at < end) {
      int wide = u8(at) >> 4;
      if (at + 1 + SIZE * (wide == 0 ? 1 : 2) > end) {
        throw new JpegBits.EndOfCodeException();
      }
      int[] table = new int[SIZE];
      for (int k = 0; k < SIZE; k++) {
        table[NATURAL_ORDER[k]] = wide == 0 ? u8(at + 1 + k) : u16(at + 1 + 2 * k);
      }
      quantization[u8(at) & 3] = table;
      at += 1 + SIZE * (wide == 0 ? 1 : 2);
    }
  }

  private void huffmanTables(int from, int end) throws JpegBits.EndOfCodeException {
    int at = from;
    while (at + 17 <= end) {
      JpegHuffman table = JpegHuffman.read(bytes, at + 1, end);
      (u8(at) >> 4 == 0 ? dcTables : acTables)[u8(at) & 3] = table;
      at += 17 + table.symbols();
    }
  }

  private void frame(int marker, int content) throws JpegBits.EndOfCodeException {
    progressive = marker == 0xC2;
    int height = u16(content + 1);
    int width = u16(content + 3);
    Plane[] found = new Plane[u8(content + 5)];
    int widest = 1;
    int highest = 1;
    for (int i = 0; i < found.length; i++) {
      int at = content + 6 + 3 * i;
      Plane plane = new Plane();
      plane.id = u8(at);
      plane.horizontal = u8(at + 1) >> 4;
      plane.vertical = u8(at + 1) & 15;
      plane.table = u8(at + 2) & 3;
      if (plane.horizontal < 1
          || plane.horizontal > 4
          || plane.vertical < 1
          || plane.vertical > 4) {
        throw new JpegBits.EndOfCodeException();
      }
      widest = Math.max(widest, plane.horizontal);
      highest = Math.max(highest, plane.vertical);
      found[i] = plane;
    }
    int unitsAcross = divideUp(width, 8 * widest);
    int unitsDown = divideUp(height, 8 * highest);
    for (Plane plane : found) {
      plane.blocksAcross = divideUp(divideUp(width * plane.horizontal, widest), 8);
      plane.blocksDown = divideUp(divideUp(height * plane.vertical, highest), 8);
      plane.stride = unitsAcross * plane.horizontal;
      plane.coefficients = new short[plane.stride * unitsDown * plane.vertical * SIZE];
    }
    planes = found;
  }

  private static int divideUp(int value, int by) {
    return (value + by - 1) / by;
  }

  /** One scan; returns where its code ends. */
  private int scan(int content, int end) throws JpegBits.EndOfCodeException {
    int count = u8(content);
    if (count == 0) {
      throw new JpegBits.EndOfCodeException();
    }
    Plane[] own = new Plane[count];
    int[] dc = new int[count];
    int[] ac = new int[count];
    for (int i = 0; i < count; i++) {
      int id = u8(content + 1 + 2 * i);
      own[i] = Arrays.stream(planes).filter(plane -> plane.id == id).findFirst().orElseThrow();
      dc[i] = (u8(content + 2 + 2 * i) >> 4) & 3;
      ac[i] = u8(content + 2 + 2 * i) & 3;
    }
    int parameters = content + 1 + 2 * count;
    Pass pass =
        progressive
            ? new Pass(
                u8(parameters),
                u8(parameters + 1),
                u8(parameters + 2) >> 4,
                u8(parameters + 2) & 15)
            : new Pass(0, SIZE - 1, 0, 0);
    if (pass.first() > pass.last() || pass.last() >= SIZE) {
      throw new JpegBits.EndOfCodeException();
    }
    bits = new JpegBits(bytes, end);
    restart(own);
    boolean single = count == 1;
    int across = single ? own[0].blocksAcross : own[0].stride / own[0].horizontal;
    int down =
        single
            ? own[0].blocksDown
            : own[0].coefficients.length / SIZE / own[0].stride / own[0].vertical;
    int left = restartInterval;
    for (int unit = 0; unit < across * down; unit++) {
      if (restartInterval > 0 && left-- == 0) {
        bits.restart();
        restart(own);
        left = restartInterval - 1;
      }
      int column = unit % across;
      int row = unit / across;
      for (int i = 0; i < count; i++) {
        int wide = single ? 1 : own[i].horizontal;
        int high = single ? 1 : own[i].vertical;
        for (int block = 0; block < wide * high; block++) {
          int x = column * wide + block % wide;
          int y = row * high + block / wide;
          decode(own[i], (y * own[i].stride + x) * SIZE, pass, dcTables[dc[i]], acTables[ac[i]]);
        }
      }
    }
    return bits.nextSegment();
  }

  private void restart(Plane[] own) {
    endOfBandRun = 0;
    for (Plane plane : own) {
      plane.prediction = 0;
    }
  }

  /**
   * What a scan brings: coefficients first to last, down to the bit {@code low}.
   *
   * @param high 0 if it is the first for these coefficients
   */
  private record Pass(int first, int last, int high, int low) {}

  private void decode(Plane plane, int at, Pass pass, JpegHuffman dc, JpegHuffman ac)
      throws JpegBits.EndOfCodeException {
    if (pass.first() == 0) {
      if (pass.high() == 0) {
        int length = dc(dc);
        plane.prediction += bits.signed(length);
        plane.coefficients[at] = (short) (plane.prediction << pass.low());
      } else if (bits.bit() == 1) {
        plane.coefficients[at] |= (short) (1 << pass.low());
      }
    }
    if (pass.last() == 0) {
      return;
    }
    if (pass.high() == 0) {
      bring(plane.coefficients, at, pass, ac);
    } else {
      refine(plane.coefficients, at, pass, ac);
    }
  }

  private int dc(JpegHuffman table) throws JpegBits.EndOfCodeException {
    int length = bits.symbol(table);
    if (length > 16) {
      throw new JpegBits.EndOfCodeException();
    }
    return length;
  }

  private void bring(short[] coefficients, int at, Pass pass, JpegHuffman table)
      throws JpegBits.EndOfCodeException {
    if (endOfBandRun > 0) {
      endOfBandRun--;
      return;
    }
    for (int k = Math.max(1, pass.first()); k <= pass.last(); k++) {
      int symbol = bits.symbol(table);
      int zeros = symbol >> 4;
      int length = symbol & 15;
      if (length == 0) {
        if (zeros < 15) {
          // In progressive files the end of this band, and of those in the next blocks.
          endOfBandRun = progressive ? (1 << zeros) + bits.plain(zeros) - 1 : 0;
          return;
        }
        k += 15;
        continue;
      }
      k += zeros;
      // Behind the last coefficient decoders write to the last one.
      int place = at + NATURAL_ORDER[Math.min(k, SIZE - 1)];
      coefficients[place] = (short) (bits.signed(length) << pass.low());
    }
  }

  private void refine(short[] coefficients, int at, Pass pass, JpegHuffman table)
      throws JpegBits.EndOfCodeException {
    int step = 1 << pass.low();
    int k = pass.first();
    while (endOfBandRun == 0 && k <= pass.last()) {
      int symbol = bits.symbol(table);
      int zeros = symbol >> 4;
      int value = 0;
      if ((symbol & 15) != 0) {
        value = bits.bit() == 1 ? step : -step;
      } else if (zeros < 15) {
        endOfBandRun = (1 << zeros) + bits.plain(zeros);
        break;
      }
      for (; k <= pass.last(); k++) {
        int place = at + NATURAL_ORDER[k];
        if (coefficients[place] != 0) {
          correct(coefficients, place, step);
        } else if (zeros-- == 0) {
          coefficients[place] = (short) value;
          break;
        }
      }
      k++;
    }
    if (endOfBandRun > 0) {
      for (; k <= pass.last(); k++) {
        int place = at + NATURAL_ORDER[k];
        if (coefficients[place] != 0) {
          correct(coefficients, place, step);
        }
      }
      endOfBandRun--;
    }
  }

  private void correct(short[] coefficients, int place, int step)
      throws JpegBits.EndOfCodeException {
    if (bits.bit() == 1 && (coefficients[place] & step) == 0) {
      coefficients[place] += (short) (coefficients[place] > 0 ? step : -step);
    }
  }

  private boolean isSafe(Plane plane) {
    int[] table = quantization[plane.table];
    if (table == null) {
      return true;
    }
    for (int at = 0; at < plane.coefficients.length; at += SIZE) {
      double bound = 0;
      for (int k = 0; k < SIZE; k++) {
        bound += Math.abs((double) plane.coefficients[at + k] * table[k]);
      }
      // No basis function exceeds a quarter.
      if (bound / 4 > LIMIT && !samplesAreSafe(plane.coefficients, at, table)) {
        return false;
      }
    }
    return true;
  }

  private static boolean samplesAreSafe(short[] coefficients, int at, int[] table) {
    double[] rows = new double[SIZE]; // sample across, frequency down
    for (int down = 0; down < 8; down++) {
      for (int x = 0; x < 8; x++) {
        double sum = 0;
        for (int across = 0; across < 8; across++) {
          int k = 8 * down + across;
          sum += coefficients[at + k] * (double) table[k] * BASIS[8 * x + across];
        }
        rows[8 * down + x] = sum;
      }
    }
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        double sum = 0;
        for (int down = 0; down < 8; down++) {
          sum += rows[8 * down + x] * BASIS[8 * y + down];
        }
        if (Math.abs(sum) > LIMIT) {
          return false;
        }
      }
    }
    return true;
  }
}
