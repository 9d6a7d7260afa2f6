// Measures the release build on demo data and prints a Markdown table of figures against those of the interface plan.
// `make measure` calls it after building. Load generator and browser share the machine's cores with the server.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { launchOptions } from "./chromium.mjs";

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const results = path.join(repository, "target/test-results");
const PAGE_LOADS = 20;
const SINGLE_REQUESTS = 200;
const LOAD_CONNECTIONS = 16;
const LOAD_MS = 5000;

async function startServer() {
  const program = process.env.INFERNO_KPI_PROGRAM ?? path.join(repository, "target/release/inferno-kpi");
  const data = await mkdtemp(path.join(os.tmpdir(), "inferno-kpi-measure-"));
  const child = spawn(program, ["serve", "--demo", "--address", "127.0.0.1:0", "--data", data], {
    cwd: repository,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the server ended with ${code} before it listened`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const address = /listening on (http:\/\/\S+)/.exec(line)?.[1];
      if (address) {
        resolve(address.replace(/\/$/, ""));
      }
    });
  });
  const stop = async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  return { url, pid: child.pid, stop };
}

/** One GET: the milliseconds to the first byte of the answer, and the bytes of its body as sent. */
function get(agent, url, encoding) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const request = http.get(url, { agent, headers: { "Accept-Encoding": encoding, Accept: "text/html" } }, (response) => {
      const first_byte_ms = performance.now() - began;
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode !== 200) {
          reject(new Error(`${url} answered ${response.statusCode}`));
          return;
        }
        const body = Buffer.concat(parts);
        resolve({ first_byte_ms, bytes: body.length, body, encoding: response.headers["content-encoding"] ?? "identity" });
      });
    });
    request.on("error", reject);
  });
}

/** Requests per second over several connections that ask again as soon as they have an answer. */
async function requestsPerSecond(url) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: LOAD_CONNECTIONS });
  const began = performance.now();
  let answered = 0;
  const connection = async () => {
    while (performance.now() - began < LOAD_MS) {
      await get(agent, url, "identity");
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: LOAD_CONNECTIONS }, connection));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return answered / seconds;
}

/** Largest paint and layout shift of cold loads, each in a profile of its own. */
async function pageLoads(browser, url, cpuSlowdown) {
  const loads = [];
  for (let load = 0; load < PAGE_LOADS; load++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: "block" });
    const page = await context.newPage();
    if (cpuSlowdown > 1) {
      const session = await context.newCDPSession(page);
      await session.send("Emulation.setCPUThrottlingRate", { rate: cpuSlowdown });
    }
    await page.goto(url, { waitUntil: "load" });
    loads.push(
      await page.evaluate(
        () =>
          new Promise((resolve) => {
            let largest = 0;
            let shift = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((entry) => (largest = entry.startTime))).observe({
              type: "largest-contentful-paint",
              buffered: true,
            });
            new PerformanceObserver((list) =>
              list.getEntries().forEach((entry) => (shift += entry.hadRecentInput ? 0 : entry.value)),
            ).observe({ type: "layout-shift", buffered: true });
            setTimeout(() => resolve({ largest_paint_ms: largest, layout_shift: shift }), 500);
          }),
      ),
    );
    await context.close();
  }
  return loads;
}

/** The nearest-rank percentile. */
function percentile(values, percent) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

/** Resident memory in bytes, where the system tells it. */
async function residentBytes(pid) {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) {
    return undefined;
  }
  return Number(/VmRSS:\s+(\d+) kB/.exec(await readFile(file, "utf8"))?.[1]) * 1024;
}

const number = (value) => Math.round(value).toLocaleString("en-US");
const ms = (value) => `${value.toFixed(1)} ms`;

const server = await startServer();
const browser = await chromium.launch(launchOptions());
try {
  const build = JSON.parse(await readFile(path.join(repository, "target/site/build.json"), "utf8"));
  const assets = build.files.filter((file) => /^pkg\/[^/]+\.(js|wasm|css)$/.test(file.path));
  const sum = (key) => assets.reduce((total, file) => total + file[key], 0);

  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const memory_idle_bytes = await residentBytes(server.pid);
  const plain = await get(agent, `${server.url}/`, "identity");
  const packed = await get(agent, `${server.url}/`, "br");
  const first_bytes_ms = [];
  for (let request = 0; request < SINGLE_REQUESTS; request++) {
    first_bytes_ms.push((await get(agent, `${server.url}/`, "br")).first_byte_ms);
  }
  agent.destroy();

  const cold = await pageLoads(browser, `${server.url}/`, 1);
  const slow = await pageLoads(browser, `${server.url}/`, 4);
  const overview_per_s = await requestsPerSecond(`${server.url}/`);
  const kpi = /href="(\/kpis?\/[^"]+)"/.exec(plain.body.toString())?.[1];
  const chart_per_s = kpi ? await requestsPerSecond(`${server.url}${kpi}`) : undefined;
  const data_per_s = await requestsPerSecond(`${server.url}/api/v1/kpis/pipeline-build-time/history.csv`);
  const memory_after_load_bytes = await residentBytes(server.pid);

  const measured = {
    machine: { cpu: os.cpus()[0].model.trim(), cores: os.cpus().length, system: `${os.type()} ${os.release()}` },
    assets_bytes: sum("bytes"),
    assets_brotli_bytes: sum("brotli_bytes"),
    html_bytes: plain.bytes,
    html_encoding: packed.encoding,
    html_packed_bytes: packed.bytes,
    first_byte_p95_ms: percentile(first_bytes_ms, 95),
    largest_paint_p95_ms: percentile(cold.map((load) => load.largest_paint_ms), 95),
    largest_paint_slow_p75_ms: percentile(slow.map((load) => load.largest_paint_ms), 75),
    layout_shift_worst: Math.max(...cold.concat(slow).map((load) => load.layout_shift)),
    memory_idle_bytes,
    memory_after_load_bytes,
    overview_per_s,
    chart_page: kpi,
    chart_per_s,
    data_per_s,
    first_bytes_ms,
    cold,
    slow,
  };

  const megabytes = (bytes) => (bytes === undefined ? "not told by this system" : `${(bytes / 1e6).toFixed(1)} MB`);
  const table = [
    ["WASM, script and CSS of the first route", `${number(measured.assets_bytes)} bytes`, "≤ 400 KB"],
    ["the same with brotli", `${number(measured.assets_brotli_bytes)} bytes`, "≤ 110 KB"],
    ["HTML of the overview", `${number(plain.bytes)} bytes`, ""],
    [`the same as sent (${packed.encoding})`, `${number(packed.bytes)} bytes`, "≤ 15 KB"],
    ["time to first byte, p95", ms(measured.first_byte_p95_ms), "≤ 30 ms"],
    ["largest paint, cold, p95", ms(measured.largest_paint_p95_ms), "≤ 250 ms"],
    ["largest paint, CPU 4× slower, p75", ms(measured.largest_paint_slow_p75_ms), "≤ 500 ms"],
    ["layout shift, worst load", measured.layout_shift_worst.toFixed(4), "≤ 0.02"],
    ["server memory, just started", megabytes(memory_idle_bytes), ""],
    ["server memory, after the load", megabytes(memory_after_load_bytes), ""],
    ["overview pages per second", number(overview_per_s), ""],
    ["KPI pages with their chart per second", chart_per_s === undefined ? "no link found" : number(chart_per_s), ""],
    ["a chart's data (CSV of 180 points) per second", number(data_per_s), ""],
  ];
  const text = [
    `Measured on ${measured.machine.cpu}, ${measured.machine.cores} cores, ${measured.machine.system}; ${PAGE_LOADS} page loads,`,
    `${SINGLE_REQUESTS} single requests, ${LOAD_CONNECTIONS} connections for ${LOAD_MS / 1000} s. Browser and load generator ran on the same cores.`,
    "",
    "| figure | measured | goal |",
    "| --- | ---: | --- |",
    ...table.map((row) => `| ${row.join(" | ")} |`),
    "",
  ].join("\n");
  await mkdir(results, { recursive: true });
  await writeFile(path.join(results, "performance.json"), JSON.stringify(measured, undefined, 2));
  await writeFile(path.join(results, "performance.md"), text);
  console.log(text);
} finally {
  await browser.close();
  await server.stop();
}
