"""Writes half-chroma-rows.jpg: 8 x 16 pixels, 4:4:0, colours that change from row to row.

    python make_half_chroma_probe.py image-io/src/main/resources/io/github/ideal4j/image/half-chroma-rows.jpg
"""
import io
import sys

import numpy as np
from PIL import Image

rows = np.zeros((8, 16, 3), np.uint8)
rows[:, :, 0] = np.arange(8)[:, None] * 30
out = io.BytesIO()
Image.fromarray(rows).save(out, "JPEG", quality=50, subsampling="4:2:2", optimize=True)
jpeg = bytearray(out.getvalue())
# The same blocks, understood as 1 x 2 instead of 2 x 1, with the sides swapped.
at = jpeg.index(b"\xff\xc0")
jpeg[at + 5: at + 9] = jpeg[at + 7: at + 9] + jpeg[at + 5: at + 7]
assert jpeg[at + 11] == 0x21
jpeg[at + 11] = 0x12
with open(sys.argv[1], "wb") as f:
    f.write(jpeg)
