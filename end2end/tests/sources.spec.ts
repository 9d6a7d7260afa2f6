import { expectAccessible } from "../accessibility";
import { becomesLive } from "../browser";
import { expect, test } from "../server";

test("every system has a text to copy, which names this server", async ({ page, server }) => {
  await page.goto("/sources");
  await becomesLive(page);
  const connect = page.getByRole("region", { name: "Connect a system" });
  for (const system of ["Prometheus: remote write", "OpenTelemetry", "GitHub"]) {
    await connect.getByText(system, { exact: true }).click();
    const text = connect.getByRole("region", { name: `Text to copy for ${system}` });
    await expect(text).toBeVisible();
    await expect(text).toContainText(new URL(server.url).host);
  }
});

test("the page says who sends, how much, and what waits", async ({ page }) => {
  await page.goto("/sources");
  const row = page.getByRole("row", { name: /^influx:telegraf/ });
  await expect(row).toContainText("721 rows");
  await expect(row.getByRole("link", { name: /1 dead letter/ })).toBeVisible();
});

test("a series is looked at from an hour to a year, and leads to the payload of each sample", async ({ page }, testInfo) => {
  await page.goto("/series?contains=cpu");
  const first = page.getByRole("row", { name: /host a/ }).getByRole("link", { name: "cpu.usage" });
  await first.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("cpu.usage");
  await becomesLive(page);
  await expectAccessible(page, testInfo, "series");
  for (const zoom of ["Hour", "Month", "Year"]) {
    await page.getByRole("navigation", { name: "Time shown" }).getByRole("link", { name: zoom }).click();
    await expect(page.getByRole("link", { name: zoom })).toHaveAttribute("aria-current", "true");
    await expect(page.getByRole("main")).toContainText("360");
  }
  await page.getByRole("link", { name: "Earlier" }).click();
  await expect(page.getByText("No samples in this time.")).toBeVisible();
  await page.getByRole("link", { name: "Later" }).click();
  await page.getByRole("link", { name: /^Payload \d+ of/ }).first().click();
  await expect(page.locator("body")).toContainText("cpu,host=a usage=");
});

test("a dead letter is read again after a fix, without script too", async ({ browser, start }) => {
  const server = await start();
  const body = JSON.stringify({ kpi: "new-build-time", value: 7, unit: "min" });
  const headers = { "content-type": "application/json" };
  const refused = await fetch(`${server.url}/api/v1/observations?source=ci`, { method: "POST", headers, body });
  expect(refused.status).toBe(422);
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const page = await context.newPage();
  await page.goto("/sources");
  await page.getByRole("link", { name: "1 dead letter", exact: true }).click();
  await expect(page.getByText("no KPI has the id")).toBeVisible();
  await page.getByRole("button", { name: /^Read again/ }).click();
  await expect(page.getByRole("alert")).toContainText("still something is refused");
  const exported = await (await fetch(`${server.url}/api/v1/catalogue`)).text();
  const fixed = exported.replace('id = "pipeline-build-time"', 'id = "new-build-time"');
  const applied = await fetch(`${server.url}/api/v1/catalogue?person=Ada`, {
    method: "POST",
    headers: { "content-type": "application/toml" },
    body: fixed,
  });
  expect(applied.ok).toBe(true);
  await page.getByRole("button", { name: "Read all of them again" }).click();
  await expect(page.getByText("Everything was read again: 1 row is new.")).toBeVisible();
  await expect(page.getByText("Everything that arrived was taken.")).toBeVisible();
  await context.close();
});
