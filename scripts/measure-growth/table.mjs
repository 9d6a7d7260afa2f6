// The table of docs/performance.md: each figure with its goal, and whether it was reached.

const SIZES = [1e4, 1e5, 1e6, 1e7];
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const mb = (value) => `${value.toFixed()} MB`;
const rate = (value) => Math.round(value).toLocaleString("en-US");

/** Name, member or function, how it is written, goals by size (at most; `least` at least). */
const FIGURES = [
  ["observations a second, ascending", (it) => it.ascending.observations_per_s, rate, (it) => (it.database === "sqlite" ? 20_000 : 40_000), "least"],
  ["observations a second, random order", (it) => it.random.observations_per_s, rate, (it) => (it.database === "sqlite" ? 10_000 : 20_000), "least"],
  ["samples a second, ascending", (it) => it.ascending.samples_per_s, rate],
  ["samples a second, random order", (it) => it.random.samples_per_s, rate],
  ["start to first answer after a clean stop", (it) => it.start_ms, seconds, [300, 300, 500, 1000]],
  ["until it has caught up", (it) => it.start_ready_ms, seconds],
  ["start to first answer after SIGKILL", (it) => it.killed_start_ms, seconds, [5000, 5000, 5000, 5000]],
  ["until it has caught up", (it) => it.killed_ready_ms, seconds],
  ["resident memory when filled", (it) => it.filled_mb, mb],
  ["resident memory after use", (it) => it.used_mb, mb, [60, 80, 120, 250]],
  ["most that it had since its start", (it) => it.peak_mb, mb],
  ["overview p50", (it) => it.overview_p50_ms, ms],
  ["overview p95", (it) => it.overview_p95_ms, ms, [5, 5, 8, 15]],
  ["a new observation seen in an open page p95", (it) => it.seen_p95_ms, ms, [300, 300, 300, 500]],
  ["overview of a random past instant p50", (it) => it.past_p50_ms, ms],
  ["overview of a random past instant p95", (it) => it.past_p95_ms, ms, [50, 50, 100, 300]],
  ["a KPI page with its chart p95", (it) => it.kpi_p95_ms, ms, [10, 10, 15, 30]],
];

function cell(result, [, value, written, goals, kind]) {
  const found = value(result);
  if (found === null || found === undefined) {
    return "–";
  }
  const goal = typeof goals === "function" ? goals(result) : goals?.[SIZES.findIndex((size) => result.size <= size)];
  const missed = goal !== undefined && (kind === "least" ? found < goal : found > goal);
  return `${written(found)}${goal === undefined ? "" : missed ? ` **missed** (${written(goal)})` : " ✓"}`;
}

/** One column for each program, database and size; a mark where a goal was reached, the goal where it was missed. */
export function table(results) {
  const names = new Set(results.map((result) => result.program));
  const heading = results.map((result) => `${names.size > 1 ? `${result.program}, ` : ""}${result.database}, ${result.size.toLocaleString("en-US")}`);
  const rows = FIGURES.map((figure) => [figure[0], ...results.map((result) => cell(result, figure))]);
  return [["figure", ...heading], ["---", ...heading.map(() => "---:")], ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
