// Sends examples of GitHub's webhooks, signed with GitHub's own library, and prints what was answered:
// node github.mjs ADDRESS SECRET [HOW MANY]
import examples from "@octokit/webhooks-examples" with { type: "json" };
import { Webhooks } from "@octokit/webhooks";
import { randomUUID } from "node:crypto";

const [address, secret, most] = process.argv.slice(2);
const webhooks = new Webhooks({ secret });
const deliveries = examples.flatMap(({ name, examples: payloads }) => payloads.map((payload) => ({ name, payload })));

async function deliver({ name, payload }) {
    const body = JSON.stringify(payload);
    const signature = await webhooks.sign(body);
    if (!(await webhooks.verify(body, signature))) throw new Error("the library refuses its own signature");
    const headers = {
        "content-type": "application/json", "x-github-event": name, "x-github-delivery": randomUUID(),
        "x-hub-signature-256": signature, "user-agent": "GitHub-Hookshot/044aadd",
    };
    const answer = await fetch(address, { method: "POST", headers, body });
    return { name, action: payload.action ?? null, status: answer.status, text: await answer.text() };
}

const answers = [];
const waiting = deliveries.slice(0, most ? Number(most) : deliveries.length);
while (waiting.length > 0) answers.push(...(await Promise.all(waiting.splice(0, 8).map(deliver))));
console.log(JSON.stringify(answers));
