"""Draws tokens from a bundle's prior with uniform numbers made by the documented formula."""

import sys

import numpy
import onnxruntime

MASK = (1 << 64) - 1
SEED = 5


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def uniforms(seed, image, tokens):
    start = (mix(seed) + image) & MASK
    start = mix(start)
    bits = [mix((start + (t + 1) * 0x9E3779B97F4A7C15) & MASK) >> 40 for t in range(tokens)]
    return [b / (1 << 24) for b in bits]


options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1] + "/prior.onnx", options)
labels = numpy.array([i * (i + 1) // 2 % 4 for i in range(64)], numpy.int64)
numbers = numpy.array([uniforms(SEED, i, 6) for i in range(len(labels))], numpy.float32)


def draw(rows):
    (tokens,) = session.run(
        None,
        {
            "labels": labels[rows],
            "uniforms": numbers[rows],
            "guidance": numpy.array(1.5, numpy.float32),
            "temperature": numpy.array(0.75, numpy.float32),
            "top_k": numpy.array(8, numpy.int64),
            "top_p": numpy.array(0.875, numpy.float32),
        },
    )
    return tokens


tokens = draw(slice(0, 64))
assert tokens.dtype == numpy.uint16 and tokens.shape == (64, 2, 3)
for image in range(64):
    assert (draw(slice(image, image + 1))[0] == tokens[image]).all(), image
print(tokens.reshape(64, 6).tolist())
