package io.github.ideal4j.progress;

/** A stage that nobody watches. */
enum SilentStage implements Progress.Stage {
  INSTANCE;

  @Override
  public void advance(long units) {}

  @Override
  public void note(String remark) {}

  @Override
  public void close() {}
}
