import { becomesLive, keepStill } from "../browser";
import { expect, test, type Server } from "../server";

/** How many page views the server has counted. */
async function counted(server: Server): Promise<number> {
  const answer = await fetch(`${server.url}/api/v1/series?contains=dashboard.load`);
  const series = (await answer.json()) as { count?: number }[];
  return series[0]?.count ?? 0;
}

test("a page view is measured by the browser and listed with the dashboard's load time", async ({ page, start }) => {
  const server = await start();
  await page.goto(server.url);
  await becomesLive(page);
  await page.goto(`${server.url}/gates`);
  await expect.poll(() => counted(server)).toBe(1);
  expect((await server.kpi("dashboard-load-time")).value, "one reader is too few for a value").toBeNull();
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
  await expect.poll(() => counted(server)).toBe(1);
  await page.goto(`${server.url}/kpis/dashboard-load-time`);
  await expect(page.locator("#observations")).toContainText("page view of /check-in");
  await expect(page.locator("#observations")).not.toContainText("page view of /sources");
});
