// Encodes images with a bundle and decodes the tokens: serve.cjs BUNDLE IMAGES OUT_TOKENS OUT_IMAGES
const fs = require("fs");
const path = require("path");
const ort = require("onnxruntime-node");

async function main([bundle, imagesFile, tokensFile, decodedFile]) {
  const about = JSON.parse(fs.readFileSync(path.join(bundle, "model.json")));
  const { height, width } = about.image;
  const { rows, columns } = about.grid;
  const images = new Uint8Array(fs.readFileSync(imagesFile));
  const count = images.length / (height * width * 3);
  const options = { executionProviders: ["cpu"], intraOpNumThreads: 1 };
  const encoder = await ort.InferenceSession.create(path.join(bundle, "encoder.onnx"), options);
  const decoder = await ort.InferenceSession.create(path.join(bundle, "decoder.onnx"), options);
  const input = new ort.Tensor("uint8", images, [count, height, width, 3]);
  const { tokens } = await encoder.run({ images: input });
  if (!(tokens.data instanceof Uint16Array)) throw new Error("tokens are " + tokens.type);
  const indices = new ort.Tensor("int32", Int32Array.from(tokens.data), [count, rows, columns]);
  const decoded = await decoder.run({ tokens: indices });
  fs.writeFileSync(tokensFile, Buffer.from(tokens.data.buffer, tokens.data.byteOffset, tokens.data.byteLength));
  fs.writeFileSync(decodedFile, Buffer.from(decoded.images.data));
  console.log("onnxruntime-node", ort.env.versions.node ?? "");
}

main(process.argv.slice(2)).catch((error) => { console.error(error); process.exit(1); });
