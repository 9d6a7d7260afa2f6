import type { Page } from "@playwright/test";
import { becomesLive } from "../browser";
import { expect, type Observation, type Server, test } from "../server";

const LIMIT_MS = 1000;

/** Records an observation and returns how long after the server's answer the element holds the text. */
async function timeToShow(page: Page, server: Server, observation: Observation, selector: string, text: string) {
  const holds = ([where, what]: string[]) => document.querySelector(where)?.textContent?.includes(what);
  expect(await page.evaluate(holds, [selector, text]), "it is not there before").toBe(false);
  await server.record(observation);
  const answered = performance.now();
  await page.waitForFunction(holds, [selector, text], { polling: 20 });
  return performance.now() - answered;
}

test("an open overview shows a pushed observation within a second", async ({ page, start }) => {
  const server = await start();
  await page.goto(server.url);
  await becomesLive(page);
  const observation = { kpi: "code-coverage", value: 91.25, unit: "%" };
  const time = await timeToShow(page, server, observation, "#latest", "91.25");
  expect(time).toBeLessThan(LIMIT_MS);
  await expect(page.locator("#verdicts")).toContainText("2 of 36 needed");
  await expect(page.locator("#live-news")).toHaveText(/^Updated: \d+ changes?$/);
});

test("an open KPI page shows a pushed observation within a second: value, chart and table", async ({ page, start }) => {
  const server = await start();
  await server.record({ kpi: "pipeline-build-time", value: "12 min", time: "2026-01-05T12:00:00Z" });
  await page.goto(`${server.url}/kpis/pipeline-build-time`);
  await becomesLive(page);
  const picture = await page.locator(".picture").innerHTML();
  const observation = { kpi: "pipeline-build-time", value: "7 min", note: "faster tests" };
  const time = await timeToShow(page, server, observation, "#standing .value", "7 min");
  expect(time).toBeLessThan(LIMIT_MS);
  expect(await page.locator(".picture").innerHTML()).not.toBe(picture);
  await expect(page.locator("#history-pipeline-build-time-data tbody tr")).toHaveCount(2);
  await expect(page.locator("#observations")).toContainText("faster tests");
  await expect(page.getByRole("slider")).toHaveAttribute("aria-valuetext", /7 min, below target, point 2 of 2$/);
});

test("an escalation that is on its way appears on an open overview, and is not announced yet", async ({ page, start }) => {
  const server = await start();
  await page.goto(server.url);
  await becomesLive(page);
  await server.record({ kpi: "time-to-recovery", value: "5 h" });
  await expect(page.getByRole("heading", { name: /^Escalation (held back|pending)$/ })).toBeVisible();
  await expect(page.locator("#attention")).toContainText("Time to Recovery");
});

test("focus, what was folded out and what was typed survive a live change", async ({ page, start }) => {
  const server = await start();
  await server.record({ kpi: "code-coverage", value: 80, unit: "%", time: "2026-01-05T12:00:00Z" });
  await page.goto(`${server.url}/kpis/code-coverage`);
  await becomesLive(page);
  const toggle = page.getByText("Data table", { exact: true });
  await toggle.click();
  await toggle.focus();
  await server.record({ kpi: "code-coverage", value: 91.25, unit: "%" });
  await expect(page.locator("#standing")).toContainText("91.25");
  await expect(page.getByRole("cell", { name: "91.25" }).first()).toBeVisible();
  await expect(toggle).toBeFocused();

  await page.goto(`${server.url}/check-in`);
  await becomesLive(page);
  await page.getByLabel("Note").fill("half a sentence");
  await server.record({ kpi: "time-to-recovery", value: "5 h" });
  await expect(page.locator("#track-link-track-4")).toContainText("off target");
  await expect(page.getByLabel("Note")).toHaveValue("half a sentence");
  await expect(page.getByLabel("Note")).toBeFocused();
});

test("a KPI's link keeps the focus while its table changes", async ({ page, start }) => {
  const server = await start();
  await server.record({ kpi: "time-to-recovery", value: "5 h" });
  await page.goto(server.url);
  await becomesLive(page);
  const link = page.locator("#attention").getByRole("link", { name: "Time to Recovery" });
  await link.focus();
  await server.record({ kpi: "test-flakiness-rate", value: "5 %" });
  await expect(page.locator("#attention")).toContainText("Test Flakiness Rate");
  await expect(link).toBeFocused();
});

test("a page catches up with what it missed after the server was killed and came back", async ({ page, start }) => {
  const server = await start();
  await page.goto(server.url);
  await becomesLive(page);
  await server.kill();
  await expect(page.locator("#live-state")).not.toHaveText("Live");

  const meanwhile = await start({ data: server.data });
  await meanwhile.record({ kpi: "code-coverage", value: 91.25, unit: "%" });
  await meanwhile.kill();
  const again = await start({ data: server.data, port: server.port });

  await expect(page.locator("#latest")).toContainText("91.25", { timeout: 15_000 });
  await becomesLive(page);
  await again.record({ kpi: "code-coverage", value: 93.75, unit: "%" });
  await expect(page.locator("#latest")).toContainText("93.75");
});
