package io.github.ideal4j.onnx.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.inference.Predictor;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.ideal4j.image.CenterCrop;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.onnx.serving.SquareBundle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles as DJL loads them, compared with our own serving. */
class DjlFolderTest {

  @TempDir Path temporary;
  private Path folder;
  private byte[] jpeg;
  private int[] expected;
  private RgbImage decoded;

  @BeforeEach
  void write() throws IOException {
    Bundle bundle = SquareBundle.write(temporary.resolve("bundle"));
    folder = temporary.resolve("djl");
    DjlFolder.write(bundle, folder);
    jpeg = jpeg();
    RgbImage image = CenterCrop.adm(ImageDecoder.decode(jpeg, "photo.jpg"), SquareBundle.SIZE);
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, SessionSettings.cpu())) {
      expected = tokenizer.encode(List.of(image))[0];
      decoded = tokenizer.decode(new int[][] {expected}).images().get(0);
    }
  }

  private static byte[] jpeg() throws IOException {
    BufferedImage picture = new BufferedImage(60, 44, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(3);
    for (int y = 0; y < 44; y += 4) {
      for (int x = 0; x < 60; x += 4) {
        int grey = random.nextInt(256);
        for (int i = 0; i < 16; i++) {
          picture.setRGB(x + i % 4, y + i / 4, grey << 16 | grey << 8 | grey);
        }
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "jpg", bytes);
    return bytes.toByteArray();
  }

  private static String json(int[] tokens) {
    return "{\"rows\":4,\"columns\":4,\"tokens\":%s}"
        .formatted(Arrays.toString(tokens).replace(" ", ""));
  }

  /**
   * What another process runs: DJL's engine for ONNX Runtime must come before any other use of ONNX
   * Runtime in a process.
   */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[1]);
      byte[] content = Files.readAllBytes(Path.of(arguments[2]));
      if (arguments[0].equals("images")) {
        System.out.println(ImagesOfDjl.run(folder, content));
        return;
      }
      Path modelFolder = folder.resolve(arguments[0]);
      // tag::criteria
      Criteria<Input, Output> criteria =
          Criteria.builder().setTypes(Input.class, Output.class).optModelPath(modelFolder).build();
      // end::criteria
      try (ZooModel<Input, Output> model = criteria.loadModel();
          Predictor<Input, Output> predictor = model.newPredictor()) {
        Input input = new Input();
        input.add(content);
        Output output = predictor.predict(input);
        System.out.println(output.getProperty("Content-Type", ""));
        System.out.println(Base64.getEncoder().encodeToString(output.getData().getAsBytes()));
      } catch (TranslateException e) {
        System.out.println(e.getCause().getMessage());
      }
    }
  }

  /** Apart, because this needs our classes on the class path. */
  static final class ImagesOfDjl {
    private ImagesOfDjl() {}

    static String run(Path folder, byte[] png) throws Exception {
      try (ZooModel<Image, int[]> encoder =
              Criteria.builder()
                  .setTypes(Image.class, int[].class)
                  .optModelPath(folder.resolve("encoder"))
                  .optTranslatorFactory(new ImageTokenTranslatorFactory())
                  .build()
                  .loadModel();
          Predictor<Image, int[]> encoding = encoder.newPredictor();
          ZooModel<int[], Image> decoder =
              Criteria.builder()
                  .setTypes(int[].class, Image.class)
                  .optModelPath(folder.resolve("decoder"))
                  .optTranslatorFactory(new TokenImageTranslatorFactory())
                  .build()
                  .loadModel();
          Predictor<int[], Image> decoding = decoder.newPredictor()) {
        Image image = ImageFactory.getInstance().fromInputStream(new ByteArrayInputStream(png));
        int[] tokens = encoding.predict(image);
        RgbImage back = Conversions.rgb((BufferedImage) decoding.predict(tokens).getWrappedImage());
        return Arrays.toString(tokens) + back.equals(ImageDecoder.decode(png, "png"));
      }
    }
  }

  /** Runs the program with DJL, its engine for ONNX Runtime, and perhaps our classes. */
  private List<String> run(boolean ours, String mode, byte[] content) throws Exception {
    Path file = Files.write(temporary.resolve("content"), content);
    Path classes = temporary.resolve("classes");
    String name = Program.class.getName().replace('.', '/') + ".class";
    Path own = Path.of(Program.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Files.createDirectories(classes.resolve(name).getParent());
    Files.copy(own.resolve(name), classes.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> ours || (entry.endsWith(".jar") && !entry.contains("ideal-")))
            .filter(entry -> !entry.contains("pytorch"))
            .collect(Collectors.joining(File.pathSeparator));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dai.djl.offline=true",
            "-DOPT_OUT_TRACKING=true",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            Program.class.getName(),
            mode,
            folder.toString(),
            file.toString());
    builder.environment().put("CLASSPATH", classes + File.pathSeparator + classPath);
    File output = temporary.resolve("output.txt").toFile();
    Process process = builder.redirectOutput(output).start();
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(errors).isZero();
    return Files.readAllLines(output.toPath());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aPhotographFileBecomesTokensByTheTranslatorsInTheFolder() throws Exception {
    List<String> answer = run(false, "encoder", jpeg);
    assertThat(answer.get(0)).isEqualTo("application/json");
    assertThat(new String(Base64.getDecoder().decode(answer.get(1)), StandardCharsets.UTF_8))
        .isEqualTo(json(expected));
  }

  @Test
  void tokensBecomeAPngFileByTheTranslatorsInTheFolder() throws Exception {
    for (String json : List.of(Arrays.toString(expected), json(expected))) {
      List<String> answer = run(false, "decoder", bytes(json));
      assertThat(answer.get(0)).isEqualTo("image/png");
      assertThat(ImageDecoder.decode(Base64.getDecoder().decode(answer.get(1)), "answer"))
          .isEqualTo(decoded);
    }
  }

  @Test
  void imagesOfDjlBecomeTokensAndComeBack() throws Exception {
    assertThat(run(true, "images", Conversions.png(decoded)))
        .containsExactly(Arrays.toString(expected) + "true");
  }

  @Test
  void wrongInputsAreNamed() throws Exception {
    assertThat(run(false, "decoder", bytes("[1, 2]")))
        .containsExactly("2 tokens; this tokenizer has 16");
    assertThat(run(false, "decoder", bytes("what?")).get(0))
        .startsWith("tokens must be JSON, an array of 16 numbers");
    String unknown = json(expected).replaceFirst("\\[[0-9]+", "[16");
    assertThat(run(false, "decoder", bytes(unknown)))
        .containsExactly("token 16 is unknown; valid are 0 to 15");
    assertThat(run(false, "encoder", bytes("no photograph")).get(0))
        .contains("the uploaded file")
        .contains("not an image");
  }
}
