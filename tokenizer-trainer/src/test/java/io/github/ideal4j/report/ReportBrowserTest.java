package io.github.ideal4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.golden.TinyPhotographs;
import io.github.ideal4j.testing.Browser;
import io.github.ideal4j.testing.BrowserPage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page as its reader has it: opened from the disk in a browser, by mouse and by keyboard. */
class ReportBrowserTest {

  private static final String PLOT = "document.querySelector('.chart.live .plot')";
  private static final int LEFT = 37; // key codes
  private static final int PLUS = 187;
  private static final int ZERO = 48;

  @TempDir private static Path folder;

  private static Browser browser;
  private static Path report;
  private static Path running;
  private BrowserPage page;

  /** In front of the first test and not of the class, so that each test says why it is skipped. */
  private static void start() throws IOException, InterruptedException {
    browser = Browser.start(folder.resolve("profile"));
    report = folder.resolve("report.html");
    running = folder.resolve("running.html");
    ReportWriter.write(SampleReport.report(TinyPhotographs.of(12, 64, 5)), report);
    ReportWriter.write(
        SampleReport.builder(TinyPhotographs.of(12, 64, 5)).running("step 950 of 1,900.").build(),
        running);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void open() throws IOException, InterruptedException {
    if (browser == null) {
      start();
    }
    page = browser.page();
    page.size(1280, 900);
  }

  @AfterEach
  void nothingWentWrong() {
    if (browser != null) { // else the test was skipped
      assertThat(page.errors()).isEmpty();
      page.close();
    }
  }

  private String text(String script) {
    return page.evaluate(script).asText();
  }

  private double number(String script) {
    return page.evaluate(script).asDouble();
  }

  @Test
  void nothingButTheFileIsAskedFor() {
    page.open(report);
    assertThat(page.requests()).containsExactly(report.toUri().toString());
  }

  @Test
  void everyPictureIsDrawnAndNamed() {
    page.open(report);
    JsonNode images =
        page.evaluate(
            "Promise.all([...document.images].map(i => i.decode().then(() =>"
                + " [i.naturalWidth, i.alt])))");
    assertThat(images.size()).isGreaterThan(150);
    for (JsonNode image : images) {
      assertThat(image.get(0).asInt()).as(image.get(1).asText()).isPositive();
      assertThat(image.get(1).asText()).isNotBlank();
    }
    assertThat(number("[...document.querySelectorAll('svg')].filter(s => !s.ariaLabel).length"))
        .isZero();
  }

  @Test
  void anArrowKeyMovesTheEdgeBetweenTwoPictures() {
    page.open(report);
    String clip = "getComputedStyle(document.querySelector('.compare .over')).clipPath";
    assertThat(text(clip)).contains("50%");
    page.evaluate("document.getElementById('split-0').focus()");
    page.press("ArrowLeft", LEFT);
    page.press("ArrowLeft", LEFT);
    assertThat(text("document.getElementById('split-0').value")).isEqualTo("48");
    assertThat(text(clip)).contains("48%");
    assertThat(text("document.querySelector('.compare output').textContent")).isEqualTo("48 %");
  }

  @Test
  void thePointerMovesTheEdgeOfItsOwnPair() {
    page.open(report);
    page.drag(".compare .stage", 0.25, 0.25);
    String second = "getComputedStyle(document.querySelectorAll('.compare .over')[1]).clipPath";
    assertThat(text("document.querySelector('.compare .stage').style.getPropertyValue('--split')"))
        .startsWith("25");
    assertThat(text(second)).contains("50%");
  }

  @Test
  void tokensBecomeAsOpaqueAsTheirSliderSays() {
    page.open(report);
    String opacity = "getComputedStyle(document.querySelector('.overlay .cover')).opacity";
    assertThat(text(opacity)).isEqualTo("0.6");
    page.evaluate("document.querySelector('[data-slider=cover]').focus()");
    page.press("ArrowLeft", LEFT);
    assertThat(text(opacity)).isEqualTo("0.59");
  }

  @Test
  void oneMomentOfTheTrainingIsShown() {
    page.open(report);
    String shown = "[...document.querySelectorAll('.frame')].filter(f => !f.hidden)";
    assertThat(text(shown + ".map(f => f.dataset.label).join()")).isEqualTo("after 1,900 steps");
    page.evaluate("document.querySelector('[data-slider=frame]').focus()");
    page.press("ArrowLeft", LEFT);
    assertThat(text(shown + ".map(f => f.dataset.label).join()")).isEqualTo("after 1,000 steps");
  }

  @Test
  void aChartIsZoomedByMouseButtonsAndKeys() {
    page.open(report);
    String zoom = PLOT + ".dataset.zoom";
    assertThat(number("document.querySelectorAll('.chart.live canvas').length")).isEqualTo(2);
    assertThat(text(zoom)).as("everything at first").isEmpty();

    page.drag(".chart.live .u-over", 0.5, 0.75);
    String[] dragged = text(zoom).split(" ", -1);
    assertThat(Double.parseDouble(dragged[0])).isBetween(900.0, 1000.0);
    assertThat(Double.parseDouble(dragged[1])).isBetween(1350.0, 1500.0);

    page.evaluate("document.querySelector('[aria-label=\"reset zoom\"]').click()");
    page.settle();
    assertThat(text(zoom)).isEmpty();

    page.evaluate(PLOT + ".focus()");
    page.press("+", PLUS);
    assertThat(text(zoom)).isNotEmpty();
    String before = text(zoom);
    page.press("ArrowLeft", LEFT);
    assertThat(text(zoom)).isNotEqualTo(before);
    page.press("0", ZERO);
    assertThat(text(zoom)).isEmpty();
  }

  @Test
  void linesAreSwitchedAndScaledLogarithmically() {
    page.open(report);
    page.evaluate("document.querySelector('.chart.live button.key').click()");
    page.evaluate("document.querySelector('[aria-label=\"logarithmic scale\"]').click()");
    page.settle();
    assertThat(text("document.querySelector('.chart.live button.key').ariaPressed"))
        .isEqualTo("false");
    assertThat(text("document.querySelector('[aria-label=\"logarithmic scale\"]').ariaPressed"))
        .isEqualTo("true");
    assertThat(number("document.querySelectorAll('.chart.live canvas').length")).isEqualTo(2);
  }

  @ParameterizedTest(name = "{0} pixels")
  @ValueSource(ints = {390, 1280})
  void nothingStandsOutOfThePage(int width) {
    page.size(width, 844);
    page.open(report);
    assertThat(number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
    assertThat(number("document.querySelector('.plot canvas').getBoundingClientRect().right"))
        .isLessThanOrEqualTo(width);
    for (String scheme : new String[] {"light", "dark"}) {
      page.show("screen", scheme);
      page.photograph(Path.of("target/report-%d-%s.png".formatted(width, scheme)));
    }
  }

  @Test
  void theDarkThemeReachesTheCharts() {
    page.open(report);
    page.show("screen", "dark");
    assertThat(text("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(19, 20, 24)");
    page.show("screen", "light");
    assertThat(text("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(251, 251, 250)");
  }

  @Test
  void paperShowsDrawingsInPlaceOfCharts() {
    page.open(report);
    page.show("print", "light");
    assertThat(text("getComputedStyle(" + PLOT + ").display")).isEqualTo("none");
    assertThat(text("getComputedStyle(document.querySelector('svg.static')).display"))
        .isEqualTo("block");
    assertThat(text("getComputedStyle(document.querySelector('.control')).display"))
        .isEqualTo("none");
    assertThat(text("getComputedStyle(document.querySelector('.frame[hidden]')).display"))
        .as("every moment of the training")
        .isEqualTo("block");
    assertThat(text("getComputedStyle(document.querySelector('.compare .over')).clipPath"))
        .as("both pictures whole")
        .isEqualTo("none");
  }

  @Test
  void headingsComeInOrderAndFieldsHaveNames() {
    page.open(report);
    JsonNode levels =
        page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])");
    assertThat(levels.get(0).asInt()).isEqualTo(1);
    for (int i = 1; i < levels.size(); i++) {
      assertThat(levels.get(i).asInt()).isBetween(2, levels.get(i - 1).asInt() + 1);
    }
    assertThat(
            number("[...document.querySelectorAll('input')].filter(i => !i.labels.length).length"))
        .isZero();
    assertThat(number("[...document.querySelectorAll('th')].filter(t => !t.scope).length"))
        .isZero();
    assertThat(text("document.documentElement.lang")).isEqualTo("en");
    assertThat(number("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"))
        .isEqualTo(number("document.querySelectorAll('[id]').length"));
  }

  /** The clock is taken over: the page asks for 20 seconds, the test does not wait for them. */
  @Test
  void aRunningPageLooksAgainAndStaysWhereItsReaderIs() {
    page.before(
        "const real = window.setTimeout; window.setTimeout = (f, ms) =>"
            + " ms === 20000 ? (window.renewNow = f, 0) : real(f, ms)");
    page.open(running);
    assertThat(text("document.querySelector('.running').textContent"))
        .contains("step 950 of 1,900")
        .contains("stop renewing this page");
    page.evaluate(PLOT + ".focus()");
    page.press("+", PLUS);
    String zoom = text(PLOT + ".dataset.zoom");
    page.evaluate("document.getElementById('split-0').focus()");
    page.press("ArrowLeft", LEFT);
    page.evaluate("scrollTo(0, 700)");

    page.reloadBy("window.renewNow()");
    assertThat(number("scrollY")).isEqualTo(700);
    assertThat(text(PLOT + ".dataset.zoom")).isEqualTo(zoom);
    assertThat(text("document.getElementById('split-0').value")).isEqualTo("49");
    assertThat(text("document.activeElement.id")).isEqualTo("split-0");
    assertThat(page.requests()).allMatch(running.toUri().toString()::equals);

    page.evaluate("document.querySelector('.running button').click()");
    assertThat(text("document.querySelector('.running').textContent"))
        .contains("go on renewing this page");
  }

  @Test
  void aFinishedPageStaysAsItIs() {
    page.before(
        "const real = window.setTimeout; window.setTimeout = (f, ms) =>"
            + " ms === 20000 ? (window.renewNow = f, 0) : real(f, ms)");
    page.open(report);
    assertThat(text("typeof window.renewNow")).isEqualTo("undefined");
  }
}
