package io.github.ideal4j.arrow;

/** How the buffers of a token file are packed. */
public enum TokenCompression {
  /** As they are: read straight from the memory map, and by every Arrow library. The default. */
  NONE,
  /** Zstandard at level 1, which is both smaller and faster on token grids than its level 3. */
  ZSTD,
  /** LZ4 frames, as some writers choose by default. Read, slowly; never written. */
  LZ4
}
