package io.github.ideal4j.prior;

import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenDataset;
import java.util.Arrays;

/**
 * Which rows of a data set are views of the same image: those of the same id where there is a
 * column {@code view}, else every row is an image of its own. Images count from 0 in the order of
 * their ids.
 */
final class ImageRows {

  private final int images;

  /** Rows, image after image; empty where each row is an image. */
  private final int[] rows;

  /** Place in {@link #rows} at which each image starts, and the end. */
  private final int[] starts;

  private ImageRows(int images, int[] rows, int[] starts) {
    this.images = images;
    this.rows = rows;
    this.starts = starts;
  }

  static ImageRows of(TokenDataset dataset) {
    int size = Math.toIntExact(dataset.size());
    return dataset.info().has(TokenColumn.VIEW)
        ? byId(ids(dataset, size))
        : new ImageRows(size, new int[0], new int[0]);
  }

  private static long[] ids(TokenDataset dataset, int size) {
    long[] ids = new long[size];
    int row = 0;
    for (TokenBatch batch : dataset.batches()) {
      for (int i = 0; i < batch.size(); i++) {
        ids[row++] = batch.id(i);
      }
    }
    return ids;
  }

  /** Sorts rows by id with a count of each, which keeps the views of an image in their order. */
  static ImageRows byId(long[] ids) {
    long[] distinct = Arrays.stream(ids).sorted().distinct().toArray();
    int[] starts = new int[distinct.length + 1];
    for (long id : ids) {
      starts[Arrays.binarySearch(distinct, id) + 1]++;
    }
    Arrays.parallelPrefix(starts, Integer::sum);
    int[] next = starts.clone();
    int[] rows = new int[ids.length];
    for (int row = 0; row < ids.length; row++) {
      rows[next[Arrays.binarySearch(distinct, ids[row])]++] = row;
    }
    return new ImageRows(distinct.length, rows, starts);
  }

  int images() {
    return images;
  }

  /** How many views there are of an image, at least 1. */
  int views(int image) {
    return rows.length == 0 ? 1 : starts[image + 1] - starts[image];
  }

  /** The row of a view. */
  int row(int image, int view) {
    return rows.length == 0 ? image : rows[starts[image] + view];
  }
}
