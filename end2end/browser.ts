// What several tests do with a page in the browser.

import { expect, type Page } from "@playwright/test";

/** Waits until the page's script has taken over and listens for changes. */
export async function becomesLive(page: Page): Promise<void> {
  await expect(page.locator("#live-state")).toHaveText("Live");
}

/** Collects what goes wrong on a page from now on: console errors, uncaught errors, breaches of the security policy. */
export async function collectErrors(page: Page): Promise<string[]> {
  const errors: string[] = [];
  page.on("console", (message) => {
    // The browser also complains of the page itself where its status is an error, as it should be for one that is missing.
    if (message.type() === "error" && message.location().url !== page.url()) {
      errors.push(`${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`${event.violatedDirective} blocked ${event.blockedURI}`);
    });
  });
  return errors;
}

/** Lets no page report how it loaded: the report would change the numbers on the page while a test looks at them. */
export async function keepStill(page: Page): Promise<void> {
  await page.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
}

/** Chooses a theme as the settings page keeps it. */
export async function chooseTheme(page: Page, url: string, theme: string): Promise<void> {
  await page.context().addCookies([{ name: "appearance", value: `${theme}.dense`, url }]);
}

/** Unfolds everything that can be unfolded, so that what is inside is looked at too. */
export async function unfoldAll(page: Page): Promise<void> {
  await page.locator("details").evaluateAll((folds) => {
    for (const fold of folds as HTMLDetailsElement[]) {
      fold.open = true;
    }
  });
}
