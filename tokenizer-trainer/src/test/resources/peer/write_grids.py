"""Writes the tokens of somebody else's tokenizer: 4 x 3 grids of 20 codes, which say nothing else."""

import sys

import numpy as np
import pyarrow as pa

random = np.random.default_rng(0)
labels = random.integers(0, 3, 32)
grids = (6 * labels[:, None, None] + random.integers(0, 3, (32, 4, 3))).astype(np.uint16)
grids[0, 0, 0] = 19
table = pa.table(
    {
        "tokens": pa.FixedShapeTensorArray.from_numpy_ndarray(grids),
        "label": pa.array([f"kind {label}" for label in labels]),
    }
)
for name, data in (("labelled", table), ("unlabelled", table.select(["tokens"]))):
    with pa.ipc.new_file(f"{sys.argv[1]}/{name}.arrow", data.schema) as sink:
        sink.write_table(data, max_chunksize=8)
