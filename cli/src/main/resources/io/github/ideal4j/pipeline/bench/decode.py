"""What Pillow makes of image files that we decoded.

decode.py RECORDS: a file of records, each a big-endian length, that many bytes of an image file and the SHA-256 of
our RGB bytes. Prints a line of JSON for each file on which Pillow differs, and one with the counts.
"""
import hashlib
import io
import json
import struct
import sys
import warnings

from PIL import Image, PngImagePlugin

# We never open metadata, so Pillow's limits of it do not count.
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = 1 << 28
warnings.simplefilter("ignore")


def main(records):
    equal, place = 0, 0
    with open(records, "rb") as source:
        while head := source.read(4):
            content = source.read(struct.unpack(">I", head)[0])
            ours = source.read(32)
            try:
                image = Image.open(io.BytesIO(content)).convert("RGB")
                same = hashlib.sha256(image.tobytes()).digest() == ours
                problem = "" if same else "other pixels"
            except Exception as refusal:
                problem = "refused by Pillow: " + str(refusal).splitlines()[0][:120] if str(refusal) else "refused"
            if problem:
                print(json.dumps({"place": place, "problem": problem}))
            else:
                equal += 1
            place += 1
    print(json.dumps({"equal": equal}))


if __name__ == "__main__":
    main(sys.argv[1])
