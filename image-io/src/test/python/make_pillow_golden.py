"""Writes the images of src/test/resources/golden/pillow and expected.csv: what Pillow makes of them.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install pillow==12.3.0 numpy
    /tmp/venv/bin/python image-io/src/test/python/make_pillow_golden.py PHOTO.jpg image-io/src/test/resources/golden/pillow

PHOTO.jpg is any natural photograph with 4:2:0 sampling; it is copied as photo.jpg.
"""
import csv
import hashlib
import io
import pathlib
import shutil
import struct
import sys
import zlib

import numpy as np
from PIL import Image

FILTERS = ["BOX", "BILINEAR", "HAMMING", "BICUBIC", "LANCZOS"]


def picture(width, height, seed):
    """Smooth colour, hard edges and noise: something to round and to clamp everywhere."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [127 + 120 * np.sin(x / a + y / b) for a, b in ((7, 11), (13, 5), (4, 17))]
    image = np.stack(waves, 2) + np.random.default_rng(seed).normal(0, 12, (height, width, 3))
    image[height // 3: height // 2, width // 4: width // 2] = (255, 0, 255)
    image[height // 2:, : width // 5] = (0, 255, 0)
    return Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))


def segments(jpeg):
    """Marker, begin and end of each segment before the pixels."""
    at = 2
    while jpeg[at + 1] != 0xDA:
        end = at + 2 + struct.unpack(">H", jpeg[at + 2: at + 4])[0]
        yield jpeg[at + 1], at, end
        at = end


def frame(jpeg):
    return next(at for marker, at, _ in segments(jpeg) if marker in (0xC0, 0xC2))


def without(jpeg, unwanted):
    drop = [(at, end) for marker, at, end in segments(jpeg) if marker == unwanted]
    for at, end in reversed(drop):
        jpeg = jpeg[:at] + jpeg[end:]
    return jpeg


def with_ids(jpeg, ids):
    """The same file with other component ids, in frame and scan, and without JFIF."""
    jpeg = bytearray(without(jpeg, 0xE0))
    at = frame(jpeg)
    scan = max(end for _, _, end in segments(jpeg))
    for i, number in enumerate(ids):
        jpeg[at + 10 + 3 * i] = number
        jpeg[scan + 5 + 2 * i] = number
    return bytes(jpeg)


def turned_sampling(jpeg):
    """4:2:2 becomes 4:4:0: the same blocks, understood as 1 x 2 with sides swapped (pixels are scrambled)."""
    jpeg = bytearray(jpeg)
    at = frame(jpeg)
    jpeg[at + 5: at + 9] = jpeg[at + 7: at + 9] + jpeg[at + 5: at + 7]
    assert jpeg[at + 11] == 0x21
    jpeg[at + 11] = 0x12
    return bytes(jpeg)


def resampled(jpeg, sampling):
    """Other sampling of as many blocks (pixels are scrambled)."""
    jpeg = bytearray(jpeg)
    at = frame(jpeg)
    assert jpeg[at + 11] == 0x22
    jpeg[at + 11] = sampling
    return bytes(jpeg)


def adobe(transform):
    return b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform])


def png(width, height, depth, colour, rows, extra=b"", interlace=0):
    """A PNG file from rows that have their filter byte already."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra
            + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b""))


def sixteen_bit(image, colour):
    """Big-endian 16-bit rows whose low bytes matter to a decoder that rounds."""
    high = np.asarray(image).astype(np.uint16)
    low = (high * 7 + 131) % 256
    values = (high * 256 + low).astype(">u2") if colour == 2 else (high * 3 % 700).astype(">u2")
    return [b"\0" + row.tobytes() for row in values]


def adam7(image):
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    pixels = np.asarray(image)
    return [b"\0" + row.tobytes() for x, y, dx, dy in passes for row in pixels[y::dy, x::dx] if row.size]


