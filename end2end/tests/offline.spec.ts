import type { Page } from "@playwright/test";
import { becomesLive, collectErrors } from "../browser";
import { pages } from "../pages";
import { expect, test } from "../server";

/** Waits until the service worker answers for the page and keeps this many pages. */
async function keepsPages(page: Page, count: number): Promise<void> {
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  // The worker keeps a page after it has answered with it.
  await expect
    .poll(() => page.evaluate(async () => (await (await caches.open("inferno-kpi-pages")).keys()).length))
    .toBe(count);
}

test("a page that was seen opens without the server, and one that was not lists those that were", async ({ page, start }) => {
  const server = await start();
  await page.goto(`${server.url}/`);
  await keepsPages(page, 1);
  await page.goto(`${server.url}/gates`);
  await keepsPages(page, 2);
  await server.kill();

  await page.goto(`${server.url}/`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  const styled = await page.evaluate(() => [...document.styleSheets].some((sheet) => sheet.cssRules.length > 0));
  expect(styled, "the stylesheet comes from the cache too").toBe(true);
  await page.goto(`${server.url}/gates`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Gates");

  await page.goto(`${server.url}/sources`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You are offline");
  await expect(page.getByRole("listitem")).toHaveCount(2);
  await page.getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Gates");
});

test("a page out of the device's memory says how old it is", async ({ page, context, start }) => {
  const server = await start();
  await page.goto(server.url);
  await keepsPages(page, 1);
  await context.setOffline(true);
  await page.clock.setFixedTime(Date.now() + 3 * 3_600_000);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  await expect(page.locator("#live-state")).toHaveText("Offline: this page is from 3 hours ago");
});

test("an open page says at once that the device is offline", async ({ page, context, start }) => {
  const server = await start();
  await page.goto(server.url);
  await becomesLive(page);
  await context.setOffline(true);
  await expect(page.locator("#live-state")).toHaveText("Offline: this page is current");
});

test("a page that was seen opens within seconds when the server does not answer", async ({ page, start }) => {
  const server = await start();
  await page.goto(server.url);
  await keepsPages(page, 1);
  server.freeze();
  await page.goto(server.url, { waitUntil: "commit", timeout: 8_000 });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
});

test("every page opens without an error while the service worker answers for it", async ({ page, start }) => {
  const server = await start();
  await page.goto(server.url);
  await keepsPages(page, 1);
  const errors = await collectErrors(page);
  for (const { path, heading } of pages) {
    await page.goto(`${server.url}${path}`);
    await becomesLive(page);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
  }
  expect(errors).toEqual([]);
});

test("the manifest makes the product installable", async ({ page, request, server }) => {
  await page.goto("/");
  await becomesLive(page);
  const address = await page.locator('link[rel="manifest"]').getAttribute("href");
  const manifest = await (await request.get(address ?? "")).json();
  expect(manifest).toMatchObject({ name: "Inferno KPI", start_url: "/", display: "standalone" });
  for (const icon of manifest.icons) {
    const response = await request.get(`${server.url}${icon.src}`);
    expect(response.status(), icon.src).toBe(200);
    expect(response.headers()["content-type"], icon.src).toContain(icon.type);
  }
  const browser = await page.context().newCDPSession(page);
  expect((await browser.send("Page.getAppManifest")).errors).toEqual([]);
  const { installabilityErrors } = await browser.send("Page.getInstallabilityErrors");
  // The window of a test keeps nothing, so that nothing could be installed from it.
  expect(installabilityErrors.map((error) => error.errorId).filter((id) => id !== "in-incognito")).toEqual([]);
});
