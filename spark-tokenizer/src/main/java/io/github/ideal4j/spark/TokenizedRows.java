package io.github.ideal4j.spark;

import io.github.ideal4j.image.CenterCrop;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.ImageFormatException;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Rows of photographs to rows of tokens, a batch at a time; storage that fails fails the task. */
final class TokenizedRows implements Iterator<Row> {

  private final Iterator<Row> rows;
  private final boolean content;
  private final TokenizeJob job;
  private final Configuration storage;
  private final ImageTokenizer tokenizer;
  private final Queue<Row> ready = new ArrayDeque<>();

  TokenizedRows(Iterator<Row> rows, boolean content, TokenizeJob job, Configuration storage)
      throws IOException {
    this.rows = rows;
    this.content = content;
    this.job = job;
    this.storage = storage;
    tokenizer = ExecutorTokenizers.get(job, storage).tokenizer();
  }

  @Override
  public boolean hasNext() {
    if (ready.isEmpty() && rows.hasNext()) {
      fill();
    }
    return !ready.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void fill() {
    List<String> paths = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    List<RgbImage> images = new ArrayList<>();
    int size = tokenizer.description().image().height();
    while (images.size() < job.batch() && rows.hasNext()) {
      Row row = rows.next();
      String path = row.getString(0);
      paths.add(path);
      try {
        byte[] bytes = content ? row.getAs(1) : bytes(path);
        images.add(
            ImageDecoder.decode(bytes, path, job.decoding(), image -> CenterCrop.adm(image, size)));
        problems.add(null);
      } catch (ImageFormatException e) {
        problems.add(e.getMessage());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    Iterator<int[]> tokens = List.of(tokenizer.encode(images)).iterator();
    for (int i = 0; i < paths.size(); i++) {
      int[] grid = problems.get(i) == null ? tokens.next() : null;
      ready.add(RowFactory.create(paths.get(i), grid, problems.get(i)));
    }
  }

  private byte[] bytes(String path) throws IOException {
    Path file = new Path(path);
    return HadoopImages.bytes(file.getFileSystem(storage), file, path);
  }
}
