//! What the server measures of the site that it serves: the size of its code, and how long its build took.

use std::path::Path;

use serde::Deserialize;
use service::Dashboard;
use service::self_measurement::{OwnMeasurement, SOURCE};

/// What the build of the site wrote down.
#[derive(Debug, Deserialize)]
struct BuildRecord {
    started_ms: i64,
    duration_ms: f64,
    complete: bool,
    javascript_and_wasm_bytes: f64,
}

/// Records the bundle's size and the build's duration from the site's `build.json`. A site without one is said in the
/// log and leaves both KPIs without data.
pub async fn measure(dashboard: &Dashboard, site_root: &str) {
    let file = Path::new(site_root).join("build.json");
    let evidence = match tokio::fs::read(&file).await {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::warn!(file = %file.display(), %error, "no build record: bundle size and build time stay without data");
            return;
        }
    };
    let record: BuildRecord = match serde_json::from_slice(&evidence) {
        Ok(record) => record,
        Err(error) => {
            tracing::warn!(file = %file.display(), %error, "the build record can't be read");
            return;
        }
    };
    if let Err(error) = dashboard.record_own(SOURCE, measurements(&record), evidence).await {
        tracing::error!(error = &error as &dyn std::error::Error, "the site's own measurements were not recorded");
    }
}

fn measurements(record: &BuildRecord) -> Vec<OwnMeasurement> {
    let built = record.started_ms;
    let mut measurements = vec![OwnMeasurement {
        kpi: "bundle-size",
        value: record.javascript_and_wasm_bytes,
        unit: "B",
        external_id: format!("bundle-size:{built}"),
        note: "JavaScript and WebAssembly that this dashboard sends to a browser, before compression".to_owned(),
        time_ms: Some(built),
    }];
    // A build that had only little left to do says nothing about how long the frontend takes to build.
    if record.complete {
        measurements.push(OwnMeasurement {
            kpi: "frontend-build-time",
            value: record.duration_ms,
            unit: "ms",
            external_id: format!("frontend-build-time:{built}"),
            note: "complete build of this dashboard's frontend".to_owned(),
            time_ms: Some(built),
        });
    }
    measurements
}
