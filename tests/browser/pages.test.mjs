// Every page as a document: links, titles, console, network, hosting, no JavaScript, phone, dark,
// print, and what axe-core says.

import assert from "node:assert/strict";
import { violations } from "./support/axe.mjs";
import { Lab, PAPER } from "./support/lab.mjs";
import { allPages, targets } from "./support/pages.mjs";
import { SUB_PATH } from "./support/server.mjs";
import { scenario, until } from "./support/suite.mjs";

const PHONE = { width: 390, height: 844 };
const dark = (page) => page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);

const FITS = { page: 390, screen: 390, out: [] };

/** How wide a page of 390 px is, and what sticks out of it. */
function width(page) {
  return page.evaluate(() => {
    // What scrolls within its own box may be wider than the screen.
    const boxed = (e) => {
      for (let p = e.parentElement; p; p = p.parentElement) {
        if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(p).overflowX)) return true;
      }
      return false;
    };
    const out = [...document.body.querySelectorAll("*")].filter(
      (e) => e.checkVisibility() && e.getBoundingClientRect().right > 391 && !boxed(e),
    );
    return {
      page: document.scrollingElement.scrollWidth,
      screen: window.innerWidth,
      out: out.slice(0, 5).map((e) => e.outerHTML.slice(0, 120)),
    };
  });
}

scenario("every page in the registry: links resolve, one title, one h1, labs named", { in: ["chrome", "firefox"] }, async ({ page, host }) => {
  const { paths, broken } = await allPages(page, `${host.origin}/`);
  assert.deepEqual(broken, []);
  assert.ok(paths.includes(PAPER.slice(1)), `the paper is linked from the index: ${paths}`);
  const titles = new Set();
  for (const path of paths) {
    await page.goto(`${host.origin}/${path}`, { waitUntil: "load" });
    const found = await page.evaluate(() => ({
      title: document.title,
      lang: document.documentElement.lang,
      h1: [...document.querySelectorAll("h1")].map((h) => h.textContent.trim()),
      csp: document.querySelector("meta[http-equiv='Content-Security-Policy']")?.content,
      styled: [...document.querySelectorAll("[style]")].filter((e) => !e.closest("leptos-island")).length,
      inline: [...document.scripts].filter((s) => !s.src && s.type !== "application/json").length,
      badMaths: [...document.querySelectorAll("math *")]
        .filter((e) => {
          const parts = { msub: 2, msup: 2, munder: 2, mover: 2, mfrac: 2, mroot: 2, msubsup: 3, munderover: 3 };
          return e.localName === "merror" || (parts[e.localName] ?? e.childElementCount) !== e.childElementCount;
        })
        .map((e) => e.outerHTML),
    }));
    assert.ok(found.title, `${path} has a title`);
    assert.ok(!titles.has(found.title), `two pages are called “${found.title}”`);
    titles.add(found.title);
    assert.equal(found.lang, "en", path);
    assert.equal(found.h1.length, 1, `${path}: ${found.h1}`);
    assert.ok(found.h1[0], path);
    assert.equal(
      found.csp,
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; object-src 'none'; base-uri 'self'",
      path,
    );
    assert.deepEqual([found.styled, found.inline, found.badMaths], [0, 0, []], path);
    for (const lab of await Lab.all(page)) {
      assert.ok(lab.name, `a lab on ${path} has no name`);
      const heading = await lab.region.$eval("h2, h3", (h) => h.textContent);
      assert.ok(heading.includes(lab.name), `${path}: the lab “${lab.name}” is headed “${heading}”`);
    }
  }
});

