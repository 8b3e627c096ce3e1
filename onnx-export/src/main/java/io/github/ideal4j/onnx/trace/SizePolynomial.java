package io.github.ideal4j.onnx.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An integer polynomial in the symbols, linear in each: coefficient {@code s} belongs to the
 * product of the symbols whose bits are set in {@code s}.
 *
 * @param symbols in bit order
 * @param coefficients {@code 2^symbols}
 */
record SizePolynomial(List<Symbol> symbols, List<Long> coefficients) {

  /**
   * Fits the values seen at the corners.
   *
   * @param values at each corner; bit {@code i} of its number says whether symbol {@code i} was
   *     high
   * @return empty if no integer polynomial fits
   */
  static Optional<SizePolynomial> fit(List<Symbol> symbols, long[] values) {
    long[] c = values.clone();
    for (int i = 0; i < symbols.size(); i++) {
      Symbol symbol = symbols.get(i);
      for (int s = 0; s < c.length; s++) {
        if ((s >> i & 1) == 0) {
          long rise = c[s | 1 << i] - c[s];
          if (rise % (symbol.high() - symbol.low()) != 0) {
            return Optional.empty();
          }
          c[s | 1 << i] = rise / (symbol.high() - symbol.low());
          c[s] -= c[s | 1 << i] * symbol.low();
        }
      }
    }
    return Optional.of(new SizePolynomial(symbols, Arrays.stream(c).boxed().toList()));
  }

  /** Its value where all symbols have their probe sizes. */
  long atProbe() {
    long sum = 0;
    for (int s = 0; s < coefficients.size(); s++) {
      long product = coefficients.get(s);
      for (int i = 0; i < symbols.size(); i++) {
        product *= (s >> i & 1) == 1 ? symbols.get(i).probe() : 1;
      }
      sum += product;
    }
    return sum;
  }

  boolean isConstant() {
    return coefficients.stream().skip(1).allMatch(c -> c == 0);
  }

  /** The name of a dimension, for example {@code batch} or {@code 1 + past}. */
  @Override
  public String toString() {
    List<String> terms = new ArrayList<>();
    for (int s = 0; s < coefficients.size(); s++) {
      if (coefficients.get(s) != 0) {
        terms.add(term(s));
      }
    }
    return terms.isEmpty() ? "0" : String.join(" + ", terms);
  }

  private String term(int s) {
    List<String> factors = new ArrayList<>();
    if (coefficients.get(s) != 1 || s == 0) {
      factors.add(coefficients.get(s).toString());
    }
    for (int i = 0; i < symbols.size(); i++) {
      if ((s >> i & 1) == 1) {
        factors.add(symbols.get(i).name());
      }
    }
    return String.join("*", factors);
  }
}
