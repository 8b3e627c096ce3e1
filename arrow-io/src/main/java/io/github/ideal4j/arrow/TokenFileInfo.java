package io.github.ideal4j.arrow;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a token file holds, without its rows.
 *
 * @param tokenizer the tokenizer that made the tokens
 * @param writer program and version that wrote the file, empty where unknown
 * @param optionalColumns which of the optional columns there are
 * @param rowCount number of rows; a writer ignores it
 * @param checksummed whether every batch carries a CRC32C; always true for files written here
 */
public record TokenFileInfo(
    TokenizerInfo tokenizer,
    String writer,
    Set<TokenColumn> optionalColumns,
    long rowCount,
    boolean checksummed) {

  public TokenFileInfo {
    Set<TokenColumn> columns = EnumSet.noneOf(TokenColumn.class);
    columns.addAll(optionalColumns);
    optionalColumns = Set.copyOf(columns);
    if (rowCount < 0) {
      throw new IllegalArgumentException("row count is negative: %d".formatted(rowCount));
    }
  }

  /** Describes a file that is about to be written. */
  public static TokenFileInfo toWrite(
      TokenizerInfo tokenizer, String writer, Collection<TokenColumn> optionalColumns) {
    return new TokenFileInfo(tokenizer, writer, Set.copyOf(optionalColumns), 0, true);
  }

  public TokenFileInfo withRowCount(long newRowCount) {
    return new TokenFileInfo(tokenizer, writer, optionalColumns, newRowCount, checksummed);
  }

  /** Whether the file has the optional column. */
  public boolean has(TokenColumn column) {
    return optionalColumns.contains(column);
  }

  /** Name of the tokenizer, empty where unknown. */
  public String tokenizerName() {
    return tokenizer.name();
  }

  /** SHA-256 that identifies the tokenizer, empty where unknown. */
  public String tokenizerSha256() {
    return tokenizer.sha256();
  }

  /** Number of codebook entries; every token is below it. */
  public int codebookSize() {
    return tokenizer.codebookSize();
  }

  /** Height of the token grid. */
  public int rows() {
    return tokenizer.rows();
  }

  /** Width of the token grid. */
  public int columns() {
    return tokenizer.columns();
  }

  /** Height of the images in pixels, 0 where unknown. */
  public int imageHeight() {
    return tokenizer.imageHeight();
  }

  /** Width of the images in pixels, 0 where unknown. */
  public int imageWidth() {
    return tokenizer.imageWidth();
  }

  /** Tokens of one image: rows times columns. */
  public int cells() {
    return tokenizer.cells();
  }
}
