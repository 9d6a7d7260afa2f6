import { becomesLive, collectErrors, unfoldAll } from "../browser";
import { expectValidMarkup } from "../markup";
import { pages } from "../pages";
import { expect, test } from "../server";

for (const { path, heading, status = 200 } of pages) {
  test(`${path} comes alive without an error, with its heading, title and landmarks`, async ({ page }) => {
    const errors = await collectErrors(page);

    const response = await page.goto(path);

    expect(response?.status()).toBe(status);
    await becomesLive(page);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
    await expect(page).toHaveTitle(`${heading} · Inferno KPI`);
    await expect(page.getByRole("banner")).toHaveCount(1);
    await expect(page.getByRole("main")).toHaveCount(1);
    await expect(page.getByRole("contentinfo")).toHaveCount(1);
    await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
    await expect(page.getByRole("navigation", { name: "Tracks" })).toBeVisible();
    expect(errors).toEqual([]);
  });

  test(`${path} fits the width of the screen, of the smallest phone and of a page at 400 %`, async ({ page }) => {
    await page.goto(path);
    await becomesLive(page);
    await unfoldAll(page);
    for (const size of [page.viewportSize()!, { width: 320, height: 640 }, { width: 320, height: 256 }]) {
      await page.setViewportSize(size);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, `at ${size.width} × ${size.height}`).toBeLessThanOrEqual(size.width);
    }
  });
}

test("every page's markup is valid", async ({ request, isMobile, server, start }) => {
  test.skip(isMobile, "the markup does not depend on the screen");
  for (const origin of [server.url, (await start()).url, (await start({ words: ["--demo"] })).url]) {
    for (const { path } of pages) {
      await test.step(`${origin}${path}`, async () => {
        await expectValidMarkup(await (await request.get(`${origin}${path}`)).text(), path);
      });
    }
  }
});

test("demo data is called so on every page", async ({ page, start }) => {
  const demo = await start({ words: ["--demo"] });
  for (const { path } of pages) {
    await page.goto(`${demo.url}${path}`);
    await expect(page.getByRole("banner"), path).toContainText("Demo data: every number here is generated");
  }
});
