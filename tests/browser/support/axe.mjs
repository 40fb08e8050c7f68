// What axe-core finds, in words.

import axe from "axe-core";

/** One line a violation on the page, or in a part of it: the rule, what it asks for, and where. */
export async function violations(page, part = "html") {
  await page.evaluate(axe.source);
  return page.evaluate(async (part) => {
    const { violations } = await window.axe.run(part, { resultTypes: ["violations"] });
    return violations.map(({ id, help, nodes }) => {
      const where = nodes.slice(0, 4).map((n) => `${n.target.join(" ")}: ${n.failureSummary.split("\n")[1]?.trim()}`);
      return `${id}: ${help}\n    ${where.join("\n    ")}${nodes.length > 4 ? `\n    and ${nodes.length - 4} more` : ""}`;
    });
  }, part);
}
