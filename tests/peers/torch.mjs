// PyTorch in a process of its own, asked like a library in a worker.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SERVE = fileURLToPath(new URL("torch/serve.py", import.meta.url));

/** Starts it; nothing where Python does not find it. */
export async function startTorch() {
  const python = spawn("python3", [SERVE], { stdio: ["pipe", "pipe", "ignore"] });
  const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  python.on("error", () => {});
  python.stdin.on("error", () => {});
  const ask = async (act, more = {}) => {
    python.stdin.write(`${JSON.stringify({ act, ...more })}\n`);
    const { value, done } = await answers.next();
    if (done) throw new Error("PyTorch stopped");
    const { result, error } = JSON.parse(value);
    if (error) throw new Error(error);
    return result;
  };
  try {
    return { ask, version: await ask("version"), stop: () => python.stdin.end() };
  } catch {
    return undefined;
  }
}
