//! What the dashboard knows at the moment of a scrape: KPIs, gates, sources, samples.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use service::read_workers::Urgency;
use service::{Dashboard, Snapshot};
use storage::StoreError;

use super::Labels;
use crate::http::listen::{Certificates, Taken};

/// How long a scrape waits for statuses of now; beyond that it gets those that were computed last.
const PATIENCE: Duration = Duration::from_millis(100);

type Gauges = Family<Labels, Gauge<f64, AtomicU64>>;
type Counters = Family<Labels, Counter<u64>>;

/// Adds everything that is known now.
///
/// # Errors
/// [`StoreError`] where the store can't be read.
pub(super) async fn register(dashboard: &Dashboard, registry: &mut Registry) -> Result<(), StoreError> {
    own(dashboard, registry);
    reads(dashboard, registry);
    let fresh =
        tokio::time::timeout(PATIENCE, dashboard.snapshot_of_now(Urgency::Duty)).await.ok().and_then(Result::ok);
    if let Some(snapshot) = fresh.or_else(|| dashboard.latest_snapshot()) {
        kpis(&snapshot, registry);
    }
    sources(dashboard, registry).await
}

/// Adds how many connections there are.
pub(super) fn connections(taken: Taken, certificates: Option<&Certificates>, registry: &mut Registry) {
    let kinds = [("ordinary", taken.connections), ("reserve", taken.reserve), ("event-stream", taken.streams)];
    let values = kinds.map(|(kind, number)| (vec![("kind", kind.to_owned())], count(number)));
    gauges(registry, "connections", "Open connections", values);
    let refused = Counters::default();
    refused.get_or_create(&Labels::new()).inc_by(taken.refused);
    registry.register("connections_refused", "Connections, streams and requests without a place", refused);
    if let Some(certificates) = certificates {
        let refused = f64::from(u8::from(certificates.is_refused()));
        let help = "1 where the certificate's files hold something that was not taken";
        gauges(registry, "certificate_refused", help, [(Labels::new(), refused)]);
    }
}

fn gauges(registry: &mut Registry, name: &str, help: &str, values: impl IntoIterator<Item = (Labels, f64)>) {
    let family = Gauges::default();
    for (labels, value) in values {
        family.get_or_create(&labels).set(value);
    }
    registry.register(name, help, family);
}

#[expect(clippy::cast_precision_loss, reason = "a count of things in memory is below 2^52")]
fn count(number: usize) -> f64 {
    number as f64
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay below 2^52")]
fn seconds(time_ms: i64) -> f64 {
    time_ms as f64 / 1_000.0
}

fn own(dashboard: &Dashboard, registry: &mut Registry) {
    let one = |value: f64| [(Labels::new(), value)];
    let version = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
    gauges(registry, "build", "The version of this program", [(version, 1.0)]);
    let health = dashboard.own_health.read(dashboard.now_ms());
    let uptime = Gauges::default();
    uptime.get_or_create(&Labels::new()).set(seconds(health.uptime_ms));
    registry.register_with_unit("uptime", "How long the server has been up", Unit::Seconds, uptime);
    gauges(registry, "observations", "Observations that are held", one(count(dashboard.observation_count())));
    let samples = dashboard.sample_stats();
    gauges(registry, "sample_series", "Series of samples", one(count(samples.series)));
    let held = count(usize::try_from(samples.held_samples).unwrap_or(usize::MAX));
    gauges(registry, "samples_in_memory", "Samples that are not in blocks yet", one(held));
}

/// What is computed for readers, and what is refused.
fn reads(dashboard: &Dashboard, registry: &mut Registry) {
    let (now, past) = dashboard.computed_snapshots();
    let computed = Counters::default();
    for (of, number) in [("now", now), ("past", past)] {
        computed.get_or_create(&vec![("of", of.to_owned())]).inc_by(number);
    }
    registry.register("evaluations", "Evaluations of the whole catalogue that were computed", computed);
    let workers = dashboard.read_workers();
    let refused = Counters::default();
    let label = |urgency: Urgency| vec![("urgency", urgency.name().to_owned())];
    for urgency in Urgency::ALL {
        refused.get_or_create(&label(urgency)).inc_by(workers.refused(urgency));
    }
    registry.register("reads_refused", "Reads that were refused because too many were under way", refused);
    let taken = Urgency::ALL.map(|urgency| (label(urgency), count(workers.taken(urgency))));
    gauges(registry, "reads_under_way", "Reads that are computed or wait for it", taken);
}

fn kpis(snapshot: &Snapshot, registry: &mut Registry) {
    let catalogue = &snapshot.catalogue;
    let kpis = || catalogue.kpis.iter().zip(&snapshot.evaluation.statuses);
    let mut statuses: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, status) in kpis() {
        *statuses.entry(status.current.status.name()).or_default() += 1;
    }
    let statuses = statuses.into_iter().map(|(name, number)| (vec![("status", name.to_owned())], count(number)));
    gauges(registry, "kpis", "KPIs by status against the targets of the current phase", statuses);
    let labels = |kpi: &kpi::catalogue::Kpi| vec![("kpi", kpi.id.clone())];
    let values = kpis().filter_map(|(kpi, status)| Some((labels(kpi), status.known?.value)));
    gauges(registry, "kpi_value", "The value of a KPI in the base unit of its kind; absent without data", values);
    let attainments = kpis().filter_map(|(kpi, status)| Some((labels(kpi), status.current.attainment?)));
    gauges(registry, "kpi_attainment", "How far a KPI is along to its target; 1 is the target", attainments);
    let gate = |number: fn(&kpi::gate::Gate) -> usize| {
        let of = move |gate: &kpi::gate::Gate| (vec![("phase", gate.phase.to_string())], count(number(gate)));
        snapshot.gates.iter().map(of).collect::<Vec<_>>()
    };
    gauges(registry, "gate_met", "Counted KPIs of a phase that are met", gate(|gate| gate.met));
    gauges(registry, "gate_needed", "Counted KPIs of a phase that must be met", gate(|gate| gate.needed));
}

async fn sources(dashboard: &Dashboard, registry: &mut Registry) -> Result<(), StoreError> {
    let summaries = dashboard.store().source_summaries().await?;
    let labels = |source: &str| vec![("source", source.to_owned())];
    let mut counters = |name: &str, help: &str, number: fn(&storage::SourceSummary) -> i64| {
        let family = Counters::default();
        for summary in &summaries {
            family.get_or_create(&labels(&summary.source)).inc_by(u64::try_from(number(summary)).unwrap_or_default());
        }
        registry.register(name, help, family);
    };
    counters("source_payloads", "Payloads that arrived", |summary| summary.payloads);
    counters("source_rows_kept", "Rows of payloads that were kept", |summary| summary.rows);
    counters("source_rows_refused", "Rows of payloads that were refused", |summary| summary.refused_rows);
    let dead = summaries
        .iter()
        .map(|summary| (labels(&summary.source), count(usize::try_from(summary.dead).unwrap_or_default())));
    gauges(registry, "source_dead_letters", "Payloads that wait to be read again", dead);
    let last = Gauges::default();
    for (summary, time_ms) in summaries.iter().filter_map(|summary| Some((summary, summary.last_received_ms?))) {
        last.get_or_create(&labels(&summary.source)).set(seconds(time_ms));
    }
    let help = "When a payload arrived last, since 1970";
    registry.register_with_unit("source_last_received_timestamp", help, Unit::Seconds, last);
    Ok(())
}
