package io.github.ideal4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContactSheetTest {

  @TempDir private Path folder;

  private static RgbImage plain(int value, int side) {
    byte[] pixels = new byte[side * side * 3];
    Arrays.fill(pixels, (byte) value);
    return new RgbImage(side, side, pixels);
  }

  @Test
  void imagesStandInRowsUnderTheirNames() throws IOException {
    Path png = folder.resolve("made/sheet.png");
    new ContactSheet(2)
        .row("watch", List.of(plain(10, 48), plain(20, 48), plain(30, 48)))
        .row("", List.of(plain(40, 48)))
        .write(png);
    RgbImage sheet = ImageDecoder.decode(Files.readAllBytes(png), "sheet.png");
    // 48 pixels are shown as 96: margin 12, gap 4, one name of 20.
    assertThat(sheet.width()).isEqualTo(12 + 96 + 4 + 96 + 12);
    assertThat(sheet.height()).isEqualTo(12 + 20 + 3 * 96 + 2 * 4 + 12);
    assertThat(sheet.sample(12, 32, 0)).isEqualTo(10);
    assertThat(sheet.sample(12 + 100, 32, 0)).isEqualTo(20);
    assertThat(sheet.sample(12, 32 + 100, 0)).isEqualTo(30);
    assertThat(sheet.sample(12, 32 + 200, 0)).isEqualTo(40);
    assertThat(sheet.sample(12 + 100, 32 + 200, 0)).isEqualTo(255);
  }

  @Test
  void imagesOfDifferentSizeAreRefused() {
    ContactSheet sheet = new ContactSheet(4).row("", List.of(plain(1, 8)));
    assertThatThrownBy(() -> sheet.row("", List.of(plain(1, 9))))
        .hasMessage("a sheet of 8 x 8 images cannot hold one of 9 x 9");
  }
}
