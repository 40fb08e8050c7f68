// Runs the built trainer in Node, as a worker would, for `cargo xtask`.
//
//   node run.mjs GLUE.js MODULE.wasm --specs   prints every lab's specification as JSON
//   node run.mjs GLUE.js MODULE.wasm           reads messages to the trainer from standard input,
//                                              one a line in hexadecimal, then works until there
//                                              is nothing left to do; answers come out the same way
//   node run.mjs GLUE.js MODULE.wasm --flat    the same, and fails if the module's memory grows

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [glue, module, flag] = process.argv.slice(2);

// Node takes a file called .js for CommonJS where no package.json says otherwise.
const folder = mkdtempSync(join(tmpdir(), "trainer-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const script = join(folder, "trainer.mjs");
copyFileSync(glue, script);

let trapped = "";
globalThis.trainerTrapped = (message) => {
  trapped = message;
};

const bindings = await import(pathToFileURL(script));
const { memory } = bindings.initSync({ module: readFileSync(module) });

if (flag === "--specs") {
  process.stdout.write(bindings.specs());
} else {
  const trainer = new bindings.Trainer();
  const size = memory.buffer.byteLength;
  const report = () => {
    const bytes = trainer.drain();
    if (bytes) process.stdout.write(`${Buffer.from(bytes).toString("hex")}\n`);
  };
  try {
    for (const line of readFileSync(0, "latin1").split("\n").filter(Boolean)) {
      trainer.receive(Buffer.from(line, "hex"));
    }
    while (trainer.slice(100)) {
      report();
      // Lets what was written leave.
      await new Promise(setImmediate);
    }
    report();
    const grown = memory.buffer.byteLength - size;
    if (flag === "--flat" && grown > 0) throw new Error(`its memory grew by ${grown} bytes`);
  } catch (error) {
    process.stderr.write(`${trapped || error.message}\n`);
    process.exitCode = 1;
  }
}
