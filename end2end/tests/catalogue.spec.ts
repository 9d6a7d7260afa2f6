import { expectAccessible } from "../accessibility";
import { becomesLive, unfoldAll } from "../browser";
import { expect, test } from "../server";

test("a changed export becomes a version with what it changed; a broken one is refused as a whole", async ({ page, start }, testInfo) => {
  const server = await start();
  const exported = await (await fetch(`${server.url}/api/v1/catalogue`)).text();
  expect(exported).toContain("gate_share_percent = 80");
  await page.goto(`${server.url}/catalogue`);
  await becomesLive(page);
  await expect(page.locator("#version-1")).toContainText("in force");

  const apply = async (text: string, reason: string) => {
    const form = page.locator("#apply");
    const file = { name: "mine.toml", mimeType: "application/toml", buffer: Buffer.from(text) };
    await form.getByLabel("File").setInputFiles(file);
    await form.getByLabel("Reason").fill(reason);
    await form.getByLabel("Your name").fill("Ada");
    await form.getByRole("button", { name: "Apply" }).click();
  };

  const broken = exported.replace(/shape = "[a-z-]+"/, 'shape = "round"').replace(/^id = "build-success-rate"$/m, 'id = "code-coverage"');
  await apply(broken, "a slip");
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("Refused: the running catalogue stays");
  await expect(alert.getByRole("listitem").filter({ hasText: /mine\.toml:\d+:\d+: / })).not.toHaveCount(0);
  await expect(alert).toContainText("round");
  await expect(alert).toContainText("code-coverage");
  await expect(page.locator("#apply").getByLabel("Reason")).toHaveValue("a slip");
  await expect(page.locator("#versions > ol > li")).toHaveCount(1);
  await expectAccessible(page, testInfo, "refused");

  await apply(exported.replace("gate_share_percent = 80", "gate_share_percent = 82"), "a higher bar");
  await expect(page.getByText("Version 2 of the catalogue is recorded.")).toBeVisible();
  const version = page.locator("#version-2");
  await expect(version).toContainText("a higher bar");
  await expect(version).toContainText("by Ada");
  await expect(version).toContainText("in force");
  await version.getByText(/^1 change/).click();
  await expect(version).toContainText(/80.*82/);
  await unfoldAll(page);
  await expectAccessible(page, testInfo, "applied");
});

test("a server that reads its catalogue from a file takes none here", async ({ page, start }, testInfo) => {
  const { writeFile } = await import("node:fs/promises");
  const first = await start();
  const file = testInfo.outputPath("mine.toml");
  await writeFile(file, await (await fetch(`${first.url}/api/v1/catalogue`)).text());
  const server = await start({ words: ["--catalogue", file] });
  await page.goto(`${server.url}/catalogue`);
  await expect(page.locator("#apply")).toHaveCount(0);
  await expect(page.getByRole("main")).toContainText("read from the file");
});

test("the sources page says which series the catalogue needs and nobody sends", async ({ page }) => {
  await page.goto("/sources");
  await page.locator("#contract-toggle").click();
  const table = page.getByRole("table", { name: /those that are missing first/ });
  await expect(table.getByRole("row").nth(1)).toContainText("missing");
  await expect(table.getByRole("row").nth(1)).toContainText("Nobody sends it.");
});
