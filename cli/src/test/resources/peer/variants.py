"""Photographs as other programs would have written them: sizes, chroma sampling, quality, order of scans.

variants.py FOLDER OUT COUNT takes the photographs of a folder in turn and writes JPEG files of sizes
that are not square, the same ones each time.
"""
import os
import sys

from PIL import Image

SIZES = [(97, 64), (65, 130), (129, 257), (400, 171), (333, 222), (191, 512), (641, 480), (300, 77)]
QUALITIES = [30, 55, 75, 90, 97]


def main(folder, out, count):
    names = sorted(os.listdir(folder))
    for number in range(count):
        image = Image.open(os.path.join(folder, names[number % len(names)])).convert("RGB")
        image = image.resize(SIZES[number % len(SIZES)], Image.Resampling.LANCZOS)
        if number % 11 == 10:
            image = image.convert("L")
        options = {"quality": QUALITIES[number % len(QUALITIES)], "progressive": number % 4 == 3}
        if image.mode == "RGB":
            options["subsampling"] = number % 3  # 4:4:4, 4:2:2, 4:2:0
        image.save(os.path.join(out, "%06d.jpg" % number), **options)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
