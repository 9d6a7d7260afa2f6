//! Payloads whose bodies are rows, and desks over them.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use kpi::point::Origin;
use storage::{Payload, PayloadState};
use timeseries::{Batch, Listener, Nobody, Row, RowRefusal, Settings, TimeSeriesEngine};

use crate::memory_store::MemoryStore;

pub const DAY_MS: i64 = 86_400_000;
/// 14 November 2023.
pub const NOW_MS: i64 = 1_700_000_000_000;
const FORMAT: &str = "test";

/// Series by number, time and value.
pub type Sent = (u8, i64, f64);

pub fn settings() -> Settings {
    Settings { formats: vec![FORMAT], ..Settings::default() }
}

pub fn payload(source: &str, rows: &[Sent]) -> Payload {
    let mut body = String::new();
    for (series, time_ms, value) in rows {
        let _ = writeln!(body, "{series} {time_ms} {value:?}");
    }
    Payload {
        id: String::new(),
        received_ms: 0,
        source: source.to_owned(),
        content_type: "text/plain".to_owned(),
        sha256_hex: String::new(),
        byte_count: i64::try_from(body.len()).unwrap(),
        body: body.into_bytes(),
        number: 0,
        format: FORMAT.to_owned(),
        context_json: "{}".to_owned(),
        state: PayloadState::Read,
        reason: None,
        refused_rows: 0,
        kept_rows: 0,
        body_dropped_ms: None,
    }
}

pub fn labels(series: u8) -> Vec<(String, String)> {
    vec![("host".to_owned(), format!("h{series}"))]
}

/// Puts the rows of a body into a batch; gives the first refusal.
pub fn read(payload: &Payload, batch: &mut Batch) -> Option<RowRefusal> {
    let mut refused = None;
    for (row, line) in (0..).zip(std::str::from_utf8(&payload.body).unwrap().lines()) {
        let mut parts = line.split(' ');
        let number: u8 = parts.next().unwrap().parse().unwrap();
        let time_ms = parts.next().unwrap().parse().unwrap();
        let value = parts.next().unwrap().parse().unwrap();
        let taken = batch
            .check_time(time_ms)
            .and_then(|()| batch.resolve("cpu", &labels(number)))
            .and_then(|series| batch.push(Row { series, time_ms, value, row, origin: Origin::Measured }));
        refused = refused.or(taken.err());
    }
    refused
}

pub async fn open(store: &Arc<MemoryStore>, settings: Settings) -> TimeSeriesEngine {
    listening(store, settings, Arc::new(Nobody)).await
}

pub async fn listening(store: &Arc<MemoryStore>, settings: Settings, listener: Arc<dyn Listener>) -> TimeSeriesEngine {
    let latest = store.tables.lock().unwrap().payloads.keys().last().copied().unwrap_or(0);
    let again = |payload: &Payload, batch: &mut Batch| {
        let _ = read(payload, batch);
    };
    TimeSeriesEngine::open(store.clone(), settings, Arc::new(AtomicI64::new(latest)), &again, listener).await.unwrap()
}

/// Keeps rows as one payload.
pub async fn keep(desk: &TimeSeriesEngine, now_ms: i64, rows: &[Sent]) -> i64 {
    let payload = payload("agent", rows);
    let mut batch = desk.batch(&payload.source, now_ms);
    assert_eq!(read(&payload, &mut batch), None);
    desk.keep(payload, batch).await.unwrap().number
}

/// The number of the series of that label.
pub fn number(desk: &TimeSeriesEngine, series: u8) -> Option<i64> {
    let filter = timeseries::SeriesFilter { labels: labels(series), ..Default::default() };
    desk.series_list(&filter, 1).first().map(|series| series.number)
}
