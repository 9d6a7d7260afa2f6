import path from "node:path";
import { expectAccessible } from "../accessibility";
import { expect, repository, test } from "../server";

const tables = path.join(repository, "server/tests/data/tables");

test("a CRM's export is mapped, looked at, recorded, and read the same way the next time", async ({ page, start }, testInfo) => {
  const server = await start();
  await page.goto(`${server.url}/sources`);
  await page.getByRole("link", { name: "Import a table of a CRM or a spreadsheet" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Import a table");
  await expectAccessible(page, testInfo, "choose");
  await page.getByLabel("Source").fill("hubspot-deals");
  await page.getByLabel(/^File/).setInputFiles(path.join(tables, "hubspot-deals.csv"));
  await page.getByRole("button", { name: "Read the columns" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("What the columns hold");
  await expect(page.getByLabel("Column of the value")).toHaveValue("Amount");
  await expect(page.getByLabel("Column of the unit")).toHaveValue("Currency");
  await expect(page.getByLabel("Column of the time")).toHaveValue("Close Date");
  await expect(page.getByLabel("Column of the row's own id")).toHaveValue("Record ID");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByLabel("Its name, the same for every row"), "a name is needed").toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Its name, the same for every row").fill("deal.closed");
  await page.getByRole("button", { name: "Preview" }).click();

  await expect(page.getByText("3 rows can be recorded, 1 row can't.")).toBeVisible();
  await expect(page.getByRole("table", { name: /would be refused/ })).toContainText("Close Date");
  const good = page.getByRole("table", { name: "3 rows that would be recorded" });
  await expect(good.getByRole("row", { name: /^2 deal\.closed 12500 27 Feb 2026, 15:04/ })).toBeVisible();
  await expectAccessible(page, testInfo, "mapped");

  await page.getByLabel(/^Leave out/).check();
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("Column of a note").selectOption("Deal Name");
  await page.getByRole("button", { name: "Record 3 rows" }).click();
  await expect(page.getByText("The columns were changed: look at the rows again."), "nothing unseen is recorded").toBeVisible();
  await page.getByLabel(/^Leave out/).check();
  await page.getByLabel("Your name").fill("Ada");
  await page.getByRole("button", { name: "Record 3 rows" }).click();
  await expect(page.getByText("3 recorded, 0 known already, 1 refused.")).toBeVisible();

  await page.getByLabel("Source").fill("hubspot-deals");
  await page.getByLabel(/^File/).setInputFiles(path.join(tables, "hubspot-deals.csv"));
  await page.getByRole("button", { name: "Read the columns" }).click();
  await expect(page.getByText(/^As Ada left it on /)).toBeVisible();
  await expect(page.getByLabel("Its name, the same for every row")).toHaveValue("deal.closed");
  await expect(page.getByText("3 rows can be recorded, 1 row can't.")).toBeVisible();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a sheet of a workbook is imported on a narrow screen, with the token", async ({ page, start }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    const server = await start({ words: ["--token", "correct horse battery"] });
    await page.goto(`${server.url}/sources/import?source=pipeline`);
    await expect(page.getByLabel("Source")).toHaveValue("pipeline");
    await page.getByLabel(/^File/).setInputFiles(path.join(tables, "opportunities.xlsx"));
    await page.getByRole("button", { name: "Read the columns" }).click();
    await page.getByLabel("Sheet").selectOption("Opportunities");
    await page.getByLabel("Row of the column names").fill("2");
    await page.getByLabel("Its name, the same for every row").fill("deal.open");
    await page.getByRole("button", { name: "Preview" }).click();
    await expect(page.getByText("3 rows can be recorded, none is refused.")).toBeVisible();
    await page.getByLabel("Column of the value").selectOption("Amount");
    await page.getByLabel("Column of the time").selectOption("Close Date");
    await page.getByLabel("Or the unit of every row").fill("EUR");
    await page.getByRole("button", { name: "Preview" }).click();
    await expect(page.getByRole("table", { name: /would be refused/ })).toContainText("Amount");
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, "nothing makes the page scroll sideways").toBeLessThanOrEqual(0);
    await page.getByLabel(/^Leave out/).check();
    await page.getByLabel("Your name").fill("Ada");
    await page.getByLabel("Token").fill("wrong");
    await page.getByRole("button", { name: "Record 2 rows" }).click();
    await expect(page.getByLabel("Token")).toHaveAttribute("aria-invalid", "true");
    await page.getByLabel(/^Leave out/).check();
    await page.getByLabel("Token").fill("correct horse battery");
    await page.getByRole("button", { name: "Record 2 rows" }).click();
    await expect(page.getByText("2 recorded, 0 known already, 1 refused.")).toBeVisible();
  });
});
