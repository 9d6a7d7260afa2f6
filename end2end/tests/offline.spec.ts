import { expect, Server, test } from "../server";

test("a page that was seen opens without the server, and one that was not lists those that were", async ({ page }) => {
  const server = await Server.start();
  try {
    await page.goto(`${server.url}/`);
    const heading = await page.getByRole("heading", { level: 1 }).textContent();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    await page.goto(`${server.url}/gates`);
    const gates = await page.getByRole("heading", { level: 1 }).textContent();
    // The worker keeps a page after it has answered with it.
    await expect
      .poll(() => page.evaluate(async () => (await (await caches.open("inferno-kpi-pages")).keys()).length))
      .toBe(2);

    await server.kill();

    await page.goto(`${server.url}/`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading ?? "");
    const styled = await page.evaluate(() => [...document.styleSheets].some((sheet) => sheet.cssRules.length > 0));
    expect(styled, "the stylesheet comes from the cache too").toBe(true);

    await page.goto(`${server.url}/gates`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(gates ?? "");

    await page.goto(`${server.url}/sources`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("You are offline");
    await expect(page.getByRole("listitem")).toHaveCount(2);
    await page.getByRole("link").first().click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(gates ?? "");
  } finally {
    await server.close();
  }
});

test("a page that was seen opens within seconds when the server does not answer", async ({ page }) => {
  const server = await Server.start();
  try {
    await page.goto(`${server.url}/`);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await expect
      .poll(() => page.evaluate(async () => (await (await caches.open("inferno-kpi-pages")).keys()).length))
      .toBe(1);
    server.freeze();
    await page.goto(`${server.url}/`, { waitUntil: "commit", timeout: 8_000 });
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  } finally {
    await server.kill();
    await server.close();
  }
});

test("the manifest makes the product installable", async ({ page, request, server }) => {
  await page.goto("/");
  const link = page.locator('link[rel="manifest"]');
  const address = await link.getAttribute("href");
  const manifest = await (await request.get(address ?? "")).json();
  expect(manifest).toMatchObject({ name: "Inferno KPI", start_url: "/", display: "standalone" });
  for (const icon of manifest.icons) {
    const response = await request.get(`${server.url}${icon.src}`);
    expect(response.status(), icon.src).toBe(200);
    expect(response.headers()["content-type"], icon.src).toContain(icon.type);
  }
});
