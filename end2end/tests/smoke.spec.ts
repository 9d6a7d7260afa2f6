import { expect, test } from "../server";

test("the home page answers, has one heading, comes alive and leaves no error in the console", async ({ page }) => {
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") {
      errors.push(message.text());
    }
  });
  page.on("pageerror", (error) => errors.push(error.message));

  const wasm = page.waitForResponse((response) => new URL(response.url()).pathname.endsWith(".wasm"));
  const response = await page.goto("/");

  expect(response?.status()).toBe(200);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  expect((await wasm).status()).toBe(200);
  // Hydration starts when the browser is idle; its errors come after that.
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => requestAnimationFrame(resolve))));
  expect(errors).toEqual([]);
});
