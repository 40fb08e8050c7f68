// The pages of the site, found as a reader finds them: by following links from the index.

/** Every page reachable from the index at `base`, as paths below it: "", "papers/char-rnn/". */
export async function allPages(page, base) {
  const seen = new Map([["", "the index"]]);
  const broken = [];
  for (const [path] of seen) {
    const response = await page.goto(base + path, { waitUntil: "domcontentloaded" });
    if (response.status() !== 200) {
      broken.push(`${path} (linked from ${seen.get(path)}) answers ${response.status()}`);
      continue;
    }
    const { links, ids } = await page.evaluate(() => ({
      links: [...document.querySelectorAll("a[href]")].map((a) => a.href),
      ids: [...document.querySelectorAll("[id]")].map((e) => e.id),
    }));
    for (const href of links) {
      const url = new URL(href);
      if (url.origin !== new URL(base).origin) continue;
      if (!href.startsWith(base)) broken.push(`${path || "the index"} links out of the site: ${href}`);
      const target = href.slice(base.length).split(/[?#]/)[0];
      const anchor = decodeURIComponent(url.hash.slice(1));
      if (target === path && anchor && !anchor.includes("=") && !ids.includes(anchor)) {
        broken.push(`#${anchor} on ${path || "the index"} leads nowhere`);
      }
      if (!seen.has(target)) seen.set(target, path || "the index");
    }
  }
  return { paths: [...seen.keys()], broken };
}

/** Every element that a person sees and can act on, with its size; inline links in prose left out. */
export function targets(page, within = "body") {
  return page.$eval(within, (root) => {
    const selector = "button, a[href], input, select, textarea, summary, [role=tab], [role=switch], [role=slider]";
    const shown = (e) => e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
    const inline = (e) => e.localName === "a" && getComputedStyle(e).display === "inline";
    const name = (e) => e.getAttribute("aria-label") || e.textContent.trim().slice(0, 40) || e.name || e.type;
    return [...root.querySelectorAll(selector)]
      .filter((e) => shown(e) && !inline(e))
      .map((e) => {
        // A label around or of a box belongs to its target.
        const parts = [e, ...(e.labels ?? [])].map((p) => p.getBoundingClientRect());
        const width = Math.max(...parts.map((r) => r.width));
        const height = Math.max(...parts.map((r) => r.height));
        return { what: `${e.localName} “${name(e)}”`, width, height };
      });
  });
}
