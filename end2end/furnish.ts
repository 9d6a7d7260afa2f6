// Fills a server with what a team has after a few weeks: a history, every status, notes, an escalation and a benchmark.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { program, type Observation, type Server } from "./server";

const DAY_MS = 86_400_000;

/** The instant some days before now. */
export function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString();
}

/** The day some days before now, as a date field takes it. */
export function dateDaysAgo(days: number): string {
  return daysAgo(days).slice(0, 10);
}

const buildMinutes = [14.5, 13.2, 13.8, 12.1, 11.4, 11.9, 10.6, 9.8, 10.2, 8.7, 7.9, 7.2];

const history: Observation[] = buildMinutes.map((minutes, index) => ({
  kpi: "pipeline-build-time",
  value: minutes,
  unit: "min",
  time: daysAgo((buildMinutes.length - 1 - index) * 2),
  note: index === 7 ? "tests run in parallel" : undefined,
}));

const everyStatus = (): Observation[] => [
  { kpi: "build-success-rate", value: "97.5 %" },
  { kpi: "code-coverage", value: 88, unit: "%", note: "without the generated code" },
  { kpi: "test-execution-time", value: "46 min" },
  { kpi: "test-flakiness-rate", value: "5 %" },
  { kpi: "time-to-recovery", value: "5 h", person: "Ada", evidence: "https://incidents.example/17" },
  { kpi: "dependency-update-rate", value: "95 %", time: daysAgo(400) },
  { kpi: "capacity-utilization", value: "80.67 %" },
  { kpi: "wcag-compliance", value: "met", person: "Ada", evidence: "audit of the spring" },
];

/** Samples of two hosts every ten seconds for an hour, in InfluxDB's line protocol, and a body that can't be read. */
async function sendSamples(server: Server): Promise<void> {
  const start = Math.floor(Date.now() / 1_000) - 3_600;
  const lines = ["a", "b"].flatMap((host) =>
    Array.from({ length: 360 }, (_, step) => `cpu,host=${host} usage=${20 + (step % 60) / 2} ${start + step * 10}`),
  );
  const write = `${server.url}/write?db=telegraf&precision=s`;
  const good = await fetch(write, { method: "POST", body: lines.join("\n") });
  const broken = await fetch(write, { method: "POST", body: `${lines[0]}\ncpu,host=a usage=` });
  if (good.status !== 204 || broken.status !== 400) {
    throw new Error(`samples were answered with ${good.status} and ${broken.status}`);
  }
}

/** Records observations of every status, samples, a dead letter, and one run of a tiny benchmark. */
export async function furnish(server: Server): Promise<void> {
  await server.record(...history, ...everyStatus());
  await sendSamples(server);
  await promisify(execFile)(program, ["bench", "--tiny", "--url", server.url]);
}
