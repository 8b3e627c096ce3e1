"""Opens hf-tokens of the working folder with Hugging Face datasets and prints the tokens."""

import json

# tag::read
from datasets import load_from_disk
grids = load_from_disk("hf-tokens").with_format("numpy")["tokens"]      # (rows, columns) each
# end::read
print(json.dumps([grid.ravel().tolist() for grid in grids]))
