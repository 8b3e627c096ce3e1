"""The labels that a fused file gives photographs: python classify.py FILE.onnx IMAGE..."""

import json
import sys

import numpy as np
import onnxruntime
from PIL import Image

# tag::open
session = onnxruntime.InferenceSession(sys.argv[1])     # classifier.onnx
names = json.loads(session.get_modelmeta().custom_metadata_map["ideal.outputs"])
# end::open
_, height, width, _ = session.get_inputs()[0].shape
for path in sys.argv[2:]:
    # The pictures have the classifier's size; others would be cropped and resized first.
    pixels = np.asarray(Image.open(path).convert("RGB"))[None]
    # tag::run
    scores, label = session.run(["scores", "label"], {"images": pixels})    # pixels: uint8 [n, 64, 64, 3]
    print(names[label[0]])
    # end::run
