"""Encodes images with a bundle and decodes the tokens: serve.py BUNDLE IMAGES OUT_TOKENS OUT_IMAGES"""
import json
import sys

import numpy as np
import onnxruntime as ort

bundle, images_file, tokens_file, decoded_file = sys.argv[1:5]
about = json.load(open(bundle + "/model.json"))
height, width = about["image"]["height"], about["image"]["width"]
images = np.fromfile(images_file, np.uint8).reshape(-1, height, width, 3)
options = ort.SessionOptions()
options.intra_op_num_threads = 1
encoder = ort.InferenceSession(bundle + "/encoder.onnx", options, ["CPUExecutionProvider"])
decoder = ort.InferenceSession(bundle + "/decoder.onnx", options, ["CPUExecutionProvider"])
(tokens,) = encoder.run(["tokens"], {"images": images})
assert tokens.dtype == np.uint16, tokens.dtype
(decoded,) = decoder.run(["images"], {"tokens": tokens.astype(np.int32)})
tokens.tofile(tokens_file)
decoded.tofile(decoded_file)
print("onnxruntime", ort.__version__)
