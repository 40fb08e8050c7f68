// Wakes the islands of a page that already reads completely: loads the site's wasm, then hands
// every <leptos-island> to the function that bears its name, parents before children.

const data = document.documentElement.dataset;
const at = (path) => new URL((data.root ?? "") + path, document.baseURI).href;

async function wake(node, site, waiting) {
  if (node.localName === "leptos-island") {
    // An island inside another one's children comes to life once its parent says so.
    waiting.at(-1)?.();
    await site[node.dataset.component]?.(node);
  }
  const holdsChildren = node.localName === "leptos-children";
  if (holdsChildren) waiting.push(node.$$on_hydrate);
  for (const child of [...node.children]) await wake(child, site, waiting);
  if (holdsChildren) waiting.pop();
}

// The page says in each lab what does not work, where the wasm cannot say it.
function explain(error) {
  for (const message of document.querySelectorAll("[data-boot-failed]")) {
    const why = message.querySelector("[data-boot-reason]");
    if (why) why.textContent = String(error?.message ?? error);
    message.hidden = false;
  }
}

try {
  if (typeof WebAssembly !== "object") throw new Error("this browser has no WebAssembly");
  const site = await import(at(data.siteJs));
  await site.default({ module_or_path: at(data.siteWasm) });
  site.hydrate();
  await wake(document.body, site, []);
} catch (error) {
  explain(error);
}
