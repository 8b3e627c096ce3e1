"""The labels that a fused file gives photographs: python classify.py FILE.onnx IMAGE..."""

import json
import sys

import numpy as np
import onnxruntime
from PIL import Image

session = onnxruntime.InferenceSession(sys.argv[1])
names = json.loads(session.get_modelmeta().custom_metadata_map["ideal.outputs"])
_, height, width, _ = session.get_inputs()[0].shape
for path in sys.argv[2:]:
    # The pictures have the classifier's size; others would be cropped and resized first.
    pixels = np.asarray(Image.open(path).convert("RGB"))[None]
    scores, label = session.run(["scores", "label"], {"images": pixels})
    print(names[label[0]])
