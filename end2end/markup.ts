// Checks a page's HTML as the server sent it against the standard, with the rules of .htmlvalidate.json.

import path from "node:path";
import { expect } from "@playwright/test";
import { FileSystemConfigLoader, HtmlValidate } from "html-validate";
import { repository } from "./server";

const validator = new HtmlValidate(new FileSystemConfigLoader());

/** Expects valid markup; `name` says which page it is when it is not. */
export async function expectValidMarkup(html: string, name: string): Promise<void> {
  // Leptos marks places with "<!>". Browsers read it as the empty comment that it stands for; the validator's parser can't.
  const readable = html.replaceAll("<!>", "<!---->");
  const report = await validator.validateString(readable, path.join(repository, "end2end", "page.html"));
  const messages = report.results.flatMap((result) =>
    result.messages.map((message) => `${message.line}:${message.column} ${message.ruleId}: ${message.message}`),
  );
  expect.soft(messages, `markup of ${name}`).toEqual([]);
}