def adm(image, size):
    """guided-diffusion 22e0df8, image_datasets.center_crop_arr."""
    while min(*image.size) >= 2 * size:
        image = image.resize(tuple(x // 2 for x in image.size), resample=Image.BOX)
    scale = size / min(*image.size)
    image = image.resize(tuple(round(x * scale) for x in image.size), resample=Image.BICUBIC)
    array = np.array(image)
    top, left = (array.shape[0] - size) // 2, (array.shape[1] - size) // 2
    return Image.fromarray(array[top: top + size, left: left + size])


def main(photo, folder):
    folder = pathlib.Path(folder)
    small = picture(61, 47, 1)
    shutil.copy(photo, folder / "photo.jpg")

    def save(name, image, **options):
        image.save(folder / name, **options)

    def encoded(**options):
        out = io.BytesIO()
        small.save(out, "JPEG", quality=88, **options)
        return out.getvalue()

    for sampling in ("4:4:4", "4:2:2", "4:2:0"):
        save("sampling_%s.jpg" % sampling.replace(":", ""), small, quality=88, subsampling=sampling)
    save("progressive_420.jpg", small, quality=75, progressive=True)
    save("restart.jpg", small, quality=88, restart_marker_blocks=3)
    save("grey.jpg", small.convert("L"), quality=88)
    save("rgb.jpg", small, quality=88, keep_rgb=True)
    save("cmyk.jpg", small.convert("CMYK"), quality=88)
    save("low_quality.jpg", small, quality=5)
    exif = Image.Exif()
    exif[0x0112] = 6
    save("exif_6.jpg", small, quality=88, exif=exif, icc_profile=b"\0" * 128)
    for quality in (30, 95):
        save("quality_%d.jpg" % quality, small, quality=quality)
    for sampling in ("4:4:4", "4:2:2"):
        save("progressive_%s.jpg" % sampling.replace(":", ""), small, quality=88, subsampling=sampling, progressive=True)
    save("progressive_restart.jpg", small, quality=88, progressive=True, restart_marker_blocks=2)
    save("progressive_grey.jpg", small.convert("L"), quality=88, progressive=True)
    plain = encoded(subsampling="4:4:4")
    cmyk = (folder / "cmyk.jpg").read_bytes()
    made = {
        "ycck.jpg": cmyk.replace(adobe(0), adobe(2)),
        "ids_012.jpg": with_ids(plain, (0, 1, 2)),
        "ids_rgb.jpg": with_ids(plain, b"RGB"),
        "ids_ycc.jpg": with_ids(plain, b"YCc"),
        "jfif_and_adobe_0.jpg": plain[:20] + adobe(0) + plain[20:],
        "adobe_0.jpg": plain[:2] + adobe(0) + without(plain, 0xE0)[2:],
        "sampling_440.jpg": turned_sampling(encoded(subsampling="4:2:2")),
        "sampling_411.jpg": resampled(encoded(subsampling="4:2:0"), 0x41),
        "progressive_440.jpg": turned_sampling(encoded(subsampling="4:2:2", progressive=True)),
        "trailing_bytes.jpg": plain + b"more than a JPEG",
        "rgb_16.png": png(61, 47, 16, 2, sixteen_bit(small, 2)),
        "grey_16.png": png(61, 47, 16, 0, sixteen_bit(small.convert("L"), 0)),
        "interlaced.png": png(61, 47, 8, 2, adam7(small), interlace=1),
        "palette_short.png": png(
            4, 1, 8, 3, [b"\0\0\1\2\7"],
            b"\0\0\0\6PLTE\x0a\x14\x1e\x28\x32\x3c" + struct.pack(">I", zlib.crc32(b"PLTE\x0a\x14\x1e\x28\x32\x3c"))),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)

    alpha = small.convert("RGBA")
    alpha.putalpha(picture(61, 47, 2).convert("L"))
    palette = small.quantize(200)
    for name, image, options in [
        ("rgb.png", small, {}), ("grey.png", small.convert("L"), {}), ("bit.png", small.convert("1"), {}),
        ("palette_256.png", palette, {}), ("palette_16.png", small.quantize(16), {}),
        ("palette_4.png", small.quantize(4), {"bits": 2}),
        ("palette_transparent.png", palette, {"transparency": 7}), ("rgba.png", alpha, {}),
        ("grey_alpha.png", alpha.convert("LA"), {}), ("profile.png", small, {"icc_profile": b"\0" * 128, "dpi": (7, 7)}),
        ("palette.gif", palette, {}), ("transparent.gif", palette, {"transparency": 7}),
        ("animated.gif", palette, {"save_all": True, "append_images": [palette.rotate(180)]}),
        ("rgb.bmp", small, {}), ("palette.bmp", palette, {}), ("bit.bmp", small.convert("1"), {}),
        ("grey.bmp", small.convert("L"), {}), ("rgba.bmp", alpha, {}),
        ("lossy.webp", small, {"quality": 80}), ("lossless.webp", small, {"lossless": True}),
        ("alpha.webp", alpha, {"quality": 80}), ("grey.webp", small.convert("L"), {"quality": 50}),
        ("exif.webp", small, {"exif": exif}),
    ]:
        save(name, image, **options)

    rows = []

    def expect(name, operation, image):
        assert image.mode == "RGB"
        rows.append([name, operation, *image.size, hashlib.sha256(image.tobytes()).hexdigest()])

    for path in sorted(folder.iterdir()):
        if path.suffix not in (".csv", ".md"):
            expect(path.name, "decode", Image.open(path).convert("RGB"))
    for name in ("photo.jpg", "rgb.png"):
        image = Image.open(folder / name).convert("RGB")
        for filter_name in FILTERS:
            for width, height in ((1, 1), (7, 33), (61, 20), (32, 47), (64, 64), (150, 100)):
                resized = image.resize((width, height), getattr(Image, filter_name))
                expect(name, "resize %s" % filter_name, resized)
        for size in (1, 8, 16, 23, 32, 64, 100, 128, 256):
            expect(name, "adm", adm(image, size))
    with open(folder / "expected.csv", "w", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([["file", "operation", "width", "height", "sha256"], *rows])


main(*sys.argv[1:])
