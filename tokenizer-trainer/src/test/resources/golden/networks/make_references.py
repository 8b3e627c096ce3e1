"""Reference numbers of TAEF2 and of the resizing in front of Inception, in NumPy float64 and Pillow.

    python make_references.py WEIGHTS PHOTO OUT      (taef2_f8_c32.safetensors, photo0_128.png, this folder)

Writes taef2.safetensors (latent and reconstruction of the photograph) and resize.safetensors (rows of two pictures
at 299 x 299). Made with NumPy 2.4.6, Pillow 12.3.0, safetensors 0.8.0. The network is written from its description.
"""

import sys

import numpy as np
from PIL import Image
from safetensors.numpy import load_file, save_file

weights_file, photo_file, out = sys.argv[1:]
w = {k: v.astype(np.float64) for k, v in load_file(weights_file).items()}


def conv(x, name, stride=1):
    k = w[name + ".weight"]
    pad = k.shape[2] // 2
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    h = (x.shape[1] - k.shape[2]) // stride + 1
    v = (x.shape[2] - k.shape[3]) // stride + 1
    y = np.zeros((k.shape[0], h, v))
    for i in range(k.shape[2]):
        for j in range(k.shape[3]):
            part = x[:, i : i + h * stride : stride, j : j + v * stride : stride]
            y += np.tensordot(k[:, :, i, j], part, 1)
    bias = w.get(name + ".bias")
    return y if bias is None else y + bias[:, None, None]


def relu(x):
    return np.maximum(x, 0)


def group_norm(x, name, groups=4, eps=1e-5):
    g = x.reshape(groups, -1)
    g = (g - g.mean(1, keepdims=True)) / np.sqrt(g.var(1, keepdims=True) + eps)
    return g.reshape(x.shape) * w[name + ".weight"][:, None, None] + w[name + ".bias"][:, None, None]


def block(x, name):
    if name + ".pool.0.weight" in w:
        x = x + conv(relu(group_norm(conv(x, name + ".pool.0"), name + ".pool.1")), name + ".pool.3")
    y = conv(relu(conv(relu(conv(x, name + ".conv.0")), name + ".conv.2")), name + ".conv.4")
    return relu(y + x)


def encode(x):
    x = conv(x, "encoder.0")
    for i in range(1, 14):
        strided = i in (2, 6, 10)
        x = conv(x, f"encoder.{i}", 2) if strided else block(x, f"encoder.{i}")
    return conv(x, "encoder.14")


def decode(z):
    x = relu(conv(np.tanh(z / 3) * 3, "decoder.1"))
    for i in range(3, 19):
        if i in (6, 11, 16):
            x = x.repeat(2, 1).repeat(2, 2)
        elif i in (7, 12, 17):
            x = conv(x, f"decoder.{i}")
        else:
            x = block(x, f"decoder.{i}")
    return conv(x, "decoder.19")


pixels = np.asarray(Image.open(photo_file).convert("RGB")).transpose(2, 0, 1) / 255.0
latent = encode(pixels)
half = latent.astype(np.float16).astype(np.float64)
taef2 = {"taef2.photo0_128.latent": latent, "taef2.photo0_128.recon": decode(half)}
save_file(
    {k: v.astype(np.float32) for k, v in taef2.items()},
    out + "/taef2.safetensors",
    {"note": "float64; recon is of the latent rounded to half precision, not clamped"},
)

SIDE = 299
ROWS = [0, 7, 150, 298]


def picture(width, height):
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return ((x * 7 + y * 13 + c * 29 + x * y // 5) & 255).astype(np.uint8)


def axis(size, half_pixel):
    at = np.arange(SIDE, dtype=np.float32)  # the tools place their samples in float32
    scale = np.float32(size / SIDE)
    half = np.float32(0.5)
    at = np.maximum((at + half) * scale - half, 0) if half_pixel else at * scale
    low = np.minimum(at.astype(int), size - 1)
    return low, np.minimum(low + 1, size - 1), at - low


def bilinear(p, half_pixel):
    p = p.astype(np.float64)
    y0, y1, dy = axis(p.shape[0], half_pixel)
    x0, x1, dx = axis(p.shape[1], half_pixel)
    rows = p[y0] + (p[y1] - p[y0]) * dy[:, None, None]
    return rows[:, x0] + (rows[:, x1] - rows[:, x0]) * dx[None, :, None]


def clean(p):
    planes = [Image.fromarray(p[:, :, c].astype(np.float32), mode="F") for c in range(3)]
    planes = [np.asarray(q.resize((SIDE, SIDE), Image.Resampling.BICUBIC)).clip(0, 255) for q in planes]
    return np.stack(planes, 2)


resized = {}
for width, height in ((50, 41), (420, 333)):
    p = picture(width, height)
    for name, q in (
        ("tensorflow", bilinear(p, False)),
        ("pytorch", bilinear(p, True)),
        ("clean", clean(p)),
    ):
        resized[f"{name}.{width}x{height}"] = np.ascontiguousarray(q[ROWS].transpose(2, 0, 1)).astype(np.float32)
save_file(resized, out + "/resize.safetensors", {"note": f"[3, rows, {SIDE}], rows {ROWS}, values 0 to 255"})
print("psnr", 10 * np.log10(1 / np.mean((decode(half).clip(0, 1) - pixels) ** 2)))
