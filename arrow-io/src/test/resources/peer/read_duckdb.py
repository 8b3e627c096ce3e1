"""Asks a token file questions in SQL, by way of pyarrow, and prints the answers as JSON."""

import json
import sys

import duckdb
import pyarrow as pa

with pa.memory_map(sys.argv[1]) as source:
    table = pa.ipc.open_file(source).read_all()
    storage = pa.chunked_array([chunk.storage for chunk in table["tokens"].chunks])
    tokens = table.set_column(1, "tokens", storage)
    rows = duckdb.sql("select id, tokens[1], list_max(tokens::usmallint[]) from tokens").fetchall()
print(json.dumps(rows))
