"""Writes the numbers that MetricSelfTest compares with, and its photograph.

    python3 make_self_test.py GOLDEN/metrics caltech101_64.zip OUT

Needs NumPy, SciPy and djpeg of libjpeg-turbo. PSNR, SSIM, precision, recall, density and coverage are copied from the golden set `metrics`,
where scikit-image, torch-fidelity and prdc computed them. The others are computed here, in float64 and from their
definitions, by functions that first have to reproduce the golden set's numbers of the libraries. Features and noise are
whole numbers of java.util.Random, so that they need not be stored.
"""
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
from scipy import linalg, ndimage, stats


class JavaRandom:
    """java.util.Random, as far as nextInt(bound)."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)

    def bits(self, count):
        self.state = (self.state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        value = self.state >> (48 - count)
        return value - (1 << count) if value >> (count - 1) and count == 32 else value

    def next_int(self, bound):
        value = self.bits(31)
        if bound & (bound - 1) == 0:
            return (bound * value) >> 31
        while value - value % bound + bound - 1 >= 1 << 31:
            value = self.bits(31)
        return value % bound


def tensors(path):
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    types = {"F32": "<f4", "F64": "<f8", "I64": "<i8", "U8": "u1"}
    return {
        name: np.frombuffer(data[8 + size:][slice(*t["data_offsets"])], types[t["dtype"]]).reshape(t["shape"])
        for name, t in json.loads(data[8:8 + size]).items() if name != "__metadata__"
    }


def frechet(x, y):
    c1, c2 = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = linalg.sqrtm(c1 @ c2)
    return float(np.sum((x.mean(0) - y.mean(0)) ** 2) + np.trace(c1) + np.trace(c2) - 2 * np.trace(np.real(root)))


def frechet_of_few(x, y):
    a, b = ((z - z.mean(0)) / np.sqrt(len(z) - 1) for z in (x, y))
    root = linalg.svdvals(a @ b.T).sum()
    return float(np.sum((x.mean(0) - y.mean(0)) ** 2) + np.sum(a * a) + np.sum(b * b) - 2 * root)


def kernel_distance(x, y):
    def kernel(a, b):
        return (a @ b.T / a.shape[1] + 1) ** 3
    xx, yy = kernel(x, x), kernel(y, y)
    return float((xx.sum() - np.trace(xx)) / len(x) / (len(x) - 1)
                 + (yy.sum() - np.trace(yy)) / len(y) / (len(y) - 1) - 2 * kernel(x, y).mean())


def inception_score(p, splits):
    parts = [p[i * len(p) // splits:(i + 1) * len(p) // splits] for i in range(splits)]
    scores = [np.exp(np.mean([stats.entropy(row, part.mean(0)) for row in part])) for part in parts]
    return float(np.mean(scores)), float(np.std(scores))


def ms_ssim(a, b):
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    values = []
    for channel in range(3):
        p, q, product = a[..., channel].astype(float), b[..., channel].astype(float), 1.0
        for scale, beta in enumerate([0.0448, 0.2856, 0.3001, 0.2363, 0.1333]):
            def mean(z):
                return ndimage.gaussian_filter(z, 1.5, truncate=3.5)[5:-5, 5:-5]
            mp, mq = mean(p), mean(q)
            cs = (2 * (mean(p * q) - mp * mq) + c2) / (mean(p * p) - mp * mp + mean(q * q) - mq * mq + c2)
            term = cs * (2 * mp * mq + c1) / (mp * mp + mq * mq + c1) if scale == 4 else cs
            product *= max(0.0, term.mean()) ** beta
            if scale < 4:
                p, q = (z.reshape(z.shape[0] // 2, 2, z.shape[1] // 2, 2).mean((1, 3)) for z in (p, q))
        values.append(product)
    return float(np.mean(values))


def decode(jpeg):
    ppm = subprocess.run(["djpeg", "-dct", "int"], input=jpeg, capture_output=True, check=True).stdout
    _, width, height, _ = ppm[:20].split()[:4]
    return np.frombuffer(ppm[-int(width) * int(height) * 3:], np.uint8).reshape(int(height), int(width), 3)


def near(name, got, expected, tolerance):
    assert abs(got - expected) <= tolerance, (name, got, expected)


def features(seed, rows, width):
    random = JavaRandom(seed)
    return np.array([sum(random.next_int(256) for _ in range(4)) / 64 - 8 for _ in range(rows * width)]).reshape(rows, width)


def main():
    golden, archive, out = (Path(a) for a in sys.argv[1:])
    reference = json.loads((golden / "reference.json").read_text())
    data = tensors(golden / "reference.safetensors")

    # The functions above against the libraries.
    real, fake = (data["features.64." + s].astype(float) for s in ("real", "generated"))
    cases = reference["frechet"]["cases"]
    near("frechet", frechet(real, fake), cases[0]["library.clean-fid (sqrtm)"], 1e-9)
    near("frechet of few", frechet_of_few(real[:40], fake[:50]), cases[2]["exact"], 1e-9)
    near("kernel", kernel_distance(real, fake), reference["kid"]["cases"][0]["all_rows_unbiased"], 1e-12)
    for case in reference["inception_score"]["cases"]:
        near("score", inception_score(data["inception.probabilities"], case["splits"])[0],
             case["library.torch-fidelity"]["mean"], 1e-9)
    for i, pair in enumerate(reference["ms_ssim"]["pairs"]):
        if pair["size"][0] % 16 == 0 and pair["size"][1] % 16 == 0:
            near("ms_ssim", ms_ssim(data[f"ms_ssim.{i}.original"], data[f"ms_ssim.{i}.degraded"]),
                 pair["library.pytorch-msssim"], 1e-5)

    number, pair = next((i, p) for i, p in enumerate(reference["pairs"]["images"]) if p["degradation"] == "noise")
    photograph = zipfile.ZipFile(archive).read(pair["path"])
    (out / "metric-self-test.jpg").write_bytes(photograph)
    degraded = data["pairs.degraded"][number]
    random = JavaRandom(pair["java_seed"])
    noise = np.array([random.next_int(49) - 24 for _ in range(degraded.size)]).reshape(degraded.shape)
    original = decode(photograph)
    assert hashlib.sha256(original.tobytes()).hexdigest() == pair["sha256_rgb"]
    assert np.array_equal(degraded, np.clip(original.astype(int) + noise, 0, 255))
    large = [np.repeat(np.repeat(z, 3, 0), 3, 1) for z in (original, degraded)]

    width = 16
    x, y = features(11, 100, width), features(12, 120, width) * 1.25 + 0.5
    levels = [0.5, 1.0, 2.0]
    shift = features(13, 100, width)
    random = JavaRandom(14)
    p = np.array([1 + random.next_int(1000) ** 2 for _ in range(40 * 6)], float).reshape(40, 6)
    p /= p.sum(1, keepdims=True)
    subsets = [kernel_distance(x[10 * i:10 * i + 50], y[10 * i:10 * i + 50]) for i in range(5)]
    score = inception_score(p, 4)
    ties = next(c for c in reference["precision_recall"]["cases"] if c["of"] == "ties")
    values = {
        "photograph": {
            "path": pair["path"], "noiseSeed": pair["java_seed"],
            "psnr": pair["psnr"], "ssim": pair["ssim"], "ssimGaussian": pair["ssim_gaussian"], "msSsim": ms_ssim(*large),
        },
        "features": {"width": width, "rows": [100, 120], "seeds": [11, 12, 13]},
        "frechet": frechet(x, y),
        "frechetOfFew": {"rows": 12, "value": frechet_of_few(x[:12], y[:12])},
        "frechetOfNoise": {"levels": levels, "values": [frechet(x, x + level * shift) for level in levels]},
        "kernel": {"unbiased": kernel_distance(x, y), "subsets": 5, "rows": 50,
                   "mean": float(np.mean(subsets)), "deviation": float(np.std(subsets))},
        "inception": {"seed": 14, "images": 40, "classes": 6, "splits": 4, "mean": score[0], "deviation": score[1]},
        "ties": {
            "width": data["ties.real"].shape[1], "neighbours": ties["k"],
            "real": data["ties.real"].astype(int).ravel().tolist(),
            "generated": data["ties.generated"].astype(int).ravel().tolist(),
            "precision": ties["library.torch-fidelity"]["precision"], "recall": ties["library.torch-fidelity"]["recall"],
            "density": ties["library.prdc"]["density"], "coverage": ties["library.prdc"]["coverage"],
        },
    }
    (out / "metric-self-test.json").write_text(json.dumps(values) + "\n")


main()
