"""Writes tokens.arrow and prior.arrow into the working folder, as a Python program would."""

import numpy

grids = numpy.arange(2 * 3 * 4).reshape(2, 3, 4)
labels = ["cat", "dog"]

# tag::write
import numpy as np, pyarrow as pa
tokens = pa.FixedShapeTensorArray.from_numpy_ndarray(grids.astype(np.uint16))   # (n, rows, columns)
table = pa.table({"tokens": tokens})
with pa.ipc.new_file("tokens.arrow", table.schema) as sink:
    sink.write_table(table, max_chunksize=4096)

table = pa.ipc.open_file(pa.memory_map("tokens.arrow")).read_all()              # and back
again = table["tokens"].combine_chunks().to_numpy_ndarray()
# end::write
assert (again == grids).all()

# tag::prior
import numpy as np, pyarrow as pa
table = pa.table({
    "tokens": pa.FixedShapeTensorArray.from_numpy_ndarray(grids.astype(np.uint16)),   # (n, rows, columns)
    "label": labels,                                                                    # leave it out: no classes
}).replace_schema_metadata({"ideal.codebook.size": "1024"})
with pa.ipc.new_file("prior.arrow", table.schema) as sink:
    sink.write_table(table, max_chunksize=4096)
# end::prior
