package io.github.ideal4j.export;

import io.github.ideal4j.onnx.serving.BundleDescription;

/** The part of a model card that says how to use the bundle. */
final class CardUsage {

  private CardUsage() {}

  static String of(BundleDescription bundle) {
    String prior =
        bundle.prior().isEmpty()
            ? ""
            : "    ideal sample --bundle . --count 8 --out samples.png            # new images\n";
    return """
        ## How to use it

        From the command line, in the folder of this file:

            ideal tokenize --bundle . --images my-photographs --out tokens.arrow
            ideal detokenize --bundle . --tokens tokens.arrow --out images
        @PRIOR@
        From Java (`io.github.ideal4j:ideal-onnx-export`, ONNX Runtime inside):

        ```java
        Bundle bundle = Bundle.open(Path.of("."));
        int size = bundle.description().image().height();
        RgbImage photograph = ImageDecoder.decode(Files.readAllBytes(Path.of("photo.jpg")), "photo.jpg");
        try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, SessionSettings.cpu())) {
          int[][] tokens = tokenizer.encode(List.of(CenterCrop.adm(photograph, size))); // [1, @CELLS@]
          RgbImage reconstruction = tokenizer.decode(tokens).images().get(0);
        }
        ```

        From Python, with nothing of ideal4j:

        ```python
        import numpy as np
        import onnxruntime
        from PIL import Image, ImageOps

        encoder = onnxruntime.InferenceSession("encoder.onnx")
        decoder = onnxruntime.InferenceSession("decoder.onnx")
        photograph = ImageOps.fit(Image.open("photo.jpg").convert("RGB"), (@WIDTH@, @HEIGHT@), Image.LANCZOS)
        images = np.asarray(photograph, np.uint8)[None]  # [1, @HEIGHT@, @WIDTH@, 3]
        tokens = encoder.run(["tokens"], {"images": images})[0]  # uint16 [1, @ROWS@, @COLUMNS@]
        decoded, deep = decoder.run(["images", "deep"], {"tokens": tokens.astype(np.int32)})
        Image.fromarray(decoded[0]).save("reconstruction.png")
        ```
        """
        .replace("@PRIOR@\n", prior + "\n")
        .replace("@CELLS@", Integer.toString(bundle.grid().cells()))
        .replace("@WIDTH@", Integer.toString(bundle.image().width()))
        .replace("@HEIGHT@", Integer.toString(bundle.image().height()))
        .replace("@ROWS@", Integer.toString(bundle.grid().rows()))
        .replace("@COLUMNS@", Integer.toString(bundle.grid().columns()));
  }
}
