// Runs axe on a page, keeps its results for `inferno-kpi push --axe`, and fails a test that has violations.

import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { AxeResults, Result } from "axe-core";
import { expect, type Page, type TestInfo } from "@playwright/test";
import { results } from "./server";

const parts = path.join(results, "axe");

/** Expects no violation of any axe rule on the page as it is now; `name` tells several checks of one test apart. */
export async function expectAccessible(page: Page, testInfo: TestInfo, name = "page"): Promise<void> {
  const found = await new AxeBuilder({ page }).options({ resultTypes: ["violations", "incomplete"] }).analyze();
  await mkdir(parts, { recursive: true });
  const file = `${testInfo.testId}-${testInfo.repeatEachIndex}-${name.replaceAll(/[^a-z0-9]+/gi, "-")}.json`;
  await writeFile(path.join(parts, file), JSON.stringify(inShort(found)));
  const violations = found.violations.map(
    (violation) => `${violation.id}: ${violation.help}\n  ${violation.nodes.map((node) => node.target.join(" ")).join("\n  ")}`,
  );
  expect(violations, `axe on ${found.url}`).toEqual([]);
}

/** The result without what makes it large: in full those of all checks would be a hundred megabytes. */
function inShort({ url, timestamp, testEngine, passes, violations, incomplete }: AxeResults): object {
  const rules = (list: Result[]) =>
    list.map(({ id, impact, tags, nodes }) => ({ id, impact, tags, nodes: nodes.map(({ target }) => ({ target })) }));
  return {
    url,
    timestamp,
    testEngine,
    passes: rules(passes),
    violations: rules(violations),
    incomplete: rules(incomplete),
  };
}

/** Forgets the results of earlier runs. */
export async function forgetResults(): Promise<void> {
  await rm(parts, { recursive: true, force: true });
  await rm(path.join(results, "axe.json"), { force: true });
}

/** Joins the results of every check into target/test-results/axe.json: an array, as axe's own command line writes it. */
export async function joinResults(): Promise<void> {
  const files = await readdir(parts).catch(() => []);
  const joined = await Promise.all(files.sort().map(async (file) => JSON.parse(await readFile(path.join(parts, file), "utf8"))));
  if (joined.length > 0) {
    await writeFile(path.join(results, "axe.json"), JSON.stringify(joined));
  }
}
