// What a long run of one of our models does to the module's memory.

import { askIn, conduct } from "./turns.mjs";

/** Trains the model called `name`, and looks after each of so many steps, in order. */
export async function watchMemory(page, name, looks) {
  await conduct(page, "load", name, ["ours"]);
  const ask = askIn(page, "ours");
  const seen = [];
  let done = 0;
  for (const step of looks) {
    const { ms } = await ask("run", { steps: step - done });
    seen.push({ step, ms: ms / (step - done), ...(await ask("memory")) });
    done = step;
  }
  await conduct(page, "stop");
  return seen;
}
