"""Writes token files as a Python user would: only tokens, and with labels and other columns."""

import sys

import numpy
import pyarrow as pa

folder = sys.argv[1]
grid = numpy.arange(24, dtype=numpy.uint16).reshape(2, 12) + 4000
tokens = pa.FixedSizeListArray.from_arrays(pa.array(grid.ravel()), 12)


def write(name, table, **options):
    with pa.ipc.new_file(f"{folder}/{name}.arrow", table.schema, options=pa.ipc.IpcWriteOptions(**options)) as sink:
        sink.write_table(table, max_chunksize=1)


write("plain", pa.table({"tokens": tokens}))
write("zstd", pa.table({"tokens": tokens}), compression="zstd")
write("lz4", pa.table({"tokens": tokens}), compression="lz4")
tensor = pa.FixedShapeTensorArray.from_numpy_ndarray(grid.reshape(2, 3, 4))
write(
    "extra",
    pa.table(
        {
            "weights": [[1.5], None],
            "label": ["猫", None],
            "tokens": tensor,
            "note": pa.array(["a", "a rather long note beside it"], pa.string_view()),
            "split": pa.array(["train", "test"]).dictionary_encode(),
        }
    ),
)
write("signed", pa.table({"tokens": pa.FixedSizeListArray.from_arrays(pa.array(grid.ravel().astype("int64")), 12)}))
write("holes", pa.table({"tokens": pa.array([list(range(12)), None], pa.list_(pa.uint16(), 12))}))
