"""Tokens of photo.jpg in the working folder, from a server."""

# tag::infer
import json, os, urllib.request

server = os.environ.get("IDEAL_SERVER", "http://127.0.0.1:8080")
photo = open("photo.jpg", "rb").read()
header = json.dumps({
    "inputs": [{"name": "photographs", "datatype": "BYTES", "shape": [1],
                "parameters": {"binary_data_size": 4 + len(photo)}}]}).encode()
request = urllib.request.Request(
    server + "/v2/models/tokenizer/infer",
    data=header + len(photo).to_bytes(4, "little") + photo,
    headers={"Inference-Header-Content-Length": str(len(header))})
answer = json.load(urllib.request.urlopen(request))
print(answer["outputs"][0]["shape"], answer["outputs"][0]["data"][:8])
# end::infer
