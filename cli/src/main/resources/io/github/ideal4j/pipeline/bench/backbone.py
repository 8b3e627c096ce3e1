"""The forward pass of a vision backbone in PyTorch, as the transformers library runs it.

backbone.py FOLDER BATCH HEIGHT WIDTH THREADS REPEATS prints {"seconds": median of a pass}.
"""
import json
import statistics
import sys
import time

import torch
import transformers

folder, (batch, height, width, threads, repeats) = sys.argv[1], map(int, sys.argv[2:])
torch.set_num_threads(threads)
transformers.logging.set_verbosity_error()
model = transformers.AutoModel.from_pretrained(folder).eval()
model = getattr(model, "vision_model", model)
pixels = torch.ones(batch, 3, height, width)
times = []
with torch.no_grad():
    for _ in range(1 + repeats):
        start = time.perf_counter()
        model(pixels, output_hidden_states=True).last_hidden_state.numpy()
        times.append(time.perf_counter() - start)
print(json.dumps({"seconds": statistics.median(times[1:])}))
