"""Writes hostile image files and expected.csv: what Pillow makes of them, or why it refuses.

    .venv/bin/python image-io/src/test/python/make_hostile.py image-io/src/test/resources/golden/pillow image-io/src/test/resources/hostile
"""
import csv
import hashlib
import pathlib
import struct
import sys
import warnings
import zlib

from PIL import Image, ImageFile, PngImagePlugin

ImageFile.LOAD_TRUNCATED_IMAGES = False
warnings.simplefilter("error", Image.DecompressionBombWarning)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, colour, data, before=b"", interlace=0, end=True):
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + (chunk(b"IDAT", data) if data is not None else b"")
            + (chunk(b"IEND", b"") if end else b""))


def rows(width, height, channels):
    return zlib.compress(b"".join(b"\0" + bytes(range(7, 7 + width * channels)) for _ in range(height)))


def marker(data, kind):
    return data.index(b"\xff" + bytes([kind]))


def patched(data, at, content):
    return data[:at] + content + data[at + len(content):]


def segment(kind, content):
    return b"\xff" + bytes([kind]) + struct.pack(">H", len(content) + 2) + content


def without(data, kind):
    at = marker(data, kind)
    end = at + 2 + struct.unpack(">H", data[at + 2: at + 4])[0]
    return data[:at] + data[end:]


