//! Bodies that were recorded from other systems, as `crates/formats/tests/data` keeps them.

use std::error::Error;
use std::io::{Cursor, Read};

use crate::{Seed, root};

/// Target, byte that picks the variant, and file.
const FILES: &[(&str, u8, &str)] = &[
    ("analytics", 0, "mixpanel/node-import-batch.form"),
    ("analytics", 0, "mixpanel/node-track-batch.form"),
    ("analytics", 0, "mixpanel/python-buffered.form"),
    ("analytics", 0, "mixpanel/python-engage.form"),
    ("analytics", 0, "mixpanel/python-import.form"),
    ("analytics", 0, "mixpanel/python-track-properties.form"),
    ("analytics", 0, "mixpanel/python-track.form"),
    ("analytics", 1, "mixpanel/node-engage.query"),
    ("analytics", 1, "mixpanel/node-track.query"),
    ("analytics", 5, "amplitude/node-httpapi.json"),
    ("analytics", 5, "amplitude/python-batch.json"),
    ("analytics", 5, "amplitude/python-httpapi.json"),
    ("encoding", 0, "otlp/python.pb.gz"),
    ("encoding", 1, "otlp/python.pb.zz"),
    ("encoding", 2, "remote_write/prometheus-2.42-stale.snappy"),
    ("encoding", 4, "influx/python-1-ns.txt"),
    ("exposition", 0, "exposition/inferno-platform.txt"),
    ("exposition", 0, "exposition/python.txt"),
    ("exposition", 1, "exposition/python.openmetrics.txt"),
    ("line_protocol", 0, "influx/python-1-ns.txt"),
    ("line_protocol", 3, "influx/python-1-s.txt"),
    ("line_protocol", 0, "influx/python-2-ns.txt"),
    ("line_protocol", 3, "influx/python-2-s.txt"),
    ("otlp", 0, "otlp/python.pb"),
    ("otlp", 1, "otlp/javascript.json"),
    ("otlp", 2, "otlp/python.pb.gz"),
    ("otlp", 4, "otlp/python.pb.zz"),
    ("pulled", 0, "prometheus_api/error.json"),
    ("pulled", 0, "prometheus_api/matrix.json"),
    ("pulled", 0, "prometheus_api/not_finite.json"),
    ("pulled", 0, "prometheus_api/scalar.json"),
    ("pulled", 0, "prometheus_api/vector.json"),
    ("pulled", 1, "influx_query/epoch.json"),
    ("pulled", 1, "influx_query/group_by_time.json"),
    ("pulled", 1, "influx_query/raw_rfc3339.json"),
    ("pulled", 1, "influx_query/wrong_query.json"),
    ("pulled", 2, "influx_query/flux.csv"),
    ("pulled", 5, "exposition/python.txt"),
    ("pulled", 6, "statsd/python.txt"),
    ("remote_write", 2, "remote_write/prometheus-2.42-exemplars.snappy"),
    ("remote_write", 2, "remote_write/prometheus-2.42-stale.snappy"),
    ("reports", 0, "reports/criterion/fold.estimates.json"),
    ("reports", 1, "reports/hyperfine.json"),
    ("reports", 1, "reports/hyperfine-failing.json"),
    ("reports", 2, "reports/google-benchmark.json"),
    ("reports", 3, "reports/pytest-benchmark.json"),
    ("reports", 4, "reports/llama-bench.json"),
    ("reports", 5, "reports/lighthouse.json"),
    ("reports", 6, "reports/bmf.json"),
    ("reports", 7, "reports/pytest-reruns.xml"),
    ("reports", 8, "reports/pytest-reruns.xml"),
    ("reports", 12, "reports/bandit.sarif.json"),
    ("reports", 12, "reports/eslint.sarif.json"),
    ("reports", 13, "reports/cargo-audit.json"),
    ("statsd", 0, "statsd/python.txt"),
    ("tables", 0, "tables/deals.xlsx"),
    ("tables", 1, "tables/sheetjs.xlsx"),
    ("webhooks", 0, "github/workflow_run.json"),
    ("webhooks", 1, "github/deployment_status.json"),
    ("webhooks", 2, "github/push-tag.json"),
    ("webhooks", 2, "github/push.json"),
    ("webhooks", 3, "github/pull_request-closed.json"),
    ("webhooks", 4, "github/release-published.json"),
    ("webhooks", 5, "github/issues-opened.json"),
    ("webhooks", 6, "github/dependabot_alert-fixed.json"),
    ("webhooks", 7, "github/code_scanning_alert-created.json"),
    ("webhooks", 9, "github/ping.json"),
    ("webhooks", 10, "stripe/charge-refunded.json"),
    ("webhooks", 10, "stripe/invoice-paid.json"),
    ("webhooks", 11, "stripe/subscription-created.json"),
    ("webhooks", 10, "stripe/subscription-deleted.json"),
    ("webhooks", 12, "hubspot/events.json"),
];

/// The parts of a workbook that the target packs itself.
const PARTS: [&str; 3] = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"];

pub fn seeds() -> Result<Vec<Seed>, Box<dyn Error>> {
    let mut seeds = Vec::new();
    for (target, pick, file) in FILES {
        let name = format!("{pick:02}-{}", file.replace('/', "-"));
        seeds.push(Seed::new(target, name, *pick, &data(file)?));
    }
    let files = [data("reports/criterion/fold.benchmark.json")?, data("reports/criterion/fold.estimates.json")?];
    seeds.push(Seed::new("reports", "14-criterion-files", 14, &files.join(&0)));
    for (pick, file) in [(8, "tables/deals.xlsx"), (9, "tables/sheetjs.xlsx")] {
        let parts = parts(&data(file)?)?;
        seeds.push(Seed::new("tables", format!("{pick:02}-parts-{}", file.replace('/', "-")), pick, &parts));
    }
    Ok(seeds)
}

fn data(file: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let path = root().join("crates/formats/tests/data").join(file);
    std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn parts(workbook: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook))?;
    let mut all = Vec::new();
    for name in PARTS {
        let mut content = Vec::new();
        // A workbook may have no texts or no styles.
        if let Ok(mut part) = archive.by_name(name) {
            part.read_to_end(&mut content)?;
        }
        all.push(content);
    }
    Ok(all.join(&0))
}
