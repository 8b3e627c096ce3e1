"""Opens a folder with Hugging Face datasets and prints its rows as JSON."""

import json
import math
import sys

from datasets import load_from_disk

dataset = load_from_disk(sys.argv[1])
names = dataset.features["label"].names
grids = dataset.with_format("numpy")["tokens"]
print(
    json.dumps(
        {
            "shape": list(grids[0].shape),
            "dtype": str(grids[0].dtype),
            "id": list(dataset["id"]),
            "tokens": [grid.ravel().tolist() for grid in grids],
            "label": [None if x is None else names[x] for x in dataset["label"]],
            "path": list(dataset["path"]),
            "nll": [None if x is None or math.isnan(x) else x for x in dataset["nll"]],
        }
    )
)