def jpegs(golden):
    plain = (golden / "sampling_444.jpg").read_bytes()
    photo = (golden / "photo.jpg").read_bytes()
    progressive = (golden / "progressive_420.jpg").read_bytes()
    cmyk = (golden / "cmyk.jpg").read_bytes()
    frame, scan = marker(plain, 0xC0), marker(plain, 0xDA)
    after_start = lambda content: plain[:2] + content + plain[2:]
    empty_scan = b"\xff\xda\0\x08\1" + progressive[marker(progressive, 0xDA) + 5: marker(progressive, 0xDA) + 6] + b"\0\1\5\2"
    first = marker(progressive, 0xDA)
    yield "cut_half.jpg", photo[: len(photo) // 2]
    yield "no_end.jpg", plain[:-2]
    yield "cut_in_header.jpg", plain[: frame + 6]
    yield "only_start.jpg", b"\xff\xd8\xff"
    yield "forged_huge.jpg", patched(plain, frame + 5, b"\xff\xff\xff\xff")
    yield "forged_larger.jpg", patched(plain, frame + 5, b"\x10\0\x10\0")
    yield "zero_height.jpg", patched(plain, frame + 5, b"\0\0")
    yield "zero_width.jpg", patched(plain, frame + 7, b"\0\0")
    yield "scans_406.jpg", progressive[:first] + empty_scan * 406 + progressive[first:]
    yield "two_frames.jpg", plain[:scan] + plain[frame:scan] + plain[scan:]
    yield "scan_before_frame.jpg", plain[:2] + plain[scan:]
    yield "arithmetic.jpg", patched(plain, frame + 1, b"\xc9")
    yield "lossless.jpg", patched(plain, frame + 1, b"\xc3")
    yield "hierarchical.jpg", patched(plain, frame + 1, b"\xc5")
    yield "twelve_bits.jpg", patched(plain, frame + 4, b"\x0c")
    yield "two_components.jpg", patched(plain, frame + 9, b"\2")
    yield "nine_components.jpg", patched(plain, frame + 9, b"\x09")
    yield "same_ids.jpg", patched(plain, frame + 13, plain[frame + 10: frame + 11])
    yield "unknown_component.jpg", patched(plain, scan + 5, b"\x77")
    yield "sent_twice.jpg", plain[:-2] + plain[scan:]
    yield "scans_missing.jpg", progressive[: progressive.rindex(b"\xff\xda")] + b"\xff\xd9"
    yield "height_at_the_end.jpg", plain[:-2] + segment(0xDC, b"\0\x2f") + b"\xff\xd9"
    yield "text_before.jpg", b"<html>" + plain
    yield "nested_in_exif.jpg", after_start(segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0" + plain[:5000]))
    yield "exif_loop.jpg", after_start(segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\1\x87\x69\0\4\0\0\0\1\0\0\0\x08\0\0\0\x08"))
    yield "exif_far.jpg", after_start(segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\x7f"))
    yield "profile_part_missing.jpg", after_start(segment(0xE2, b"ICC_PROFILE\0\1\xff" + b"x" * 40))
    yield "comments.jpg", after_start(segment(0xFE, b"c" * 1000) * 40)
    yield "no_huffman.jpg", without(without(plain, 0xC4), 0xC4)
    yield "no_quantization.jpg", without(plain, 0xDB)
    yield "segment_too_long.jpg", after_start(b"\xff\xe5\xff\xff")
    yield "segment_length_0.jpg", after_start(b"\xff\xe5\0\0")
    yield "four_and_three.jpg", patched(cmyk, marker(cmyk, 0xDA) + 4, b"\3")
    yield "sampling_0.jpg", patched(plain, frame + 11, b"\0")
    yield "sampling_15.jpg", patched(plain, frame + 11, b"\xff")
    yield "fill_bytes.jpg", plain[:2] + b"\xff" * 3000 + plain[2:]
    yield "restarts_wrong.jpg", (golden / "restart.jpg").read_bytes().replace(b"\xff\xd1", b"\xff\xd5", 1)
    yield "quantization_wide.jpg", patched(plain, marker(plain, 0xDB) + 4, b"\x10")


def pngs():
    yield "bomb_60000.png", png(60000, 60000, 8, 2, zlib.compress(b"\0"))
    yield "bomb_gigapixel.png", png(32768, 32768, 1, 0, zlib.compress(b"\0" * 100))
    yield "bomb_data.png", png(2, 2, 8, 2, zlib.compress(b"\0" * 40_000_000, 9))
    yield "cut.png", png(9, 5, 8, 2, rows(9, 5, 3))[:70]
    yield "few_rows.png", png(9, 5, 8, 2, rows(9, 3, 3))
    yield "more_rows.png", png(9, 5, 8, 2, rows(9, 9, 3))
    good = png(9, 5, 8, 2, rows(9, 5, 3))
    yield "wrong_sum_data.png", patched(good, 50, bytes([good[50] ^ 1]))
    yield "wrong_sum_header.png", patched(good, 30, bytes([good[30] ^ 1]))
    yield "no_data.png", png(9, 5, 8, 2, None)
    yield "no_end.png", png(9, 5, 8, 2, rows(9, 5, 3), end=False)
    yield "no_palette.png", png(9, 5, 8, 3, rows(9, 5, 1))
    yield "depth_3.png", png(9, 5, 3, 2, rows(9, 5, 3))
    yield "colour_5.png", png(9, 5, 8, 5, rows(9, 5, 3))
    yield "negative.png", png(0x80000000, 5, 8, 2, rows(9, 5, 3))
    yield "zero.png", png(0, 5, 8, 2, rows(9, 5, 3))
    yield "interlace_7.png", png(9, 5, 8, 2, rows(9, 5, 3), interlace=7)
    yield "filter_9.png", png(9, 5, 8, 2, zlib.compress(b"".join(b"\x09" + bytes(27) for _ in range(5))))
    text = b"note\0\0" + zlib.compress(b"a" * 30_000_000, 9)
    yield "text_bomb.png", png(9, 5, 8, 2, rows(9, 5, 3), before=chunk(b"zTXt", text))
    profile = b"icc\0\0" + zlib.compress(b"a" * 30_000_000, 9)
    yield "profile_bomb.png", png(9, 5, 8, 2, rows(9, 5, 3), before=chunk(b"iCCP", profile))
    yield "chunk_negative.png", good[:33] + b"\xff\xff\xff\xf0tEXt" + good[33:]
    yield "two_headers.png", good[:33] + good[8:]
    yield "unknown_critical.png", good[:33] + chunk(b"ABCD", b"x") + good[33:]
    yield "sixteen_bits.png", png(3, 2, 16, 2, zlib.compress(b"".join(b"\0" + bytes(18) for _ in range(2))))
    yield "not_zlib.png", png(9, 5, 8, 2, b"this is not compressed at all")


def others(golden):
    gif, bmp = (golden / "palette.gif").read_bytes(), (golden / "rgb.bmp").read_bytes()
    webp, lossless = (golden / "lossy.webp").read_bytes(), (golden / "lossless.webp").read_bytes()
    yield "forged.gif", patched(gif, 6, b"\xff\x7f\xff\x7f")
    yield "cut.gif", gif[: len(gif) * 2 // 3]
    yield "frame_outside.gif", patched(gif, gif.index(b"\x2c\0\0\0\0") + 1, b"\x10\0\x10\0")
    yield "no_frame.gif", gif[:781] + b"\x3b"
    yield "negative_width.bmp", patched(bmp, 18, b"\xff\xff\xff\xff")
    yield "least_height.bmp", patched(bmp, 22, b"\0\0\0\x80")
    yield "runs.bmp", patched(bmp, 30, b"\1\0\0\0")
    yield "forged.bmp", patched(bmp, 18, b"\xff\x7f\0\0\xff\x7f\0\0")
    yield "cut.webp", webp[: len(webp) // 2]
    yield "forged.webp", patched(webp, 4, b"\xff\xff\xff\x7f")
    yield "payload_cut.webp", webp[:4] + struct.pack("<I", 60) + webp[8:68]
    yield "forged_lossless.webp", patched(lossless, 21, b"\xff\xff\xff\x0f")
    yield "canvas.webp", b"RIFF" + struct.pack("<I", len(webp) + 10) + b"WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\0\xff\xff\0" + webp[12:]
    yield "animated.webp", b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X\x0a\0\0\0\2\0\0\0\x0f\0\0\x0f\0\0"
    yield "empty.jpg", b""
    yield "text.jpg", b"just some text\n" * 9
    yield "drawing.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    yield "document.jpg", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    yield "archive.jpg", b"PK\3\4" + b"\0" * 60
    yield "jpeg2000.jpg", b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0" * 40
    yield "avif.jpg", b"\0\0\0\x20ftypavif" + b"\0" * 40
    yield "icon.jpg", b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0" + b"\0" * 40
    yield "is_png.jpg", (golden / "rgb.png").read_bytes()
    yield "is_jpeg.png", (golden / "sampling_420.jpg").read_bytes()


def pillow(path):
    """Metadata is never opened here, so that Pillow's limits of it do not count; all others do."""
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = 1 << 28
    try:
        image = Image.open(path, formats=["JPEG", "PNG", "GIF", "BMP", "WEBP"])
        image = image.convert("RGB")
        return hashlib.sha256(image.tobytes()).hexdigest()
    except Exception as refusal:  # whatever it says
        return "refused " + type(refusal).__name__


def main(golden, folder):
    golden, folder = pathlib.Path(golden), pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    result = []
    for files in (jpegs(golden), pngs(), others(golden)):
        for name, content in files:
            (folder / name).write_bytes(content)
            result.append([name, pillow(folder / name)])
    with open(folder / "expected.csv", "w", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([["file", "pillow"], *sorted(result)])


main(*sys.argv[1:])
