import { expectAccessible } from "../accessibility";
import { becomesLive, chooseTheme, unfoldAll } from "../browser";
import { pages } from "../pages";
import { expect, test } from "../server";

const themes = ["light", "dark", "light-contrast", "dark-contrast"];

for (const theme of themes) {
  test(`axe finds nothing on any page with data, ${theme}`, async ({ page, server }, testInfo) => {
    test.slow();
    await chooseTheme(page, server.url, theme);
    for (const { path } of pages) {
      await page.goto(path);
      await becomesLive(page);
      await unfoldAll(page);
      await expectAccessible(page, testInfo, path);
    }
  });
}

test("axe finds nothing on any page in forced colours", async ({ page }, testInfo) => {
  test.slow();
  await page.emulateMedia({ forcedColors: "active" });
  for (const { path } of pages) {
    await page.goto(path);
    await becomesLive(page);
    await unfoldAll(page);
    await expectAccessible(page, testInfo, path);
  }
});

test("axe finds nothing on any page of a fresh server", async ({ page, start }, testInfo) => {
  test.slow();
  const fresh = await start();
  for (const { path } of pages) {
    await page.goto(`${fresh.url}${path}`);
    await becomesLive(page);
    await unfoldAll(page);
    await expectAccessible(page, testInfo, path);
  }
});

test("axe finds nothing on any page with demo data, dark", async ({ page, start }, testInfo) => {
  test.slow();
  const demo = await start({ words: ["--demo"] });
  await chooseTheme(page, demo.url, "dark");
  for (const { path } of pages) {
    await page.goto(`${demo.url}${path}`);
    await becomesLive(page);
    await unfoldAll(page);
    await expectAccessible(page, testInfo, path);
  }
});
