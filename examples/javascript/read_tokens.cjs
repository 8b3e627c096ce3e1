// Reads tokens.arrow of the working folder with apache-arrow and prints the first row.

// tag::read
const fs = require("fs");
const { tableFromIPC } = require("apache-arrow");
const table = tableFromIPC(fs.readFileSync("tokens.arrow"));
const first = [...table.get(0).tokens];
// end::read
console.log(JSON.stringify(first));
