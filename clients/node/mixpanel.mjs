// Tracks, sets people and imports with Mixpanel's client; prints the errors it was told: node mixpanel.mjs PORT
import Mixpanel from "mixpanel";

const client = Mixpanel.init("project-token", {
    host: `127.0.0.1:${process.argv[2]}`, protocol: "http", key: "api-key",
});
const errors = [];
const done = (start) => new Promise((resolve) => {
    start((error) => {
        if (error) errors.push(String(error));
        resolve();
    });
});
await done((told) => client.track("Signed Up", { distinct_id: "u0", $insert_id: "a" }, told));
await done((told) => client.track_batch([
    { event: "Signed Up", properties: { distinct_id: "u1", $insert_id: "b", time: new Date() } },
    { event: "Signed Up", properties: { distinct_id: "u2", $insert_id: "c", time: new Date() } },
], {}, told));
await done((told) => client.people.set("u0", { plan: "pro" }, told));
await done((told) => client.import("Logged In", 1767225600, { distinct_id: "u0", $insert_id: "d" }, told));
await done((told) => client.import_batch([
    { event: "Logged In", properties: { distinct_id: "u1", $insert_id: "e", time: 1767225601 } },
], {}, told));
console.log(JSON.stringify(errors));
