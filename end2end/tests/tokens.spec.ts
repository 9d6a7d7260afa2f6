import { expectAccessible } from "../accessibility";
import { becomesLive } from "../browser";
import { expect, test } from "../server";

test("a token is made with the keyboard, sends, is renewed and revoked", async ({ page, start }, testInfo) => {
  const server = await start({});
  const name = `CI of ${testInfo.project.name}`;
  const wanted = { name: "of the test", scopes: ["admin"], person: "Ada" };
  const headers = { "content-type": "application/json" };
  const admin = await fetch(`${server.url}/api/v1/tokens`, { method: "POST", headers, body: JSON.stringify(wanted) });
  await page.goto(`${server.url}/sources/tokens`);
  await expect(page.getByRole("link", { name: "Show the list" })).toBeVisible();
  await page.setExtraHTTPHeaders({ authorization: `Bearer ${(await admin.json()).secret}` });
  await page.goto(`${server.url}/sources/tokens`);
  await becomesLive(page);
  const toggle = page.getByText("Make a token", { exact: true });
  await toggle.focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Name (needed)", { exact: true }).fill(name);
  await page.getByLabel("It may").selectOption({ label: "Send, as one source" });
  await page.getByLabel("Your name (needed)").last().fill("Ada");
  await page.getByRole("button", { name: "Make the token" }).press("Enter");
  await expect(page.locator("#create-source-problem")).toBeVisible();
  await expect(page.getByLabel("Name (needed)", { exact: true })).toHaveValue(name);
  await page.getByLabel("Source", { exact: true }).fill("keyboard");
  await page.getByRole("button", { name: "Make the token" }).press("Enter");

  const made = page.getByRole("region", { name: `The secret of ${name}` });
  const secret = await made.locator("#made-secret").innerText();
  expect(secret).toMatch(/^ikpi_[0-9a-f]{64}$/);
  await made.getByText("CI", { exact: true }).click();
  await expect(made.getByRole("region", { name: "Text to copy for CI" })).toContainText(`INFERNO_KPI_TOKEN=${secret}`);
  await expectAccessible(page, testInfo, "tokens-made");

  const send = async (token: string) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    const body = JSON.stringify({ kpi: "community-size", value: 5 });
    return (await fetch(`${server.url}/api/v1/observations`, { method: "POST", headers, body })).status;
  };
  expect(await send(secret)).toBe(201);

  await page.goto(`${server.url}/sources/tokens`);
  const card = page.getByRole("listitem").filter({ hasText: name });
  await expect(card).toContainText("Sends as keyboard");
  await expect(card).toContainText("Used last");
  await expect(page.getByRole("main")).not.toContainText(secret);
  await card.getByText(`Renew: ${name}`).first().click();
  await card.getByLabel("The secret of now goes on for").selectOption("0");
  await card.getByLabel("Your name (needed)").first().fill("Ada");
  await card.getByRole("button", { name: /^Renew/ }).click();
  const renewed = await page.locator("#made-secret").innerText();
  expect(renewed).not.toBe(secret);
  expect([await send(secret), await send(renewed)]).toEqual([401, 201]);

  await page.goto(`${server.url}/sources/tokens`);
  await card.getByText(`Revoke: ${name}`).first().click();
  await card.getByLabel("Reason (needed)").fill("The test is over.");
  await card.getByLabel("Your name (needed)").last().fill("Ada");
  await card.getByRole("button", { name: /^Revoke/ }).click();
  await expect(page.getByText("The token is revoked. It is refused from now on.")).toBeVisible();
  expect(await send(renewed)).toBe(401);
});
