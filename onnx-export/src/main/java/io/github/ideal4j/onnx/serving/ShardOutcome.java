package io.github.ideal4j.onnx.serving;

/**
 * What a shard came to.
 *
 * @param file name of the token file
 * @param rows photographs in it
 * @param skipped photographs that could not be read
 * @param turned photographs with an EXIF orientation other than upright, whatever was done about it
 * @param content SHA-256 that chains those of the encoded photographs in their order
 */
public record ShardOutcome(String file, long rows, long skipped, long turned, String content) {}
