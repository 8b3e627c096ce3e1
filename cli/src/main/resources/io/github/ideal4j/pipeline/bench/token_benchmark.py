"""Writes and reads token files with pyarrow: python token_benchmark.py NONE ZSTD FOLDER SUM"""

import json
import os
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

none, zstd, folder, expected = sys.argv[1:]
peer = os.path.join(folder, "peer.arrow")
pa.set_cpu_count(int(os.environ["OMP_NUM_THREADS"]))


def say(task, seconds):
    print(json.dumps({"task": task, "seconds": seconds}))


def timed(task, work):
    start = time.perf_counter()
    work()
    say(task, time.perf_counter() - start)


def read_and_sum(path):
    total = 0
    with pa.memory_map(path) as source:
        reader = pa.ipc.open_file(source)
        for i in range(reader.num_record_batches):
            total += pc.sum(reader.get_batch(i).column("tokens").storage.flatten()).as_py()
    assert total == int(expected), total


def write(batches, compression):
    options = pa.ipc.IpcWriteOptions(compression=compression)
    schema = batches[0].schema
    with pa.ipc.new_file(peer, schema, options=options) as sink:
        for batch in batches:
            sink.write_batch(batch)


def at_hand(source):
    """The first eight batches over and over, and the last, as the other side writes them."""
    reader = pa.ipc.open_file(source)
    count = reader.num_record_batches
    few = [reader.get_batch(i) for i in range(min(8, count))]
    return [few[i % len(few)] for i in range(count - 1)] + [reader.get_batch(count - 1)]


with pa.OSFile(none) as source:  # a copy in memory
    batches = at_hand(source)
for task, compression in [("write", None), ("write zstd", pa.Codec("zstd", compression_level=1))]:
    write(batches, compression)  # the second file gets the memory that this one gives back
    os.remove(peer)
    timed(task, lambda: write(batches, compression))
    os.remove(peer)
rows_written = sum(batch.num_rows for batch in batches)
# it checks nothing itself
for name in ("read and sum", "read, check and sum"):
    timed(name, lambda: read_and_sum(none))
timed("read and sum zstd", lambda: read_and_sum(zstd))
rows = pa.array(np.random.default_rng(7).integers(0, rows_written, 10_000))
with pa.memory_map(none) as source:
    mapped = pa.ipc.open_file(source).read_all()
    for name in ("take 10,000, first", "check and take 10,000"):
        timed(name, lambda: mapped.take(rows))
    for _ in range(5):
        timed("take 10,000, again", lambda: mapped.take(rows))