scenario("an unknown address answers 404 with a page that reads at any depth", { allow: [/404/] }, async ({ page, open }) => {
  for (const path of ["/no-such-page", "/papers/nope/deep/er/", `${SUB_PATH}nope`]) {
    const response = await open(path);
    assert.equal(response.status(), 404, path);
    const { h1, text, links } = await page.evaluate(() => ({
      h1: document.querySelector("h1")?.textContent ?? "",
      text: document.body.innerText,
      links: [...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href")),
    }));
    assert.ok(h1.length > 3, path);
    assert.ok(text.length > 60, `${path} explains: ${text}`);
    assert.ok(links.length > 0, `${path} leads on`);
  }
});

scenario("one dist works under a sub-path: the index and the page train there", {}, async ({ page, host, open }) => {
  const { paths, broken } = await allPages(page, host.origin + SUB_PATH);
  assert.deepEqual(broken, []);
  assert.ok(paths.includes(PAPER.slice(1)), `${paths}`);
  for (const path of ["", PAPER.slice(1)]) {
    const before = host.requests.length;
    await open(SUB_PATH + path);
    const lab = await Lab.first(page);
    await lab.train();
    await lab.reaches(3);
    await lab.press("Pause");
    const asked = host.requests.slice(before);
    assert.deepEqual(asked.filter((r) => r.status !== 200), []);
    assert.deepEqual(asked.filter((r) => !r.path.startsWith(SUB_PATH)).map((r) => r.path), []);
  }
});

scenario("without JavaScript everything reads", {}, async ({ page, open }) => {
  await page.setJavaScriptEnabled(false);
  await open(PAPER);
  const seen = await page.evaluate(() => {
    const shown = (e) => e.checkVisibility({ checkVisibilityCSS: true }) && e.getBoundingClientRect().height > 0;
    const main = document.querySelector("main");
    const labs = [...document.querySelectorAll("[role=region]")].filter((r) => r.querySelector("[role=progressbar]"));
    return {
      words: main.innerText.split(/\s+/).length,
      maths: [...main.querySelectorAll("math")].filter(shown).length,
      code: [...main.querySelectorAll("pre")].filter(shown).length,
      text: main.innerText,
      labs: labs.map((lab) => ({
        name: lab.getAttribute("aria-label"),
        text: lab.innerText,
        dead: [...lab.querySelectorAll("button, input, select, textarea")].filter(shown).map((e) => e.outerHTML),
        pictures: [...lab.querySelectorAll("svg, table, pre, [role=img], .texts, figure")].filter(shown).length,
      })),
    };
  });
  assert.ok(seen.words > 800, `${seen.words} words`);
  assert.ok(seen.maths >= 3, `${seen.maths} equations`);
  assert.ok(seen.code >= 1, "the running source stands there");
  assert.match(seen.text, /Exercises/i);
  assert.ok(seen.labs.length >= 1);
  for (const lab of seen.labs) {
    assert.match(lab.text, /recorded: cargo xtask verify/, `${lab.name}: a recorded frame, labelled`);
    assert.ok(lab.pictures >= 1, `${lab.name}: a picture`);
    assert.match(lab.text, /JavaScript/, `${lab.name}: says what training needs`);
    assert.deepEqual(lab.dead, [], `${lab.name}: no control that does nothing`);
  }
  await open("/");
  const index = await page.evaluate(() => document.body.innerText);
  assert.match(index, /Unreasonable Effectiveness/);
  assert.match(index, /coming/i);
});

for (const path of ["/", PAPER]) {
  scenario(`no request leaves the origin: ${path}`, { in: ["chrome", "firefox"] }, async ({ page, host, proxy, open }) => {
    const before = proxy.tried.length;
    await open(path);
    const lab = await Lab.first(page);
    await lab.train();
    await lab.reaches(3);
    await lab.press("Pause");
    assert.deepEqual(proxy.tried.slice(before), [], "nothing tried to leave this machine");
    const foreign = page.record.requests.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(`${host.origin}/`));
    assert.deepEqual(foreign, []);
    assert.ok(page.record.requests.length > 3, "requests are seen at all");
    assert.ok(host.requests.some((r) => r.path.endsWith(".wasm")), "the trainer was fetched from here");
  });

  for (const theme of ["light", "dark"]) {
    for (const size of [{ width: 1280, height: 900 }, PHONE]) {
      scenario(`axe-core finds nothing: ${path}, ${theme}, ${size.width} px`, size, async ({ page, open }) => {
        if (theme === "dark") await dark(page);
        await open(path);
        await (await Lab.first(page)).awake();
        assert.deepEqual(await violations(page), []);
      });
    }
  }

  const phone = { ...PHONE, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
  scenario(`fits a phone: ${path}`, { viewport: phone }, async ({ page, open }) => {
    await open(path);
    const lab = await Lab.first(page);
    await lab.awake();
    assert.deepEqual(await width(page), FITS);
    const small = (await targets(page)).filter((t) => t.width < 39.5 || t.height < 39.5);
    assert.deepEqual(small, [], "targets of at least 40 px");

    // The transport stays within reach from the lab's first figure to its end.
    for (const at of [0.25, 0.5, 0.75]) {
      const reach = await lab.region.evaluate((region, part) => {
        const box = region.getBoundingClientRect();
        window.scrollTo({ top: window.scrollY + box.top + box.height * part - innerHeight / 2, behavior: "instant" });
        const button = [...region.querySelectorAll("button")].find((b) => b.textContent.trim() === "Train");
        const { left, right, top, bottom } = button.getBoundingClientRect();
        const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return button === hit || button.contains(hit);
      }, at);
      assert.ok(reach, `Train can be touched with the lab scrolled to ${at}`);
    }

    await lab.train();
    await lab.press("Pause");
    for (const name of await lab.region.$$eval("[role=tab]", (all) => all.map((t) => t.innerText.trim()))) {
      await lab.tab(name);
      await lab.settled();
      assert.deepEqual(await width(page), FITS, name);
    }
  });
}

scenario("the text has no holes: nothing in the margin pushes it apart", { width: 1280 }, async ({ page, host }) => {
  const { paths } = await allPages(page, `${host.origin}/`);
  for (const path of paths.filter((path) => path.startsWith("papers/"))) {
    await page.goto(`${host.origin}/${path}`, { waitUntil: "load" });
    const holes = await page.evaluate(() => {
      const parts = (e) =>
        e.matches("aside") ? [] : e.matches(".prose, .noted, .plain") ? [...e.children].flatMap(parts) : [e];
      const column = [...document.querySelector(".page > article").children].flatMap(parts);
      return column.slice(1).flatMap((e, i) => {
        const gap = e.getBoundingClientRect().top - column[i].getBoundingClientRect().bottom;
        return gap > 90 || gap < -1 ? [`${Math.round(gap)} px before “${e.textContent.trim().slice(0, 40)}”`] : [];
      });
    });
    assert.deepEqual(holes, [], path);
  }
});

scenario("dark is dark, the choice of theme is kept, and light comes back", {}, async ({ page, open }) => {
  const brightness = () =>
    page.evaluate(() => {
      const of = (colour) => {
        const canvas = document.createElement("canvas");
        const ctx = canvas.getContext("2d");
        ctx.fillStyle = colour;
        ctx.fillRect(0, 0, 1, 1);
        const [r, g, b] = ctx.getImageData(0, 0, 1, 1).data;
        return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
      };
      const page = getComputedStyle(document.documentElement).backgroundColor;
      const body = getComputedStyle(document.body);
      const ground = body.backgroundColor === "rgba(0, 0, 0, 0)" ? page : body.backgroundColor;
      return { ground: of(ground), ink: of(body.color) };
    });
  await open("/");
  const light = await brightness();
  assert.ok(light.ground > 0.85 && light.ink < 0.3, JSON.stringify(light));
  await dark(page);
  const asked = await brightness();
  assert.ok(asked.ground < 0.15 && asked.ink > 0.6, JSON.stringify(asked));

  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
  await (await Lab.first(page)).awake();
  const button = await page.$('::-p-aria([name="Dark theme"][role="button"])');
  assert.ok(button, "there is a button for the theme");
  await button.click();
  assert.ok((await brightness()).ground < 0.15, "the button makes it dark");
  await page.reload();
  assert.ok((await brightness()).ground < 0.15, "and a reload keeps it dark");
});

scenario("reduced motion is honoured", {}, async ({ page, open }) => {
  await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
  await open(PAPER);
  const moving = await page.evaluate(() => {
    const long = (list) => list.split(",").some((time) => Number.parseFloat(time) * (time.includes("ms") ? 1 : 1000) > 20);
    return [...document.querySelectorAll("*")]
      .filter((e) => {
        const style = getComputedStyle(e);
        return long(style.transitionDuration) || long(style.animationDuration) || style.scrollBehavior === "smooth";
      })
      .map((e) => e.outerHTML.slice(0, 80));
  });
  assert.deepEqual(moving, []);
});

scenario("prints: dark on white, prose and equations there, controls left out", {}, async ({ page, open }) => {
  await dark(page);
  await open(PAPER);
  await page.emulateMediaType("print");
  const seen = await page.evaluate(() => {
    const shown = (e) => e.checkVisibility({ checkVisibilityCSS: true });
    return {
      words: document.querySelector("main").innerText.split(/\s+/).length,
      maths: [...document.querySelectorAll("math")].filter(shown).length,
      buttons: [...document.querySelectorAll("button, input[type=range]")].filter(shown).map((b) => b.outerHTML.slice(0, 80)),
      ink: getComputedStyle(document.body).color,
      ground: getComputedStyle(document.body).backgroundColor,
    };
  });
  assert.ok(seen.words > 800, `${seen.words} words`);
  assert.ok(seen.maths >= 3);
  assert.deepEqual(seen.buttons, [], "what cannot be pressed on paper");
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  assert.ok(Math.max(...channels(seen.ink).slice(0, 3)) < 110, `ink ${seen.ink}`);
  const [r, g, b, alpha = 1] = channels(seen.ground);
  assert.ok(alpha === 0 || Math.min(r, g, b) > 240, `ground ${seen.ground}`);
  await page.emulateMediaType("screen");
  const pdf = await page.pdf({ format: "A4" });
  assert.ok(pdf.length > 20_000, `${pdf.length} bytes of PDF`);
  await until("the page lives on", () => page.evaluate(() => true));
});
