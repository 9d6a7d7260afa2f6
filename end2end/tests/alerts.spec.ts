import type { Page } from "@playwright/test";
import { expectAccessible } from "../accessibility";
import { becomesLive, unfoldAll } from "../browser";
import { expect, type Server, test } from "../server";

const KEY = "level:time-to-recovery";
const card = (page: Page) => page.locator(`[id='${KEY}']`);
const form = (page: Page) => page.locator(`[id='act-${KEY}']`);

/** Opens the alerts of a server on which one KPI is off target. */
async function openAlert(page: Page, server: Server): Promise<void> {
  await page.goto(`${server.url}/alerts`);
  await server.record({ kpi: "time-to-recovery", value: "5 h" });
  await expect(card(page)).toBeVisible();
}

async function unfold(page: Page): Promise<void> {
  await page.locator(`[id='act-${KEY}-toggle']`).click();
  await form(page).getByLabel("Your name").fill("Ada");
}

test("a value off target fires on the open page, and resolves when it is met again", async ({ page, start }) => {
  const server = await start();
  await page.goto(`${server.url}/alerts`);
  await becomesLive(page);
  await expect(card(page)).toHaveCount(0);
  await server.record({ kpi: "time-to-recovery", value: "5 h" });
  await expect(card(page)).toContainText("Off target Time to Recovery");
  await expect(page.locator("#escalations-title")).toBeVisible();
  await server.record({ kpi: "time-to-recovery", value: "10 min" });
  await expect(card(page)).toHaveCount(0);
  await expect(page.locator("#alert-history").getByRole("row", { name: /Resolved.*Time to Recovery/ })).toBeVisible();
});

test("the overview and the KPI's page lead to its alert", async ({ page, start }) => {
  const server = await start();
  await openAlert(page, server);
  await page.goto(server.url);
  await expect(page.getByRole("link", { name: /alerts? fires?$/ })).toHaveAttribute("href", "/alerts");
  await page.goto(`${server.url}/kpis/time-to-recovery`);
  await page.locator("#kpi-alerts").getByRole("link", { name: "Off target" }).click();
  await expect(page).toHaveURL(`${server.url}/alerts#${KEY}`);
  await expect(card(page)).toBeInViewport();
});

test("an alert is acknowledged, commented, given back", async ({ page, start }, testInfo) => {
  const server = await start();
  await openAlert(page, server);
  await unfold(page);
  await form(page).getByLabel("Note, comment or reason").fill("looking into it");
  await form(page).getByRole("button", { name: "Acknowledge" }).click();
  await expect(page.getByText("The alert is acknowledged.")).toBeVisible();
  await expect(card(page)).toContainText(/Acknowledged by Ada at .*: looking into it/);

  await unfold(page);
  await form(page).getByLabel("Note, comment or reason").fill("the disk is <full>");
  await form(page).getByRole("button", { name: "Comment" }).click();
  await expect(card(page).locator(".comments")).toContainText("the disk is <full>");
  await unfoldAll(page);
  await expectAccessible(page, testInfo);

  await page.goto(`${server.url}/alerts`);
  await unfold(page);
  await form(page).getByRole("button", { name: "Give it back" }).click();
  await expect(card(page)).not.toContainText("Acknowledged by");
  const history = page.locator("#alert-history");
  await expect(history.getByRole("row", { name: /Acknowledged by Ada Time to Recovery/ })).toBeVisible();
});

test("a button that is pressed while the page changes is clicked all the same", async ({ page, start }) => {
  const server = await start();
  await openAlert(page, server);
  await unfold(page);
  await form(page).getByRole("button", { name: "Acknowledge" }).hover();
  await page.mouse.down();
  // The page asks for itself twice: the part under the finger had to wait.
  const asked = () => page.waitForResponse((response) => response.request().resourceType() === "fetch" && response.url().endsWith("/alerts"));
  const twice = asked().then(asked);
  await server.record({ kpi: "build-success-rate", value: "20 %" });
  await twice;
  await page.mouse.up();
  await expect(page.getByText("The alert is acknowledged.")).toBeVisible();
});

