"""Reads tokens.arrow with pyarrow, polars and DuckDB, and scored.arrow, and prints what each saw."""

import json

# tag::table
import pyarrow as pa
table = pa.ipc.open_file("tokens.arrow").read_all()     # id, tokens (fixed-size list of uint16), label, path
# end::table
columns = table.schema.names

# tag::pyarrow
import pyarrow as pa
table = pa.ipc.open_file(pa.memory_map("tokens.arrow")).read_all()
grids = pa.concat_arrays(table["tokens"].chunks).to_numpy_ndarray()     # (n, rows, columns)
codebook = int(table.schema.metadata[b"ideal.codebook.size"])
# end::pyarrow

# tag::polars
import polars
frame = polars.read_ipc("tokens.arrow", memory_map=False)
# end::polars

# tag::duckdb
import duckdb
storage = pa.chunked_array([chunk.storage for chunk in table["tokens"].chunks])
tokens = table.set_column(1, "tokens", storage)
counts = duckdb.sql("select label, count(*) from tokens where tokens[1] = 7 group by label").fetchall()
# end::duckdb

# tag::anomalies
table = pa.ipc.open_file("scored.arrow").read_all().sort_by([("nll", "descending")])
# end::anomalies

print(
    json.dumps(
        {
            "columns": columns,
            "codebook": codebook,
            "shape": list(grids.shape),
            "pyarrow": grids.reshape(len(grids), -1).tolist(),
            "polars": frame["tokens"].to_list(),
            "duckdb": sorted(counts),
            "most unusual": table["id"][0].as_py(),
        }
    )
)
