// Counts and measures with OpenTelemetry's SDK and exports as JSON: node opentelemetry.mjs ADDRESS
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";

const exporter = new OTLPMetricExporter({ url: process.argv[2] });
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
const provider = new MeterProvider({ readers: [reader] });
const meter = provider.getMeter("tests");
const requests = meter.createCounter("requests");
requests.add(7, { route: "/a" });
requests.add(5, { route: "/b" });
const latency = meter.createHistogram("latency", { unit: "s" });
for (const value of [0.25, 0.5, 0.75]) latency.record(value, { route: "/a" });
await provider.forceFlush();
await provider.shutdown();
console.log("{}");
