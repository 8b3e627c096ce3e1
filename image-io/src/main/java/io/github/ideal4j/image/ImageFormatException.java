package io.github.ideal4j.image;

import java.io.IOException;

/** An image, or an archive of images, that is damaged, too large or of a kind we do not read. */
public final class ImageFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong with what.
   *
   * @param name the path of the image or archive
   * @param problem what is wrong and what would be valid
   */
  public ImageFormatException(String name, String problem) {
    super(Names.quote(name) + ": " + problem);
  }

  /** Like {@link #ImageFormatException(String, String)}, with the reader's own complaint. */
  public ImageFormatException(String name, String problem, Throwable cause) {
    super(Names.quote(name) + ": " + problem, cause);
  }
}
