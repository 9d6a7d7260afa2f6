import type { Page } from "@playwright/test";
import { expectAccessible } from "../accessibility";
import { becomesLive } from "../browser";
import { dateDaysAgo } from "../furnish";
import { expect, test } from "../server";

/** What the first gate would say. */
const simulated = (page: Page) => page.locator("#gate-1-simulated");

/** Fills the form that waives a KPI at the first gate. */
async function typeWaiver(page: Page, kpi: string, reason: string, person: string): Promise<void> {
  const form = page.locator("#waive-1");
  if (!(await form.isVisible())) {
    await page.locator("#gate-1-decide-toggle").click();
  }
  await form.getByLabel("KPI").selectOption(kpi);
  await form.getByLabel("Reason").fill(reason);
  await form.getByLabel("Your name").fill(person);
}

const waive = (page: Page) => page.locator("#waive-1").getByRole("button", { name: "Waive" });

test("assumed values give the same sentence with and without script", async ({ page, browser, server }) => {
  const assumed = [
    { "code-coverage": "95" },
    { "code-coverage": "89.99", "test-flakiness-rate": "0.5" },
    { "time-to-recovery": "0", "test-execution-time": "30" },
    { "deployment-frequency": "-3" },
    { "wcag-compliance": "not met", "code-coverage": "1e2" },
  ];
  const plain = await (await browser.newContext({ javaScriptEnabled: false, baseURL: server.url })).newPage();
  for (const values of assumed) {
    await page.goto("/gates");
    await becomesLive(page);
    await plain.goto("/gates");
    let filled = 0;
    for (const [kpi, value] of Object.entries(values)) {
      for (const where of [page, plain]) {
        const field = where.locator(`#assume-1-${kpi}`);
        if ((await field.count()) > 0) {
          filled += 1;
          await ((await field.evaluate((it) => it.tagName)) === "SELECT" ? field.selectOption(value) : field.fill(value));
        }
      }
    }
    expect(filled, JSON.stringify(values)).toBeGreaterThan(0);
    await plain.locator("#gate-1-show").click();
    await expect(plain).toHaveURL(/assume\./);
    await expect(simulated(plain)).toHaveText(/^It would not pass: \d+ of 44 met, 36 needed, so \d+ more\.$/);
    await expect(simulated(page)).toHaveText((await simulated(plain).textContent())!);
  }
  await plain.context().close();
});

test("with the nearest assumed as met a gate would just pass, with and without script", async ({ page, browser, server }, testInfo) => {
  const sentence = "It would pass: 36 of 44 met, 36 needed.";
  const plain = await (await browser.newContext({ javaScriptEnabled: false, baseURL: server.url })).newPage();
  await plain.goto("/gates");
  await plain.locator("#gate-1-nearest").click();
  await expect(simulated(plain)).toHaveText(sentence);
  await plain.context().close();

  await page.goto("/gates");
  await becomesLive(page);
  await expect(simulated(page)).toBeEmpty();
  await page.locator("#gate-1-nearest").click();
  await expect(simulated(page)).toHaveText(sentence);
  expect(page.url(), "nothing was asked of the server").toBe(`${server.url}/gates`);
  await expectAccessible(page, testInfo);
  await page.locator("#gate-1-clear").click();
  await expect(simulated(page)).toBeEmpty();
});

test("a KPI is waived from its row, and the waiver withdrawn", async ({ page, start }, testInfo) => {
  const server = await start();
  await server.record({ kpi: "code-coverage", value: 80, unit: "%" });
  await page.goto(`${server.url}/gates`);
  await becomesLive(page);
  await page.getByRole("link", { name: "Waive Code Coverage" }).first().click();
  const form = page.locator("#waive-1");
  await expect(form.getByLabel("KPI")).toHaveValue("code-coverage");
  await form.getByLabel("Reason").fill("the new module is tested by hand");
  await form.getByLabel("Holds until").fill("2099-12-31");
  await form.getByLabel("Your name").fill("Ada");
  await waive(page).click();
  await expect(page.getByRole("status").filter({ hasText: "is waived" })).toBeVisible();
  await expect(page.locator("#gate-1").getByRole("row", { name: /Code Coverage/ })).toContainText(
    "Waived by Ada until 31 December 2099, 23:59:59 UTC: the new module is tested by hand",
  );
  const decision = page.locator("#decision-1");
  await expect(decision).toContainText("1. Gate 1: Waived Code Coverage");
  await expect(decision).toContainText("holds");
  await page.locator("#frozen-1-toggle").click();
  await expect(decision.getByRole("row", { name: /Code Coverage/ })).toContainText("80%");
  await expectAccessible(page, testInfo);

  await page.locator("#gate-1-decide-toggle").click();
  const withdraw = page.locator("#withdraw-1");
  await withdraw.getByLabel("Reason").fill("it is tested now");
  await withdraw.getByLabel("Your name").fill("Ben");
  await withdraw.getByRole("button", { name: "Withdraw" }).click();
  await expect(page.locator("#decision-2")).toContainText("2. Gate 1: Withdrawn");
  await expect(page.locator("#decision-1")).toContainText("no longer holds");
});

