package io.github.ideal4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.testing.Browser;
import io.github.ideal4j.testing.BrowserPage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as its reader has it: a photograph is chosen or dropped, a class is drawn. */
class PageTest {

  @TempDir Path folder;

  private static final String SHOWN = "!document.getElementById('result').hidden";

  @Test
  void aPhotographShowsItsTokensAndWhatTheyKeep() throws Exception {
    try (Browser browser = Browser.start(folder.resolve("profile"));
        BrowserPage page = browser.page();
        RunningServer server = RunningServer.of(folder.resolve("toy"), ServerSettings.local())) {
      Path file = folder.resolve("photo.png");
      Files.write(file, ToyImages.png(ToyImages.of(4)));
      page.size(1000, 900);
      page.show("screen", "light");
      page.open(server.url("/"));
      page.until("document.getElementById('label').options.length === 3");
      assertThat(page.evaluate("document.getElementById('facts').textContent").asText())
          .isEqualTo("Bundle toy: 32 x 32 pixels become 4 x 4 tokens out of 16.");

      page.choose("#file", file);
      page.until(SHOWN + " && document.getElementById('back').naturalWidth === 32");
      int[] tokens = ToyImages.tokens(ToyImages.of(4));
      int[] drawn = new int[16];
      var pixels =
          page.evaluate(
              "[...document.getElementById('grid').getContext('2d').getImageData(0, 0, 4, 4).data]");
      Arrays.setAll(
          drawn,
          i ->
              pixels.get(4 * i).asInt() << 16
                  | pixels.get(4 * i + 1).asInt() << 8
                  | pixels.get(4 * i + 2).asInt());
      for (int i = 0; i < 16; i++) {
        int expected = Pictures.colour(tokens[i]);
        for (int shift = 0; shift <= 16; shift += 8) {
          // Java computes hues in single precision.
          assertThat(drawn[i] >> shift & 0xFF)
              .isBetween((expected >> shift & 0xFF) - 1, (expected >> shift & 0xFF) + 1);
        }
      }

      page.evaluate("document.getElementById('label').value = '1'");
      page.evaluate("document.querySelector('#draw button').click()");
      page.until("document.querySelectorAll('#samples img').length === 4");
      page.until(
          "[...document.querySelectorAll('#samples img')].every(i => i.naturalWidth === 32)");
      assertThat(page.evaluate("document.querySelector('#samples img').alt").asText())
          .isEqualTo("ant, seed 0");
      if (System.getProperty("ideal.screenshots") != null) {
        page.photograph(Path.of(System.getProperty("ideal.screenshots"), "page.png"));
      }
      assertThat(page.errors()).isEmpty();
      assertThat(page.requests())
          .allMatch(
              url ->
                  url.startsWith(server.url("/").toString())
                      || url.matches("(blob|data|about):.*"));
    }
  }

  @Test
  void aDroppedPhotographIsReadAndOneThatIsNoneIsToldSo() throws Exception {
    try (Browser browser = Browser.start(folder.resolve("profile"));
        BrowserPage page = browser.page();
        RunningServer server = RunningServer.of(folder.resolve("toy"), ServerSettings.local())) {
      page.open(server.url("/"));
      page.until("document.getElementById('label').options.length === 3");
      drop(page, "new File(['no photograph'], 'note.txt')");
      page.until("document.getElementById('say').className === 'bad'");
      assertThat(page.evaluate("document.getElementById('say').textContent").asText())
          .contains("not an image");
      String base64 = java.util.Base64.getEncoder().encodeToString(ToyImages.png(ToyImages.of(1)));
      drop(
          page,
          "new File([Uint8Array.from(atob('%s'), c => c.charCodeAt(0))], 'a.png', {type: 'image/png'})"
              .formatted(base64));
      page.until(SHOWN);
      assertThat(page.evaluate("document.getElementById('say').textContent").asText())
          .isEqualTo("4 x 4 tokens, each one of 16");
    }
  }

  private static void drop(BrowserPage page, String file) {
    page.evaluate(
        "{ const transfer = new DataTransfer(); transfer.items.add(%s);".formatted(file)
            + " document.getElementById('drop').dispatchEvent(new DragEvent('drop',"
            + " {dataTransfer: transfer, bubbles: true, cancelable: true})); }");
  }
}
