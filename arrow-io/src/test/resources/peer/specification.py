"""Reads a token file that is not packed after FORMAT.md alone, with the standard library."""

import json
import struct
import sys

TABLE = []
for entry in range(256):
    for _ in range(8):
        entry = entry >> 1 ^ (0x82F63B78 if entry & 1 else 0)
    TABLE.append(entry)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 255]
    return "%08x" % (crc ^ 0xFFFFFFFF)


class Table:
    """A flatbuffer table; without a position the root of its buffer."""

    def __init__(self, data, at=None):
        self.data, self.at = data, self.get("I", 0, data) if at is None else at

    def get(self, form, at, data=None):
        return struct.unpack_from("<" + form, self.data if data is None else data, at)[0]

    def field(self, i, form=None):
        vtable = self.at - self.get("i", self.at)
        offset = self.get("H", vtable + 4 + 2 * i) if 4 + 2 * i < self.get("H", vtable) else 0
        at = self.at + offset
        return None if not offset else self.get(form, at) if form else at + self.get("I", at)

    def vector(self, i):  # position and length
        at = self.field(i)
        return (0, 0) if at is None else (at + 4, self.get("I", at))

    def tables(self, i):
        start, count = self.vector(i)
        return [Table(self.data, at + self.get("I", at)) for at in range(start, start + 4 * count, 4)]

    def metadata(self, i):
        texts = lambda pair: [bytes(pair.data[a : a + n]).decode() for a, n in map(pair.vector, (0, 1))]
        return dict(texts(pair) for pair in self.tables(i))


data = open(sys.argv[1], "rb").read()
assert data[:6] == data[-6:] == b"ARROW1"
length = struct.unpack("<i", data[-10:-6])[0]
footer = Table(data[-10 - length : -10])
schema, sums = Table(footer.data, footer.field(1)), footer.metadata(4)
column = next(f for f in schema.tables(1) if bytes(f.data[f.vector(0)[0] :][: f.vector(0)[1]]) == b"tokens")
grid = json.loads(column.metadata(6)["ARROW:extension:metadata"])["shape"]
item = column.tables(5)[0]
form = {8: "B", 16: "H", 32: "i"}[Table(item.data, item.field(3)).field(0, "i")]
cells, ids, tokens = grid[0] * grid[1], [], []
start, blocks = footer.vector(3)
for number in range(blocks):
    offset, header, body = struct.unpack_from("<qixxxxq", footer.data, start + 24 * number)
    assert crc32c(data[offset : offset + header + body]) == sums[f"ideal.crc32c.batch.{number}"], "damaged"
    message = Table(data[offset + 8 : offset + header])
    batch = Table(message.data, message.field(2))
    rows, buffers = batch.field(0, "q"), batch.vector(2)[0]
    place = lambda i: offset + header + batch.get("q", buffers + 16 * i)
    ids += struct.unpack_from(f"<{rows}q", data, place(1))
    flat = struct.unpack_from(f"<{rows * cells}{form}", data, place(4))
    tokens += [flat[i : i + cells] for i in range(0, len(flat), cells)]
codebook = int(schema.metadata(2)["ideal.codebook.size"])
assert len(ids) == int(sums["ideal.rows"]) and all(0 <= t < codebook for row in tokens for t in row)
print(json.dumps({"codebook": codebook, "grid": grid, "sums": blocks, "id": ids, "tokens": tokens}))
