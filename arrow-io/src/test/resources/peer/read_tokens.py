"""Reads a token file with pyarrow and polars and prints its content as JSON."""

import json
import math
import sys

import polars
import pyarrow as pa

path = sys.argv[1]
with pa.memory_map(path) as source:
    reader = pa.ipc.open_file(source)
    table = reader.read_all()
table.validate(full=True)
tokens = table.column("tokens")
assert isinstance(tokens.type, pa.FixedShapeTensorType), tokens.type
grids = pa.concat_arrays(tokens.chunks).to_numpy_ndarray() if len(table) else None
frame = polars.read_ipc(path, memory_map=False)
assert frame.height == table.num_rows
assert frame["tokens"].to_list() == [g.ravel().tolist() for g in (grids if grids is not None else [])]
nll = [None if x is None or math.isnan(x) else x for x in table.column("nll").to_pylist()]
print(
    json.dumps(
        {
            "shape": list(tokens.type.shape),
            "dtype": str(tokens.type.value_type),
            "codebook": table.schema.metadata[b"ideal.codebook.size"].decode(),
            "sums": sum(key.startswith(b"ideal.crc32c.batch.") for key in reader.metadata),
            "id": table.column("id").to_pylist(),
            "tokens": [g.ravel().tolist() for g in grids] if grids is not None else [],
            "label": table.column("label").to_pylist(),
            "path": table.column("path").to_pylist(),
            "view": table.column("view").to_pylist(),
            "nll": nll,
        }
    )
)
