package io.github.ideal4j.spark;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Lets threads take one step in the storage at a time, in an order that is chosen. */
final class Turns {

  /** Who of those that wait goes on; steps taken so far by name. */
  @FunctionalInterface
  interface Choice {
    String next(List<String> waiting, Map<String, Integer> steps);
  }

  private final Choice choice;
  private final TreeSet<String> alive = new TreeSet<>();
  private final TreeSet<String> waiting = new TreeSet<>();
  private final Map<String, Integer> steps = new HashMap<>();
  private String chosen = "";

  Turns(Choice choice, String... names) {
    this.choice = choice;
    alive.addAll(List.of(names));
  }

  /** Waits for the turn of a thread. */
  synchronized void await(String name) throws IOException {
    waiting.add(name);
    choose();
    try {
      while (!chosen.equals(name)) {
        wait();
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    waiting.remove(name);
    chosen = "";
    steps.merge(name, 1, Integer::sum);
  }

  /** A thread is done. */
  synchronized void leave(String name) {
    alive.remove(name);
    choose();
  }

  /** Steps that a thread took. */
  synchronized int steps(String name) {
    return steps.getOrDefault(name, 0);
  }

  private void choose() {
    if (chosen.isEmpty() && !waiting.isEmpty() && waiting.containsAll(alive)) {
      chosen = choice.next(List.copyOf(waiting), Map.copyOf(steps));
      notifyAll();
    }
  }
}
