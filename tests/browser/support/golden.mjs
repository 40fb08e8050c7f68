// The golden curves: digests of the first steps of known runs, to the bit.

import { readFile } from "node:fs/promises";

/** The golden runs of a lab by link: {link, runs: [{arm, metric, steps, digest}]}. */
export async function goldens(lab) {
  const text = await readFile(new URL("../../golden.json", import.meta.url), "utf8");
  // A digest has 64 bits, more than a JavaScript number keeps.
  const all = JSON.parse(text.replace(/("digest":\s*)(\d+)/g, '$1"$2"'));
  const byLink = new Map();
  for (const golden of all.filter((golden) => golden.lab === lab)) {
    const entry = byLink.get(golden.link) ?? { link: golden.link, runs: [] };
    entry.runs.push({ ...golden, digest: BigInt(golden.digest) });
    byLink.set(golden.link, entry);
  }
  return [...byLink.values()];
}

/** FNV-1a over every step and every value's bits, in order. */
export function digest(curve) {
  const bytes = new DataView(new ArrayBuffer(16));
  let hash = 0xcbf29ce484222325n;
  for (const [step, value] of curve) {
    bytes.setBigUint64(0, BigInt(step), true);
    bytes.setFloat64(8, value, true);
    for (let i = 0; i < 16; i += 1) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(bytes.getUint8(i))) * 0x100000001b3n);
    }
  }
  return hash;
}
