import { dateDaysAgo } from "../furnish";
import { expect, test } from "../server";

test.use({ javaScriptEnabled: false });

test("the overview says how far the gate is, what needs attention and what came last", async ({ page }) => {
  await page.goto("/");
  await expect(page.locator("#verdicts")).toContainText(/\d+ of 36 needed/);
  await expect(page.getByRole("heading", { name: "Escalation" })).toBeVisible();
  const attention = page.getByRole("table", { name: /off target, at risk or stale/ });
  await expect(attention.getByRole("row", { name: /Time to Recovery.*Off target.*5 h/ })).toBeVisible();
  await expect(attention.getByRole("row", { name: /Dependency Update Rate.*Stale/ })).toBeVisible();
  await expect(page.locator("#latest")).toContainText("reference model");
});

test("a KPI's page has the picture, the summary and the table", async ({ page }) => {
  await page.goto("/kpis/pipeline-build-time");
  await expect(page.locator("#standing")).toContainText("7.2 min");
  await expect(page.locator(".picture svg")).toBeVisible();
  await expect(page.locator("figure .summary")).toContainText("12 points");
  await expect(page.locator("figure .takeaway")).not.toBeEmpty();
  await expect(page.getByRole("slider"), "no cursor that would not move").toHaveCount(0);
  await page.getByText("Data table", { exact: true }).click();
  const table = page.getByRole("table", { name: /^History of Build Time/ });
  await expect(table.getByRole("row").nth(1)).toContainText("14.5");
  await expect(table.getByRole("row").nth(12)).toContainText("7.2");
  await expect(table.getByRole("row").nth(13), "behind what was observed stands the forecast").toContainText(/min.*min.*min/);
  await expect(table.getByRole("columnheader", { name: /^Forecast/ }).first()).toBeVisible();
  await expect(page.getByRole("row", { name: /tests run in parallel/ })).toBeVisible();
});

test("the other pages show their content", async ({ page }) => {
  await page.goto("/tracks/track-4");
  await expect(page.getByRole("row", { name: /Build Time.*Met.*7\.2 min/ })).toBeVisible();
  await page.goto("/gates");
  for (const phase of [1, 2, 3]) {
    await expect(page.locator(`#gate-${phase}`)).toContainText(/Not passed.*more KPIs must be met/);
  }
  await expect(page.getByRole("table", { name: /not met, the nearest first/ }).first()).toContainText("Code Coverage");
  await page.goto("/benchmarks");
  await expect(page.getByRole("row", { name: /q8_0/i }).first()).toBeVisible();
  await expect(page.locator("figure .picture svg").first()).toBeVisible();
  await page.goto("/sources");
  await expect(page.locator("#coverage")).toContainText(/CI\/CD Pipeline\s*\d+ of 20/);
  await expect(page.getByRole("row", { name: /^api / })).toBeVisible();
});

test("a value is entered and found again on its KPI's page", async ({ page, start }) => {
  const server = await start();
  await page.goto(`${server.url}/kpis/time-to-recovery`);
  await page.getByRole("link", { name: "Enter a value" }).click();
  await expect(page.getByLabel("KPI", { exact: true })).toHaveValue("time-to-recovery");
  await page.getByLabel("Value").fill("45 min");
  await page.getByLabel("Note").fill("the outage of Monday");
  await page.getByLabel("Your name").fill("Ada");
  await page.getByRole("button", { name: "Record" }).click();
  await expect(page.getByText("Recorded: Time to Recovery is 45 min.")).toBeVisible();
  await page.getByRole("link", { name: "See its page" }).click();
  await expect(page.getByRole("row", { name: /45 min.*the outage of Monday.*by Ada/ })).toBeVisible();
});

test("a CSV file is previewed, confirmed and recorded", async ({ page, start }) => {
  const server = await start();
  await page.goto(`${server.url}/sources`);
  const csv = "kpi,value,unit,note\npipeline-build-time,7,min,nightly\nno-such-kpi,1,,\n";
  await page.getByLabel("File").setInputFiles({ name: "values.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Import preview");
  await expect(page.getByRole("row", { name: /Build Time|pipeline-build-time/ })).toContainText("7 min");
  await expect(page.getByRole("row", { name: /no-such-kpi/ })).toBeVisible();
  expect((await server.kpi("pipeline-build-time")).value, "a preview records nothing").toBeNull();
  await page.getByLabel(/^Leave out/).check();
  await page.getByRole("button", { name: "Record 1 row" }).click();
  await expect(page.getByText(/^1 recorded/)).toBeVisible();
  expect((await server.kpi("pipeline-build-time")).value?.text).toBe("7 min");
});

test("a server with a token records from every form that carries it", async ({ page, start }) => {
  const server = await start({ words: ["--token", "correct horse battery"] });
  await page.goto(`${server.url}/check-in?kpi=time-to-recovery`);
  await page.getByLabel("Value").fill("45 min");
  await page.getByLabel("Token").fill("wrong");
  await page.getByRole("button", { name: "Record" }).click();
  await expect(page.getByLabel("Token")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Value")).toHaveValue("45 min");
  await page.getByLabel("Token").fill("correct horse battery");
  await page.getByRole("button", { name: "Record" }).click();
  await expect(page.getByText("Recorded: Time to Recovery is 45 min.")).toBeVisible();

  await page.goto(`${server.url}/sources`);
  await page.getByLabel("Or its text").fill("kpi,value\npipeline-build-time,7 min\n");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByLabel("Token").fill("correct horse battery");
  await page.getByRole("button", { name: "Record 1 row" }).click();
  await expect(page.getByText(/^1 recorded/)).toBeVisible();
});

test("colours and the size of text can be chosen", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByLabel("Dark", { exact: true }).check();
  await page.getByLabel(/^Large/).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved on this device.")).toBeVisible();
  await page.goto("/gates");
  const look = await page.evaluate(() => ({
    colours: getComputedStyle(document.documentElement).colorScheme,
    text: getComputedStyle(document.body).fontSize,
  }));
  expect(look).toEqual({ colours: "dark", text: "16px" });
});

test("another day can be looked at", async ({ page }) => {
  await page.goto("/kpis/pipeline-build-time");
  await page.locator("#as-of summary").click();
  await page.getByLabel("Show every page as it was on").fill(dateDaysAgo(20));
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page.locator("#as-of")).toContainText("As of");
  await expect(page.locator("#standing .value")).toHaveText("13.2 min");
});
