"""Draws tokens step by step from prior-step.onnx, with the cache handed from run to run.

One request a line of the standard input: batch, top-k, top-p, guidance, way, labels, file of uniform
numbers (float32 [batch, cells]). One answer a line: seconds and tokens. Way numpy keeps the cache in
arrays, way ortvalue leaves it with the runtime.
"""

import json
import sys
import time

import numpy as np
import onnxruntime as ort

bundle, threads, cells = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
none = int(sys.argv[4])
options = ort.SessionOptions()
options.intra_op_num_threads = threads
session = ort.InferenceSession(bundle + "/prior-step.onnx", options, ["CPUExecutionProvider"])
meta = session.get_modelmeta().custom_metadata_map
lead = int(meta["ideal.lead"])
caches = [i.name for i in session.get_inputs()[3:]]
shapes = {i.name: i.shape for i in session.get_inputs()}
codebooks = shapes["token"][1]
outputs = ["logits"] + [name + ".next" for name in caches]


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def choose(logits, uniform, top_k, top_p):
    """logits float32 [n, codes], uniform [n]; in float64 as the graph does it."""
    logits = logits.astype(np.float64)
    if 0 < top_k < logits.shape[-1]:
        least = np.partition(logits, -top_k, axis=-1)[:, -top_k, None]
        logits = np.where(logits < least, -np.inf, logits)
    if top_p < 1:
        order = np.argsort(-logits, axis=-1, kind="stable")
        p = softmax(np.take_along_axis(logits, order, -1))
        drop = np.cumsum(p, -1) - p > top_p
        dropped = np.zeros_like(drop)
        np.put_along_axis(dropped, order, drop, -1)
        logits = np.where(dropped, -np.inf, logits)
    p = softmax(logits).astype(np.float32)
    return np.argmax(np.cumsum(p, -1, np.float64) > uniform[:, None], -1)


def sample(labels, uniforms, top_k, top_p, guidance, way):
    n = len(labels)
    rows = labels
    if guidance != 1:
        rows = np.concatenate([labels, np.full(n, none, np.int64)])
    token = np.zeros((len(rows), codebooks), np.int64)
    empty = {name: np.zeros((len(rows), shapes[name][1], 0, shapes[name][3]), np.float32) for name in caches}
    if way == "ortvalue":
        empty = {name: ort.OrtValue.ortvalue_from_numpy(array) for name, array in empty.items()}
        label = ort.OrtValue.ortvalue_from_numpy(rows)
    cache = empty
    chosen = []
    for step in range(lead + cells // codebooks):
        position = np.array([step], np.int64)
        if way == "ortvalue":
            feeds = {
                "token": ort.OrtValue.ortvalue_from_numpy(token),
                "label": label,
                "position": ort.OrtValue.ortvalue_from_numpy(position),
            }
            results = session.run_with_ort_values(outputs, {**feeds, **cache})
            logits = results[0].numpy()
        else:
            feeds = {"token": token, "label": rows, "position": position}
            results = session.run(outputs, {**feeds, **cache})
            logits = results[0]
        cache = dict(zip(caches, results[1:]))
        if step < lead:
            continue
        if guidance != 1:
            given, free = logits[:n], logits[n:]
            logits = free + np.float32(guidance) * (given - free)
        flat = logits.reshape(n * codebooks, -1)
        numbers = uniforms[:, :, step - lead].reshape(-1)
        token = choose(flat, numbers, top_k, top_p).reshape(n, codebooks)
        chosen.append(token)
        if guidance != 1:
            token = np.concatenate([token, token])
    return np.stack(chosen, -1).reshape(n, -1)


for line in sys.stdin:
    ask = json.loads(line)
    labels = np.array(ask["labels"], np.int64)
    uniforms = np.fromfile(ask["uniforms"], "<f4").reshape(len(labels), codebooks, -1)
    start = time.perf_counter()
    tokens = sample(labels, uniforms, ask["topK"], ask["topP"], ask["guidance"], ask["way"])
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "tokens": tokens.tolist()}), flush=True)
