package io.github.ideal4j.cli;

import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileReader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Ids that more than one row of a data set has. */
final class DuplicateIds {

  private DuplicateIds() {}

  /**
   * The ids, sorted, each once. Views of an image share its id, which then must not occur twice for
   * one of them. Memory is used only where ids do not ascend.
   */
  static List<Long> in(TokenDataset dataset) {
    if (!dataset.readers().stream().allMatch(TokenFileReader::hasIds) || ascending(dataset)) {
      return List.of();
    }
    Map<String, LongStream.Builder> byView = new HashMap<>();
    for (TokenBatch batch : dataset.batches()) {
      for (int row = 0; row < batch.size(); row++) {
        byView.computeIfAbsent(batch.view(row), view -> LongStream.builder()).add(batch.id(row));
      }
    }
    return byView.values().stream()
        .flatMap(ids -> twice(ids.build().toArray()).boxed())
        .sorted()
        .distinct()
        .toList();
  }

  private static LongStream twice(long[] ids) {
    Arrays.sort(ids);
    LongStream.Builder twice = LongStream.builder();
    for (int i = 1; i < ids.length; i++) {
      if (ids[i] == ids[i - 1]) {
        twice.add(ids[i]);
      }
    }
    return twice.build();
  }

  private static boolean ascending(TokenDataset dataset) {
    boolean first = true;
    long last = 0;
    for (TokenBatch batch : dataset.batches()) {
      for (int row = 0; row < batch.size(); row++) {
        long id = batch.id(row);
        if (!first && id <= last) {
          return false;
        }
        first = false;
        last = id;
      }
    }
    return true;
  }
}