test("of two who decide at once the second is told who was first and keeps what was typed", async ({ page, context, start }) => {
  const server = await start();
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await tab.goto(`${server.url}/gates`);
    await becomesLive(tab);
  }
  await typeWaiver(other, "time-to-recovery", "an outage of the provider", "Ben");
  await typeWaiver(page, "code-coverage", "the new module is tested by hand", "Ada");
  await waive(page).click();
  await expect(page.locator("#decision-1")).toBeVisible();

  const answer = other.waitForResponse((response) => response.url().endsWith("/gates/1/decide"));
  await waive(other).click();
  expect((await answer).status()).toBe(412);
  const alert = other.getByRole("alert");
  await expect(alert).toContainText("Somebody was first");
  await expect(alert).toContainText(/Ada decided first: waived at .*, because: the new module is tested by hand\./);
  const form = other.locator("#waive-1");
  await expect(form.getByLabel("KPI")).toHaveValue("time-to-recovery");
  await expect(form.getByLabel("Reason")).toHaveValue("an outage of the provider");
  await expect(form.getByLabel("Your name")).toHaveValue("Ben");

  await waive(other).click();
  await expect(other.locator("#decision-2")).toContainText("Waived Time to Recovery");
});

test("what is being typed survives that the gate changes", async ({ page, start }) => {
  const server = await start();
  await page.goto(`${server.url}/gates`);
  await becomesLive(page);
  await expect(page.locator("#assume-1-code-coverage")).toHaveCount(1);
  await typeWaiver(page, "time-to-recovery", "an outage of the provider", "Ben");
  await page.locator("#assume-1-lead-time-for-changes").fill("1");
  const before = await simulated(page).textContent();
  await server.record({ kpi: "code-coverage", value: 95, unit: "%" });
  await expect(page.locator("#assume-1-code-coverage"), "it blocks no more").toHaveCount(0);
  await expect(page.locator("#waive-1").getByLabel("Reason")).toHaveValue("an outage of the provider");
  await expect(page.locator("#waive-1").getByLabel("KPI")).toHaveValue("time-to-recovery");
  await expect(page.locator("#assume-1-lead-time-for-changes")).toHaveValue("1");
  await expect(page.locator("#assume-1-lead-time-for-changes")).toBeFocused();
  await expect(simulated(page), "the assumption is counted with the new value").not.toHaveText(before!);
});

test("a missing reason and a wrong date are explained at their fields", async ({ page, start }) => {
  const server = await start();
  await page.goto(`${server.url}/gates`);
  await typeWaiver(page, "time-to-recovery", " ", "Ben");
  await waive(page).click();
  const reason = page.locator("#waive-1").getByLabel("Reason");
  await expect(reason).toHaveAttribute("aria-invalid", "true");
  await reason.fill("an outage");
  await page.locator("#waive-1").getByLabel("Holds until").fill("2020-01-01");
  await waive(page).click();
  await expect(page.locator("#waive-1").getByLabel("Holds until")).toHaveAccessibleDescription(/would have ended already/);
});

test("a gate that does not pass shows why it can't be signed off", async ({ page }) => {
  await page.goto("/gates");
  await page.locator("#gate-1-decide-toggle").click();
  const sign = page.locator("#sign-1");
  await expect(sign.getByRole("button", { name: "Sign off" })).toBeDisabled();
  await expect(sign).toContainText(/\d+ more must be met or waived/);
});

test("a past instant shows gates without forms that decide", async ({ page }) => {
  await page.goto(`/gates?as_of=${dateDaysAgo(20)}`);
  await expect(page.locator("form[method='post']")).toHaveCount(0);
  await page.locator("#gate-1-nearest").click();
  await expect(simulated(page)).toHaveText("It would pass: 36 of 44 met, 36 needed.");
});
