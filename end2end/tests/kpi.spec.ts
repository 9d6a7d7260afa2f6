import { expectAccessible } from "../accessibility";
import { becomesLive, unfoldAll } from "../browser";
import { daysAgo } from "../furnish";
import { expect, test } from "../server";

test("another baseline changes the number that counts, and keeps who set it and why", async ({ page, start }, testInfo) => {
  const server = await start();
  await server.record(
    { kpi: "memory-efficiency", value: "50 MB", time: daysAgo(3) },
    { kpi: "memory-efficiency", value: "45 MB" },
  );
  await page.goto(`${server.url}/kpis/memory-efficiency`);
  await expect(page.locator("#standing .value")).toHaveText("10%");
  await page.locator("#baseline-toggle").click();
  const form = page.locator("#set-baseline");
  await form.getByLabel("Value").fill("heavy");
  await form.getByLabel("Reason").fill("the release before the rewrite");
  await form.getByLabel("Your name").fill("Ada");
  await form.getByRole("button", { name: "Set the baseline" }).click();
  await expect(form.getByLabel("Value")).toHaveAttribute("aria-invalid", "true");
  await expect(form.getByLabel("Reason")).toHaveValue("the release before the rewrite");
  await form.getByLabel("Value").fill("90 MB");
  await form.getByRole("button", { name: "Set the baseline" }).click();
  await expect(page.getByText("The baseline is set from now on.")).toBeVisible();
  await expect(page.locator("#standing .value")).toHaveText("50%");
  await expect(page.locator("#baseline").getByRole("row", { name: /90 MB Ada the release before the rewrite/ })).toBeVisible();
  await expect(page.locator("#timeline")).toContainText("Baseline 90 MB: the release before the rewrite");
  await unfoldAll(page);
  await expectAccessible(page, testInfo);
});

test("a deployment that a person notes stands in the list and in the chart", async ({ page, start }) => {
  const server = await start();
  await server.record(
    { kpi: "code-coverage", value: 80, unit: "%", time: daysAgo(10) },
    { kpi: "code-coverage", value: 85, unit: "%" },
  );
  await page.goto(`${server.url}/kpis/code-coverage`);
  await page.locator("#note-toggle").click();
  const form = page.locator("#note");
  await form.getByLabel("Kind").selectOption("deployment");
  await form.getByLabel("Text").fill("release 2.4 <beta>");
  await form.getByLabel("Your name").fill("Ada");
  await form.getByLabel("When it was").fill("tomorrow");
  await form.getByRole("button", { name: "Keep it" }).click();
  await expect(form.getByLabel("When it was")).toHaveAccessibleDescription(/is no instant/);
  await expect(form.getByLabel("Kind")).toHaveValue("deployment");
  await form.getByLabel("When it was").fill(daysAgo(5));
  await form.getByRole("button", { name: "Keep it" }).click();
  await expect(page.locator("#timeline")).toContainText(/Deployment\s*release 2\.4 <beta>.*by Ada/);
  await expect(page.locator(".annotation-mark")).toHaveAttribute("title", /release 2\.4 <beta>/);
});

test("what is typed into a comment survives a live change of its list", async ({ page, start }) => {
  const server = await start();
  await server.record({ kpi: "code-coverage", value: 80, unit: "%", time: daysAgo(10) });
  await page.goto(`${server.url}/kpis/code-coverage`);
  await becomesLive(page);
  await page.locator("#note-toggle").click();
  await page.locator("#note").getByLabel("Text").fill("half a sen");
  const body = JSON.stringify({ subject: "kpi:code-coverage", kind: "comment", person: "Ben", text: "from elsewhere" });
  const headers = { "content-type": "application/json" };
  expect((await fetch(`${server.url}/api/v1/notes`, { method: "POST", headers, body })).status).toBe(201);
  await expect(page.locator("#timeline")).toContainText("from elsewhere");
  await expect(page.locator("#note").getByLabel("Text")).toHaveValue("half a sen");
});

test("pace, forecast and error budget are told where they can be computed", async ({ page, start }, testInfo) => {
  const demo = await start({ words: ["--demo"] });
  await page.goto(`${demo.url}/kpis/platform-availability`);
  await expect(page.locator("#pace")).toContainText(/(On|Behind) pace/);
  await expect(page.locator("#pace")).toContainText(/asks for .* now/);
  await expect(page.locator("#forecast")).toContainText(/held-out values/);
  await expect(page.locator("#budget")).toContainText(/of the budget of 99\.5%/);
  await unfoldAll(page);
  await expectAccessible(page, testInfo);
});

test("a KPI without enough data says so instead of a forecast", async ({ page }) => {
  await page.goto("/kpis/lead-time-for-changes");
  await expect(page.locator("#forecast")).toContainText("No forecast: not enough data");
});
