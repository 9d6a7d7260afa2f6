import { becomesLive } from "../browser";
import { dateDaysAgo, daysAgo } from "../furnish";
import { expect, test } from "../server";

test("a past day chosen in the header is shown on every page, until the way back to now", async ({ page, start }) => {
  const server = await start();
  await server.record(
    { kpi: "time-to-recovery", value: "5 h", time: daysAgo(5) },
    { kpi: "time-to-recovery", value: "30 min", time: daysAgo(0) },
  );
  await page.goto(server.url);
  await becomesLive(page);
  await expect(page.locator("#latest")).toContainText("0.5 hours");
  await expect(page.locator("#as-of")).toContainText("Now");

  await page.locator("#as-of summary").click();
  await page.getByLabel("Show every page as it was on").fill(dateDaysAgo(5));
  await page.getByRole("button", { name: "Show" }).click();

  await expect(page).toHaveURL(`${server.url}/?as_of=${dateDaysAgo(5)}`);
  await expect(page.locator("#as-of summary")).toContainText(/^As of/);
  const instant = page.locator("#page-instant time").first();
  await expect(instant).toHaveAttribute("datetime", new RegExp(`^${dateDaysAgo(5)}T23:59`));
  const attention = page.locator("#attention");
  await expect(attention.getByRole("row", { name: /Time to Recovery.*Off target.*5 h/ })).toBeVisible();

  await attention.getByRole("link", { name: "Time to Recovery" }).click();
  await expect(page).toHaveURL(`${server.url}/kpis/time-to-recovery?as_of=${dateDaysAgo(5)}`);
  await expect(page.locator("#standing .value")).toHaveText("5 hours");
  await expect(page.locator("#observations")).not.toContainText("30 min");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Gates" }).click();
  await expect(page).toHaveURL(`${server.url}/gates?as_of=${dateDaysAgo(5)}`);

  await page.locator("#as-of summary").click();
  await page.getByRole("link", { name: "Back to now" }).click();
  await expect(page).toHaveURL(`${server.url}/gates`);
  await expect(page.locator("#as-of summary")).toContainText(/^Now/);
});

test("a page of a past instant stays as it is", async ({ page, start }) => {
  const server = await start();
  await server.record({ kpi: "code-coverage", value: 80, unit: "%", time: daysAgo(10) });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const alive = page.waitForResponse((response) => response.url().endsWith(".wasm"));
  await page.goto(`${server.url}/kpis/code-coverage?as_of=${dateDaysAgo(5)}`);
  await alive;
  await expect(page.getByRole("slider")).toBeVisible();
  await server.record({ kpi: "code-coverage", value: 91.25, unit: "%", time: daysAgo(6) });
  await expect(page.locator("#standing .value")).toHaveText("80%");
  expect(asked).not.toContain("/api/v1/events");
});
