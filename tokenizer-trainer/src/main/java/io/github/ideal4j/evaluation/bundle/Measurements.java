package io.github.ideal4j.evaluation.bundle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers by the names that files and {@code --json} use, in the order in which they were measured,
 * and remarks that belong beside them. Names say what is not comparable with the literature: {@code
 * fid768} is never {@code fid}.
 */
public final class Measurements {

  private final Map<String, Double> numbers = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * Adds a number; one that is not known (NaN) is left out.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public Measurements put(String name, double value) {
    if (numbers.containsKey(name)) {
      throw new IllegalArgumentException("'%s' is measured twice".formatted(name));
    }
    if (!Double.isNaN(value)) {
      numbers.put(name, value);
    }
    return this;
  }

  /** Adds a remark, one line, unless it is there. */
  public Measurements note(String remark) {
    if (!notes.contains(remark)) {
      notes.add(remark);
    }
    return this;
  }

  /** All numbers. */
  public Map<String, Double> byName() {
    return Collections.unmodifiableMap(numbers);
  }

  /** All remarks. */
  public List<String> notes() {
    return List.copyOf(notes);
  }
}
