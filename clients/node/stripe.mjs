// Prints the header with which Stripe's own library signs what stands on standard input: node stripe.mjs SECRET SECONDS
import { readFileSync } from "node:fs";
import Stripe from "stripe";

const [secret, seconds] = process.argv.slice(2);
const payload = readFileSync(0, "utf8");
const stripe = new Stripe("sk_test_none");
const header = stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: Number(seconds) });
console.log(JSON.stringify(header));
