import { becomesLive, keepStill } from "../browser";
import { expect, test } from "../server";

test("a page view is measured by the browser and shown as the dashboard's load time", async ({ page, start }) => {
  const server = await start();
  await page.goto(server.url);
  await becomesLive(page);
  await page.goto(`${server.url}/gates`);
  await expect.poll(async () => (await server.kpi("dashboard-load-time")).value?.origin).toBe("dashboard");
  expect((await server.kpi("dashboard-load-time")).value?.text).toMatch(/^[\d.]+ m?s$/);
  await page.goto(`${server.url}/kpis/dashboard-load-time`);
  await expect(page.locator("#observations")).toContainText("page view of /");
});

test("a reader who asked not to be measured is not", async ({ page, context, start }) => {
  const server = await start();
  await keepStill(page);
  await page.goto(`${server.url}/sources`);
  await becomesLive(page);
  await page.goto(`${server.url}/gates`);
  const measured = await context.newPage();
  await measured.goto(`${server.url}/check-in`);
  await becomesLive(measured);
  await measured.close({ runBeforeUnload: true });
  await expect.poll(async () => (await server.kpi("dashboard-load-time")).value?.origin).toBe("dashboard");
  await page.goto(`${server.url}/kpis/dashboard-load-time`);
  await expect(page.locator("#observations")).toContainText("page view of /check-in");
  await expect(page.locator("#observations")).not.toContainText("page view of /sources");
});
