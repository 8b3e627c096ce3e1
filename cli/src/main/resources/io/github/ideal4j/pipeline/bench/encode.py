"""JPEG files to a token file with Pillow, numpy, onnxruntime and pyarrow; a thread decodes ahead of the
encoder.

encode.py BUNDLE FOLDER OUT THREADS BATCH ROUNDS prints a line of JSON for each round. Each has a session
of its own, as ideal4j's have, which is opened before the time is taken.
"""
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime as ort
import pyarrow as pa
from PIL import Image


def crop(path, size):
    """The centre crop of image generation papers since ADM (Dhariwal and Nichol 2021)."""
    image = Image.open(path).convert("RGB")
    while min(*image.size) >= 2 * size:
        image = image.resize(tuple(x // 2 for x in image.size), resample=Image.BOX)
    scale = size / min(*image.size)
    image = image.resize(tuple(round(x * scale) for x in image.size), resample=Image.BICUBIC)
    pixels = np.asarray(image)
    top, left = (pixels.shape[0] - size) // 2, (pixels.shape[1] - size) // 2
    return pixels[top : top + size, left : left + size]


def main(bundle, folder, out, threads, batch, rounds):
    about = json.load(open(os.path.join(bundle, "model.json")))
    size = about["image"]["width"]
    cells = about["grid"]["rows"] * about["grid"]["columns"]
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    paths = sorted(os.path.join(folder, name) for name in os.listdir(folder))
    schema = pa.schema([("id", pa.int64()), ("tokens", pa.list_(pa.uint16(), cells))])
    for _ in range(rounds):
        session = ort.InferenceSession(os.path.join(bundle, "encoder.onnx"), options, ["CPUExecutionProvider"])
        start, encoding, row, waiting = time.perf_counter(), 0.0, 0, []
        with ThreadPoolExecutor(1) as pool, pa.OSFile(out, "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            images = pool.map(lambda path: crop(path, size), paths)
            for place, image in enumerate(images, 1):
                waiting.append(image)
                if len(waiting) == batch or place == len(paths):
                    before = time.perf_counter()
                    (tokens,) = session.run(["tokens"], {"images": np.stack(waiting)})
                    encoding += time.perf_counter() - before
                    ids = pa.array(np.arange(row, row + len(waiting)), pa.int64())
                    column = pa.FixedSizeListArray.from_arrays(pa.array(tokens.reshape(-1)), cells)
                    writer.write_batch(pa.record_batch([ids, column.cast(schema.field(1).type)], schema=schema))
                    row, waiting = row + len(waiting), []
        print(json.dumps({"seconds": time.perf_counter() - start, "encoder": encoding}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], *map(int, sys.argv[4:7]))
