"""Prints the rows of a token stream as pyarrow sees them."""

import json
import sys

import pyarrow as pa

with open(sys.argv[1], "rb") as opened:
    table = pa.ipc.open_stream(opened).read_all()
print(json.dumps({name: table[name].to_pylist() for name in table.schema.names}))
