"""Writes the same tokens and labels in every form that a Python user may choose."""

import sys

import numpy
import pyarrow as pa

folder = sys.argv[1]
grid = numpy.arange(36, dtype=numpy.uint16).reshape(3, 12) + 4000
flat = pa.array(grid.ravel())
fixed = pa.FixedSizeListArray.from_arrays(flat, 12)
ends = pa.array([0, 12, 24, 36], pa.int32())
rows = pa.FixedSizeListArray.from_arrays(flat, 4)
labels = ["cat", None, "猫"]


def write(name, tokens, label=pa.array(labels), stream=False, **options):
    table = pa.table({"tokens": tokens, "label": label})
    new = pa.ipc.new_stream if stream else pa.ipc.new_file
    with new(f"{folder}/{name}.arrow", table.schema, options=pa.ipc.IpcWriteOptions(**options)) as sink:
        sink.write_table(table, max_chunksize=2)


write("fixed", fixed)
write("list", pa.ListArray.from_arrays(ends, flat))
write("large-list", pa.LargeListArray.from_arrays(ends.cast(pa.int64()), flat))
write("grid", pa.FixedSizeListArray.from_arrays(rows, 3))
write("grid-lists", pa.array(grid.reshape(3, 3, 4).tolist(), pa.list_(pa.list_(pa.uint16()))))
write("list-zstd", pa.ListArray.from_arrays(ends, flat), compression="zstd")
write("dictionary", fixed, pa.array(labels).dictionary_encode())
write("dictionary-int8", fixed, pa.DictionaryArray.from_arrays(pa.array([0, None, 1], pa.int8()), ["cat", "猫"]))
write("large-text", fixed, pa.array(labels, pa.large_string()))
write("stream", fixed, stream=True)
write("stream-zstd", pa.ListArray.from_arrays(ends, flat), pa.array(labels).dictionary_encode(), True, compression="zstd")
write("uneven", pa.array([[1], [2, 3], [4]], pa.list_(pa.uint16())))
if len(sys.argv) > 2:  # a file of ours, written anew: its schema stays, its sums do not
    table = pa.ipc.open_file(sys.argv[2]).read_all()
    with pa.ipc.new_file(f"{folder}/anew.arrow", table.schema) as sink:
        sink.write_table(table)