test("an alert is silenced from its place, and the silence ended", async ({ page, start }) => {
  const server = await start();
  await openAlert(page, server);
  await unfold(page);
  await form(page).getByLabel("Note, comment or reason").fill("a planned move");
  await form(page).getByLabel("For").selectOption("8 hours");
  await form(page).getByRole("button", { name: "Silence" }).click();
  await expect(card(page)).toContainText("silent");
  const silences = page.locator("#silences");
  await expect(silences).toContainText("Time to Recovery");
  await expect(silences).toContainText("By Ada: a planned move");
  await silences.getByText(/^End it now/).click();
  await silences.getByLabel("Your name").first().fill("Ben");
  await silences.getByRole("button", { name: "End the silence" }).click();
  await expect(page.getByText("The silence is over.")).toBeVisible();
  await expect(silences).toContainText("Nothing is silenced");
});

test("a silence without a reason is explained at its field, and what was chosen stays", async ({ page, start }) => {
  const server = await start();
  await page.goto(`${server.url}/alerts`);
  await page.locator("#silence-toggle").click();
  const silence = page.locator("#silence");
  await silence.getByLabel("Track").selectOption("track-4");
  await silence.getByLabel("Reason").fill(" ");
  await silence.getByLabel("Your name").fill("Ada");
  await silence.getByRole("button", { name: "Silence" }).click();
  await expect(silence.getByLabel("Reason")).toHaveAttribute("aria-invalid", "true");
  await expect(silence.getByLabel("Track")).toHaveValue("track-4");
  await silence.getByLabel("Reason").fill("the move of the build machines");
  await silence.getByRole("button", { name: "Silence" }).click();
  await expect(page.locator("#silences")).toContainText("track CI/CD Pipeline");
});

test("what is being typed survives that another alert comes", async ({ page, start }) => {
  const server = await start();
  await openAlert(page, server);
  await becomesLive(page);
  await unfold(page);
  await form(page).getByLabel("Note, comment or reason").fill("half a sen");
  await server.record({ kpi: "test-execution-time", value: "300 min" });
  await expect(page.locator("[id='level:test-execution-time']")).toBeVisible();
  await expect(form(page).getByLabel("Your name")).toHaveValue("Ada");
  await expect(form(page).getByLabel("Note, comment or reason")).toHaveValue("half a sen");
  await expect(form(page).getByLabel("Note, comment or reason")).toBeFocused();
});

test("a delivery that fails is visible, and tried again on demand", async ({ page, start }) => {
  const server = await start({ words: ["--webhook", "http://127.0.0.1:9/nobody-listens"] });
  await page.goto(`${server.url}/alerts`);
  await becomesLive(page);
  await page.getByRole("button", { name: "Send a test" }).click();
  const message = page.locator("#notifications").getByRole("row", { name: /a test of the notifications/ });
  await expect(async () => {
    await page.goto(`${server.url}/alerts`);
    await expect(message).toContainText("1 try", { timeout: 500 });
  }).toPass();
  await expect(message).toContainText("Waiting");
  await page.getByRole("button", { name: "Try waiting ones now" }).click();
  await expect(async () => {
    await page.goto(`${server.url}/alerts`);
    await expect(message).toContainText("2 tries", { timeout: 500 });
  }).toPass();
});

test("without a channel the page says how to get one", async ({ page }) => {
  await page.goto("/alerts");
  await expect(page.locator("#notifications")).toContainText("No channel is configured");
  await expect(page.getByRole("button", { name: "Send a test" })).toHaveCount(0);
});

test("of a past instant the history is shown, and no form", async ({ page }) => {
  await page.goto("/alerts?as_of=2026-01-01");
  await expect(page.locator("form[method='post']")).toHaveCount(0);
  await expect(page.locator("#alert-history")).toBeVisible();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("an alert is acknowledged by a plain form", async ({ page, start }) => {
    const server = await start();
    await server.record({ kpi: "time-to-recovery", value: "5 h" });
    await expect(async () => {
      await page.goto(`${server.url}/alerts`);
      await expect(card(page)).toBeVisible({ timeout: 500 });
    }).toPass();
    await unfold(page);
    await form(page).getByRole("button", { name: "Acknowledge" }).click();
    await expect(card(page)).toContainText("Acknowledged by Ada");
  });
});
