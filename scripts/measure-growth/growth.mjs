// Measures what growing data cost, and prints the table of docs/performance.md. scripts/measure-growth.sh calls it.

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { observations, samples, series, chance } from "./series.mjs";
import { emptyStore, Server } from "./server.mjs";
import { table } from "./table.mjs";

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const BATCH = 500;
const DAY_MS = 86_400_000;
/** How long an open page waits for more before it fetches itself anew. */
const GATHERING_MS = 100;

const { values: options } = parseArgs({
  options: {
    program: { type: "string", multiple: true, default: [`this=${path.join(repository, "target/release/inferno-kpi")}`] },
    sizes: { type: "string", default: "10000,100000,1000000" },
    databases: { type: "string", default: "sqlite,postgres" },
    minutes: { type: "string", default: "1" },
    "samples-share": { type: "string", default: "0.5" },
    connections: { type: "string", default: "4" },
    json: { type: "string", default: path.join(repository, "target/test-results/growth.json") },
  },
});

const list = series(path.join(repository, "catalogue/inferno.toml"));
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];

/** Runs `once` that many times, one after another: its times in order. */
async function times(count, once) {
  const found = [];
  for (let number = 0; number < count; number += 1) {
    found.push(await once(number));
  }
  return found.sort((one, other) => one - other);
}

/** Sends `count` rows in batches over some connections; how many a second. */
async function pushed(server, next, count) {
  let left = count;
  const began = performance.now();
  const sender = async () => {
    while (left > 0) {
      const rows = Math.min(BATCH, left);
      left -= rows;
      await server.push(next(rows));
    }
  };
  await Promise.all(Array.from({ length: Number(options.connections) }, sender));
  return count / ((performance.now() - began) / 1000);
}

/** Fills a store in that order: how many observations and samples a second. */
async function fill(server, order, size, until_ms, seed) {
  const of_samples = Math.round(size * Number(options["samples-share"]));
  const of_observations = size - of_samples;
  const observed = await pushed(server, observations(list, order, of_observations, until_ms, seed), of_observations);
  const sampled = of_samples > 0 ? await pushed(server, samples(order, of_samples, until_ms, seed), of_samples) : null;
  return { observations_per_s: observed, samples_per_s: sampled };
}

/** One observation, until a page that was open has fetched itself anew. */
async function seen(server, changes, next) {
  const told = changes.next();
  const began = performance.now();
  await server.push(next(1));
  await told;
  await new Promise((resolve) => setTimeout(resolve, GATHERING_MS));
  await server.timed("GET", "/");
  return performance.now() - began;
}

/** The server as it is used: pages, instants, a few observations; for some minutes. */
async function use(server, minutes, until_ms, seed) {
  const draw = chance(seed);
  const next = observations(list, "random", 1, until_ms, seed);
  const ends = performance.now() + minutes * 60_000;
  while (performance.now() < ends) {
    await server.push(next(20));
    await server.timed("GET", "/");
    await server.timed("GET", "/kpis/pipeline-build-time");
    await server.timed("GET", `/?as_of=${new Date(until_ms - draw() * 360 * DAY_MS).toISOString()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function measure(name, program, database, size) {
  const result = { program: name, database, size };
  const until_ms = Date.now() - DAY_MS;
  const say = (text) => process.stderr.write(`${name} ${database} ${size}: ${text}\n`);

  let store = emptyStore(database);
  let server = await Server.start(program, store);
  try {
    result.ascending = await fill(server, "ascending", size, until_ms, 1);
    say(`ascending ${JSON.stringify(result.ascending)}`);
  } finally {
    await server.end("SIGKILL");
    store.remove();
  }

  store = emptyStore(database);
  server = await Server.start(program, store);
  try {
    result.random = await fill(server, "random", size, until_ms, 2);
    say(`random ${JSON.stringify(result.random)}`);
    result.filled_mb = server.memory("VmRSS");
    result.stop_ms = await server.end("SIGTERM");

    server = await Server.start(program, store);
    Object.assign(result, { start_ms: server.first_answer_ms, start_ready_ms: server.ready_ms, started_peak_mb: server.memory("VmHWM") });
    await pushed(server, observations(list, "random", 1, until_ms, 3), Math.max(BATCH, size / 100));
    await server.end("SIGKILL");

    server = await Server.start(program, store);
    Object.assign(result, { killed_start_ms: server.first_answer_ms, killed_ready_ms: server.ready_ms });
    say(`start ${result.start_ms.toFixed()} ms, after SIGKILL ${result.killed_start_ms.toFixed()} ms`);

    await use(server, Number(options.minutes), until_ms, 4);
    result.used_mb = server.memory("VmRSS");
    result.peak_mb = server.memory("VmHWM");

    const overview = await times(200, () => server.timed("GET", "/"));
    Object.assign(result, { overview_p50_ms: quantile(overview, 0.5), overview_p95_ms: quantile(overview, 0.95) });
    const draw = chance(5);
    const past = await times(60, () => server.timed("GET", `/?as_of=${new Date(until_ms - draw() * 360 * DAY_MS).toISOString()}`));
    Object.assign(result, { past_p50_ms: quantile(past, 0.5), past_p95_ms: quantile(past, 0.95) });
    const kpis = JSON.parse((await server.ask("GET", "/api/v1/kpis")).text).kpis;
    const page = await times(200, (number) => server.timed("GET", `/kpis/${kpis[number % kpis.length].id}`));
    Object.assign(result, { kpi_p50_ms: quantile(page, 0.5), kpi_p95_ms: quantile(page, 0.95) });
    const changes = server.changes();
    const next = observations(list, "random", 1, until_ms, 6);
    const wait = await times(50, () => seen(server, changes, next));
    changes.close();
    Object.assign(result, { seen_p50_ms: quantile(wait, 0.5), seen_p95_ms: quantile(wait, 0.95) });
    await server.end("SIGTERM");
  } finally {
    if (server.child.exitCode === null && server.child.signalCode === null) {
      await server.end("SIGKILL");
    }
    store.remove();
  }
  return result;
}

const results = [];
for (const size of options.sizes.split(",").map(Number)) {
  for (const database of options.databases.split(",")) {
    for (const written of options.program) {
      const [name, program] = written.includes("=") ? written.split("=") : ["this", written];
      results.push(await measure(name, program, database, size));
      // Written after each, because the larger ones take long.
      mkdirSync(path.dirname(options.json), { recursive: true });
      writeFileSync(options.json, `${JSON.stringify({ options, results }, null, 2)}\n`);
    }
  }
}
console.log(table(results));
writeFileSync(options.json.replace(/\.json$/, ".md"), `${table(results)}\n`);
