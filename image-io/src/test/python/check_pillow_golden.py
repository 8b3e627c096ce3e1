"""Computes expected.csv of the golden images again, from the committed files, with the Pillow that is here.

check_pillow_golden.py FOLDER OUT.csv
"""
import csv
import hashlib
import os
import sys

import numpy as np
from PIL import Image


def adm(image, size):
    """guided-diffusion 22e0df8, image_datasets.center_crop_arr."""
    while min(*image.size) >= 2 * size:
        image = image.resize(tuple(x // 2 for x in image.size), resample=Image.BOX)
    scale = size / min(*image.size)
    image = image.resize(tuple(round(x * scale) for x in image.size), resample=Image.BICUBIC)
    array = np.array(image)
    top, left = (array.shape[0] - size) // 2, (array.shape[1] - size) // 2
    return Image.fromarray(array[top: top + size, left: left + size])


def main(folder, out):
    with open(os.path.join(folder, "expected.csv")) as committed, open(out, "w", newline="") as to:
        rows = csv.reader(committed)
        writer = csv.writer(to, lineterminator="\n")
        writer.writerow(next(rows))
        for name, operation, width, height, _ in rows:
            image = Image.open(os.path.join(folder, name)).convert("RGB")
            if operation == "adm":
                image = adm(image, int(width))
            elif operation.startswith("resize"):
                image = image.resize((int(width), int(height)), getattr(Image, operation.split()[1]))
            writer.writerow([name, operation, *image.size, hashlib.sha256(image.tobytes()).hexdigest()])


main(*sys.argv[1:])
