package io.github.ideal4j.arrow;

import java.util.Iterator;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * Some rows of a {@link TokenDataset}, in an order of their own; nothing is copied. Valid while the
 * data set is open; safe for use by several threads.
 */
public final class TokenRows implements Iterable<TokenRow> {

  private final TokenDataset dataset;
  private final long[] numbers;

  TokenRows(TokenDataset dataset, long[] numbers) {
    this.dataset = dataset;
    this.numbers = numbers.clone();
    for (long number : numbers) {
      Objects.checkIndex(number, dataset.size());
    }
  }

  /** How many rows. */
  public int size() {
    return numbers.length;
  }

  /** Number of a row in the data set. */
  public long number(int index) {
    return numbers[index];
  }

  /** A whole row, copied. */
  public TokenRow row(int index) {
    return dataset.row(numbers[index]);
  }

  /** The tokens of a row. */
  public TokenGrid grid(int index) {
    return dataset.grid(numbers[index]);
  }

  @Override
  public Iterator<TokenRow> iterator() {
    return LongStream.of(numbers).mapToObj(dataset::row).iterator();
  }
}
