import type { Page } from "@playwright/test";
import { becomesLive } from "../browser";
import { expect, test } from "../server";

/** Makes the page's button ask for the tiny model: the whole one takes minutes in a development build. */
async function makeTiny(page: Page): Promise<void> {
  await page.route("**/benchmarks/start", (route) => route.continue({ url: `${route.request().url()}?tiny=true` }));
}

/** Notes every step that the page tells, also over a reload of the page. */
async function listenToProgress(page: Page): Promise<{ text: string; value: number }[]> {
  const told: { text: string; value: number }[] = [];
  await page.exposeFunction("note", (text: string, value: number) => told.push({ text, value }));
  await page.addInitScript(() => {
    const note = (window as never as { note: (text: string, value: number) => void }).note;
    new MutationObserver((changes) => {
      const text = document.querySelector("#run-progress-text");
      const bar = document.querySelector<HTMLProgressElement>("#run-progress-bar");
      if (text?.textContent && bar && changes.some((change) => change.target === text)) {
        note(text.textContent, bar.value);
      }
    }).observe(document, { childList: true, subtree: true });
  });
  return told;
}

test("a run started from the page shows its progress and then its results", async ({ page, start }) => {
  const server = await start();
  await makeTiny(page);
  const told = await listenToProgress(page);
  await page.goto(`${server.url}/benchmarks`);
  await becomesLive(page);
  await page.getByRole("button", { name: "Run the benchmark" }).click();

  await expect(page.locator("#runs").getByRole("row", { name: /Done/ })).toBeVisible({ timeout: 20_000 });
  const values = told.map((step) => step.value);
  expect(told.some((step) => /q8_0/i.test(step.text)), JSON.stringify(told)).toBe(true);
  expect(new Set(values).size, "the bar moves").toBeGreaterThan(3);
  expect(values.slice(0, -1), "and only forward").toEqual(values.slice(0, -1).sort((a, b) => a - b));
  await expect(page.getByRole("button", { name: "Run the benchmark" })).toBeVisible();
  await expect(page.locator("#schemes").getByRole("row", { name: /q8_0/i })).toBeVisible();
  await expect(page.locator("figure .picture svg").first()).toBeVisible();
  expect((await server.kpi("supported-quantization-types")).value?.origin).toBe("embedded-engine");
});

test("a run can be cancelled from the page, and another one started", async ({ page, start }) => {
  const server = await start();
  await page.goto(`${server.url}/benchmarks`);
  await becomesLive(page);
  await page.getByRole("button", { name: "Run the benchmark" }).click();
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await expect(page.locator("#runs").getByRole("row", { name: /cancelled/i })).toBeVisible({ timeout: 10_000 });
  await makeTiny(page);
  await page.getByRole("button", { name: "Run the benchmark" }).click();
  await expect(page.locator("#runs").getByRole("row", { name: /Done/ })).toBeVisible({ timeout: 20_000 });
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the button starts a run, and the page shows it", async ({ page, start }) => {
    const server = await start();
    await page.goto(`${server.url}/benchmarks`);
    await page.getByRole("button", { name: "Run the benchmark" }).click();
    await expect(page.locator("#run-control")).toContainText("Running since");
    await page.getByRole("button", { name: "Cancel the run" }).click();
    await expect(page.locator("#runs").getByRole("row")).toHaveCount(2);
  });
});
