/**
 * Token files: image tokens as Apache Arrow IPC files that any language can read, with a checksum
 * for each batch. Files are written whole or not at all, and read through a memory map without any
 * JVM flag; {@code FORMAT.md} in this module gives the bytes. Start with {@link
 * io.github.ideal4j.arrow.TokenDataset} to read and {@link io.github.ideal4j.arrow.TokenFileWriter}
 * to write.
 */
package io.github.ideal4j.arrow;
