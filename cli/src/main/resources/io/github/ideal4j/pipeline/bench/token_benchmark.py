"""Writes and reads token files with pyarrow: token_benchmark.py NONE ZSTD FOLDER SUM

Reads a task a line and answers with the seconds that it took. NONE and ZSTD are files that are there.
"""

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


def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


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


def timed_write(compression):
    write(batches, compression)  # the second file gets the memory that this one gives back
    os.remove(peer)
    seconds = timed(lambda: write(batches, compression))
    os.remove(peer)
    return seconds


def timed_take(again):
    with pa.memory_map(none) as source:
        mapped = pa.ipc.open_file(source).read_all()
        seconds = [timed(lambda: mapped.take(rows)) for _ in range(6 if again else 1)]
    return min(seconds[1:]) if again else seconds[0]


def at_hand(source):
    """The first eight batches over and over, and the last, as the other side writes them."""
    reader = pa.ipc.open_file(source)
    count = reader.num_record_batches
    few = [reader.get_batch(i) for i in range(min(8, count))]
    return [few[i % len(few)] for i in range(count - 1)] + [reader.get_batch(count - 1)]


with pa.OSFile(none) as source:  # a copy in memory
    batches = at_hand(source)
rows = pa.array(np.random.default_rng(7).integers(0, sum(batch.num_rows for batch in batches), 10_000))
tasks = {
    "begin": lambda: 0.0,
    "write": lambda: timed_write(None),
    "write zstd": lambda: timed_write(pa.Codec("zstd", compression_level=1)),
    "read and sum": lambda: timed(lambda: read_and_sum(none)),
    "read, check and sum": lambda: timed(lambda: read_and_sum(none)),  # it checks nothing itself
    "read and sum zstd": lambda: timed(lambda: read_and_sum(zstd)),
    "take 10,000, first": lambda: timed_take(False),
    "check and take 10,000": lambda: timed_take(False),
    "take 10,000, again": lambda: timed_take(True),
}
for line in sys.stdin:
    print(json.dumps(tasks[line.strip()]()), flush=True)
