// Finds the system's Chromium or Chrome; CHROMIUM names another one. The same places stand in scripts/find-chromium.sh.

import { existsSync } from "node:fs";

const places = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * How to start it: without a sandbox, because containers have none, and without anything that talks to the network.
 * @returns {{ executablePath: string, args: string[] }}
 */
export function launchOptions() {
  const executablePath = places.find((path) => path && existsSync(path));
  if (!executablePath) {
    throw new Error("no Chromium found: install it, or set CHROMIUM to its path");
  }
  return {
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  };
}
