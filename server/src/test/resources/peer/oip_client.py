"""A client of the Open Inference Protocol v2 in Python's standard library, written from the
specification and that of the binary tensor data extension.

    python3 oip_client.py URL PHOTOGRAPH...

prints, as JSON, what the server says of itself and the tokens of the photographs."""

import array
import http.client
import json
import struct
import sys
import urllib.parse

CODES = {"UINT8": "B", "UINT16": "H", "INT32": "i", "INT64": "q", "FP32": "f"}


class Client:
    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)

    def get(self, path):
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())

    def infer(self, model, inputs, outputs=(), binary=True, request_id=None):
        """inputs: (name, datatype, shape, values); values are bytes for binary, else a list."""
        header = {"inputs": [], "parameters": {"binary_data_output": binary}}
        if request_id is not None:
            header["id"] = request_id
        if outputs:
            header["outputs"] = [{"name": name} for name in outputs]
        blobs = []
        for name, datatype, shape, values in inputs:
            entry = {"name": name, "datatype": datatype, "shape": shape}
            if isinstance(values, bytes):
                entry["parameters"] = {"binary_data_size": len(values)}
                blobs.append(values)
            else:
                entry["data"] = values
            header["inputs"].append(entry)
        text = json.dumps(header).encode()
        headers = {"Content-Type": "application/json"}
        if blobs:
            headers = {
                "Content-Type": "application/octet-stream",
                "Inference-Header-Content-Length": str(len(text)),
            }
        self.connection.request("POST", f"/v2/models/{model}/infer", text + b"".join(blobs), headers)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {json.loads(body)['error']}")
        length = answer.getheader("Inference-Header-Content-Length")
        result = json.loads(body[: int(length)] if length else body)
        at = int(length or 0)
        for output in result["outputs"]:
            if "data" not in output:
                size = output["parameters"]["binary_data_size"]
                values = array.array(CODES[output["datatype"]])
                values.frombytes(body[at : at + size])
                if sys.byteorder == "big":
                    values.byteswap()
                output["data"] = values.tolist()
                at += size
        assert at in (0, len(body)), "there are bytes that belong to no output"
        return result


def main(url, files):
    client = Client(url)
    photographs = []
    for file in files:
        with open(file, "rb") as opened:
            photographs.append(opened.read())
    elements = b"".join(struct.pack("<I", len(one)) + one for one in photographs)
    given = ("photographs", "BYTES", [len(files)], elements)
    binary = client.infer("tokenizer", [given], request_id="forty-two")
    plain = client.infer("tokenizer", [given], binary=False)
    grid = binary["outputs"][0]
    decoder_in = ("tokens", "INT32", grid["shape"], grid["data"])
    images = client.infer("decoder", [decoder_in], outputs=["images"])
    try:
        client.infer("encoder", [("images", "UINT8", [1, 2, 2, 3], bytes(12))])
        refusal = ""
    except RuntimeError as error:
        refusal = str(error)
    print(
        json.dumps(
            {
                "live": client.get("/v2/health/live"),
                "ready": client.get("/v2/health/ready"),
                "server": client.get("/v2"),
                "model": client.get("/v2/models/tokenizer/versions/1"),
                "id": binary["id"],
                "shape": grid["shape"],
                "datatype": grid["datatype"],
                "tokens": grid["data"],
                "tokens_as_json": plain["outputs"][0]["data"],
                "images": images["outputs"][0]["data"],
                "refusal": refusal,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
