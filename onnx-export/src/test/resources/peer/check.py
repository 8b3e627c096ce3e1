"""Checks ONNX files with the ONNX package, shapes included: check.py FILE..."""
import sys

import onnx
from onnx import shape_inference


def untyped(graph):
    """Values without an element type or a rank, those of bodies left out."""
    known = {v.name: v.type.tensor_type for v in graph.value_info}
    known.update({v.name: v.type.tensor_type for v in graph.output})
    for node in graph.node:
        for name in node.output:
            if name and (name not in known or not known[name].elem_type or not known[name].HasField("shape")):
                yield f"{name} of {node.op_type}"


for path in sys.argv[1:]:
    onnx.checker.check_model(path, full_check=True)
    inferred = shape_inference.infer_shapes(onnx.load(path), check_type=True, strict_mode=True, data_prop=True)
    missing = list(untyped(inferred.graph))
    chains = [n.name for n in inferred.graph.node if n.op_type == "Shape"]
    print(path.split("/")[-1], len(inferred.graph.node), "nodes", len(missing), "without shape", missing[:5], "Shape nodes", len(chains))
