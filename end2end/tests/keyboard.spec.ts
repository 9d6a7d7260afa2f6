import type { Page } from "@playwright/test";
import { becomesLive, keepStill } from "../browser";
import { expect, test } from "../server";

/** Everything that Tab must reach: of a group of radio buttons the chosen one. */
const REACHABLE =
  'a[href], button, select, textarea, summary, input:not([type="hidden"], [type="radio"]:not(:checked)), [tabindex="0"]';

interface Stop {
  place: number;
  name: string;
  outline: number;
}

/** Goes through the page by Tab once; returns where it stopped, and how wide the outline was there. */
async function tabThrough(page: Page): Promise<{ wanted: number; stops: Stop[] }> {
  const wanted = await page.evaluate((selector) => {
    const elements = [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
    elements.forEach((element, place) => Object.assign(element, { place }));
    return elements.length;
  }, REACHABLE);
  const stops: Stop[] = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement as (HTMLElement & { place?: number }) | null;
      if (!element || element === document.body) {
        return undefined;
      }
      // The mark of a choice may be drawn around its label.
      const outlines = [element, element.closest("label")].map((drawn) => {
        const style = drawn && getComputedStyle(drawn);
        return style && style.outlineStyle !== "none" ? Number.parseFloat(style.outlineWidth) : 0;
      });
      const name = `${element.tagName} ${element.textContent?.trim().slice(0, 40) || element.id}`;
      return { place: element.place ?? -1, name, outline: Math.max(...outlines) };
    });
    if (!stop || stops.length > 2 * wanted) {
      return { wanted, stops };
    }
    stops.push(stop);
  }
}

test.beforeEach(({ page }) => keepStill(page));

for (const path of ["/", "/kpis/pipeline-build-time", "/gates", "/benchmarks", "/sources", "/check-in", "/settings"]) {
  test(`on ${path} Tab reaches everything in the order of reading, and each stop is to be seen`, async ({ page }) => {
    await page.goto(path);
    await becomesLive(page);
    const { wanted, stops } = await tabThrough(page);
    const places = stops.map((stop) => stop.place).filter((place) => place >= 0);
    expect(places).toEqual(Array.from({ length: wanted }, (_, place) => place));
    expect(stops.filter((stop) => stop.outline < 2).map((stop) => stop.name)).toEqual([]);
  });
}

test("the first Tab offers to skip to the content", async ({ page }) => {
  await page.goto("/gates");
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.closest("main") !== null)).toBe(true);
});

test("the menu is used with Tab and Enter", async ({ page }) => {
  await page.goto("/");
  const gates = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Gates" });
  for (let presses = 0; presses < 20 && !(await gates.evaluate((link) => link === document.activeElement)); presses += 1) {
    await page.keyboard.press("Tab");
  }
  await expect(gates).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Gates");
  await expect(gates).toHaveAttribute("aria-current", "page");
});

test("a chart's cursor reads its points with the arrow keys, Home and End", async ({ page }) => {
  await page.goto("/kpis/pipeline-build-time");
  await becomesLive(page);
  const cursor = page.getByRole("slider", { name: "Points of the chart: History of Build Time" });
  await cursor.focus();
  await expect(cursor, "it begins at the latest value, before what is forecast").toHaveAttribute(
    "aria-valuetext",
    /, 7\.2 min, below target, point 12 of 12$/,
  );
  for (const [key, reading] of [
    ["Home", /^\d+ \w+ \d{4}\D*, 14\.5 min, above target, point 1 of 12$/],
    ["ArrowRight", /, 13\.2 min, above target, point 2 of 12$/],
    ["ArrowRight", /, 13\.8 min, above target, point 3 of 12$/],
    ["ArrowLeft", /, 13\.2 min, above target, point 2 of 12$/],
    ["End", /, forecast .* with 80%, forecast (\d+) of \1$/],
  ] as const) {
    await page.keyboard.press(key);
    await expect(cursor, key).toHaveAttribute("aria-valuetext", reading);
    await expect(page.locator(".cursor-text")).toHaveText(reading);
  }
  await expect(page.locator(".cursor-line")).toBeVisible();
});

test("a chart is one stop, beside its CSV and the toggle of its table", async ({ page }) => {
  await page.goto("/kpis/pipeline-build-time");
  await becomesLive(page);
  const stops = await page.locator("figure.chart").evaluate(
    (figure, selector) =>
      [...figure.querySelectorAll(selector)]
        .filter((element) => element.checkVisibility())
        .map((element) => element.getAttribute("type") ?? element.tagName),
    REACHABLE,
  );
  expect(stops).toEqual(["range", "A", "SUMMARY"]);
});

test("a value is entered with the keyboard alone", async ({ page, start }) => {
  const server = await start();
  await page.goto(`${server.url}/check-in`);
  await becomesLive(page);
  await page.getByRole("main").focus();
  for (const keys of ["Time to Recovery", "45", "min", "typed", "Ada"]) {
    await page.keyboard.press("Tab");
    await page.keyboard.type(keys);
  }
  await page.keyboard.press("Enter");
  await expect(page.locator("#queue-news")).toContainText("Recorded: time-to-recovery 45 min");
  expect((await server.kpi("time-to-recovery")).value?.text).toBe("0.75 hours");
});
