import type { Page } from "@playwright/test";
import { becomesLive } from "../browser";
import { expect, test } from "../server";

/** Fills the form and sends it. */
async function checkIn(page: Page, value: string, unit: string, note: string): Promise<void> {
  await page.getByLabel("KPI", { exact: true }).selectOption("time-to-recovery");
  await page.getByLabel("Value").fill(value);
  await page.getByLabel("Unit").fill(unit);
  await page.getByLabel("Note").fill(note);
  await page.getByLabel("Your name").fill("Ada");
  await page.getByRole("button", { name: "Record" }).click();
}

test("a value with a note is recorded and stands on its KPI's page with its provenance", async ({ page, start }) => {
  const server = await start();
  await page.goto(`${server.url}/check-in`);
  await becomesLive(page);
  await checkIn(page, "45", "min", "the outage of Monday");
  await expect(page.locator("#queue-news")).toHaveText(/^Recorded: time-to-recovery 45 min/);
  await expect(page.getByLabel("Value"), "the form is ready for the next").toHaveValue("");

  await page.goto(`${server.url}/kpis/time-to-recovery`);
  await expect(page.locator("#standing")).toContainText("0.75 hours");
  const row = page.locator("#observations").getByRole("row", { name: /the outage of Monday/ });
  await expect(row).toContainText("by Ada");
  await expect(row).toContainText("check-in");
  const payload = await row.getByRole("link", { name: /^Payload/ }).getAttribute("href");
  expect(await (await page.request.get(`${server.url}${payload}`)).text()).toContain("the outage of Monday");
});

test("a wrong unit is explained at its field, and what was typed is kept", async ({ page, start }) => {
  const server = await start();
  await page.goto(`${server.url}/check-in`);
  await becomesLive(page);
  await checkIn(page, "45", "kg", "the outage of Monday");
  await expect(page.getByRole("alert")).toContainText("Nothing was recorded");
  const unit = page.getByLabel("Unit");
  await expect(unit).toHaveAttribute("aria-invalid", "true");
  await expect(unit).toHaveAccessibleDescription(/kg.*expected/);
  await expect(unit).toHaveValue("kg");
  await expect(page.getByLabel("KPI", { exact: true })).toHaveValue("time-to-recovery");
  await expect(page.getByLabel("Value")).toHaveValue("45");
  await expect(page.getByLabel("Note")).toHaveValue("the outage of Monday");
  await page.getByRole("alert").getByRole("link").first().click();
  await expect(unit).toBeFocused();

  await unit.fill("min");
  await page.getByRole("button", { name: "Record" }).click();
  await expect(page.getByText(/^Recorded: /)).toBeVisible();
});

test("what is entered offline is kept and sent when the network is back", async ({ page, context, start }) => {
  const server = await start();
  await page.goto(`${server.url}/check-in`);
  await becomesLive(page);
  await context.setOffline(true);
  await checkIn(page, "45", "min", "entered offline");
  await expect(page.locator("#queue-news")).toHaveText(/^Kept on this device/);
  await expect(page.locator("#queue-list")).toContainText("time-to-recovery 45 min");
  expect((await server.kpi("time-to-recovery")).value).toBeNull();

  await context.setOffline(false);
  await expect(page.locator("#queue-news")).toHaveText(/^Sent: time-to-recovery 45 min/);
  await expect(page.locator("#queue-list").getByRole("listitem")).toHaveCount(0);
  expect((await server.kpi("time-to-recovery")).value?.text).toBe("0.75 hours");
});

test("what waits survives that the page is closed, and is sent once when it opens again", async ({ page, context, start }) => {
  const server = await start();
  await page.goto(`${server.url}/check-in`);
  await becomesLive(page);
  await context.setOffline(true);
  await checkIn(page, "45", "min", "entered offline");
  await expect(page.locator("#queue-list").getByRole("listitem")).toHaveCount(1);
  await page.close();
  await context.setOffline(false);

  const later = await context.newPage();
  await later.goto(`${server.url}/check-in`);
  await expect(later.locator("#queue-news")).toHaveText(/^Sent: time-to-recovery 45 min/);
  await later.goto(`${server.url}/kpis/time-to-recovery`);
  await expect(later.locator("#observations")).toContainText("All 1, the newest first");
});
