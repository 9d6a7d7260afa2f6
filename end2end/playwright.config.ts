// Runs every browser test in the system's own Chromium, on a phone's and on a desktop's screen.
// The server that a test talks to is started by the fixture in server.ts.

import { defineConfig } from "@playwright/test";
import { launchOptions } from "./chromium.mjs";

const results = "../target/test-results";

export default defineConfig({
  testDir: "./tests",
  globalSetup: "./setup.ts",
  globalTeardown: "./teardown.ts",
  outputDir: `${results}/playwright`,
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 5_000 },
  reporter: [["list"], ["junit", { outputFile: `${results}/junit.xml` }]],
  use: {
    launchOptions: launchOptions(),
    // A trace costs a third of the time; `playwright test --trace retain-on-failure` makes one when it is wanted.
    trace: "off",
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "phone", use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
    { name: "desktop", use: { viewport: { width: 1440, height: 900 } } },
  ],
});
