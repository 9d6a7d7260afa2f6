// Tracks with Amplitude's client; prints the codes it was told: node amplitude.mjs ADDRESS
import * as amplitude from "@amplitude/analytics-node";

await amplitude.init("api-key", { serverUrl: process.argv[2], flushIntervalMillis: 100, logLevel: 0 }).promise;
const tracked = [0, 1, 2].map((number) =>
    amplitude.track("Signed Up", { plan: "pro" }, { user_id: `user-${number}` }).promise);
await amplitude.flush().promise;
const codes = (await Promise.all(tracked)).map((result) => result.code);
console.log(JSON.stringify(codes));
