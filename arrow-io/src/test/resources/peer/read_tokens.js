// Reads a token file with apache-arrow for JavaScript and prints its content as JSON.
const fs = require("fs");
const { tableFromIPC } = require("apache-arrow");

const table = tableFromIPC(fs.readFileSync(process.argv[2]));
const rows = [...table];
console.log(
  JSON.stringify({
    codebook: table.schema.metadata.get("ideal.codebook.size"),
    id: rows.map((row) => String(row.id)),
    tokens: rows.map((row) => [...row.tokens]),
    label: rows.map((row) => row.label),
  }),
);
