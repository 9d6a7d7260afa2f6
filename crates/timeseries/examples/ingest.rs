//! How many points a second go through reading and keeping, without a database, and how long a chart of a year takes.
//! `cargo run --release -p timeseries --example ingest`
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement may stop at the first surprise and needs a clock"
)]

#[path = "../tests/it/memory_store.rs"]
mod memory_store;

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::{Duration, Instant};

use formats::Limits;
use formats::influx::Precision;
use kpi::point::Origin;
use memory_store::MemoryStore;
use storage::{Payload, PayloadState};
use timeseries::{Batch, Nobody, Rules, SeriesFilter, Settings, TimeSeriesEngine, What};

const LINES: usize = 5_000;
const NOW_MS: i64 = 1_790_000_000_000;

struct Plain;

impl Rules for Plain {
    fn factor(&self, _: &str, _: &[(String, String)]) -> Result<f64, (String, &'static str, String, String)> {
        Ok(1.0)
    }
}

fn payload(body: Vec<u8>) -> Payload {
    Payload {
        id: String::new(),
        received_ms: 0,
        source: "bench".to_owned(),
        content_type: String::new(),
        sha256_hex: String::new(),
        byte_count: 0,
        body,
        number: 0,
        format: "influx".to_owned(),
        context_json: String::new(),
        state: PayloadState::Read,
        reason: None,
        refused_rows: 0,
        kept_rows: 0,
        body_dropped_ms: None,
    }
}

async fn open(store: &Arc<MemoryStore>) -> TimeSeriesEngine {
    let again = |_: &Payload, _: &mut Batch| {};
    let settings = Settings { formats: vec!["influx"], ..Settings::default() };
    TimeSeriesEngine::open(store.clone(), settings, Arc::new(AtomicI64::new(0)), &again, Arc::new(Nobody))
        .await
        .expect("open")
}

/// Lines of `hosts` series, a sample of each every `step_ms`.
fn body(writer: usize, round: usize, hosts: usize, step_ms: usize) -> Vec<u8> {
    let mut text = String::new();
    for line in 0..LINES {
        let (host, at) = (line % hosts, round * LINES + line);
        let time_ms = 1_700_000_000_000 + at / hosts * step_ms;
        let value = f64::from(u32::try_from(at * 37 % 10_000).unwrap_or_default()) / 100.0;
        let _ = writeln!(
            text,
            "cpu,az=eu-{writer}a,dc=fra,host=server{host:03},os=linux,rack=r{} value={value} {time_ms}000000",
            host % 7
        );
    }
    text.into_bytes()
}

fn main() {
    for (hosts, step_ms, writers) in
        [(100, 1_000, 1), (100, 1_000, 4), (100, 10_000, 1), (100, 10_000, 4), (5_000, 10_000, 4)]
    {
        for keeps in [false, true] {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
            let (points, seconds, stats) = runtime.block_on(ingest(hosts, step_ms, writers, keeps));
            println!(
                "{hosts} series every {step_ms} ms, {writers} writers, {}: {:.0} points/s; {} held, {} MiB",
                if keeps { "kept and flushed" } else { "only taken apart" },
                points / seconds,
                stats.held_samples,
                stats.bytes >> 20
            );
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(charts());
}

async fn ingest(hosts: usize, step_ms: usize, writers: usize, keeps: bool) -> (f64, f64, timeseries::Stats) {
    let rounds = 400 / writers;
    let store = Arc::new(MemoryStore::default());
    let desk = open(&store).await;
    let bodies: Vec<Vec<Vec<u8>>> =
        (0..writers).map(|writer| (0..rounds).map(|round| body(writer, round, hosts, step_ms)).collect()).collect();
    let upkeep = {
        let desk = desk.clone();
        tokio::spawn(async move {
            loop {
                let _ = tokio::time::timeout(Duration::from_secs(1), desk.flush_wanted()).await;
                desk.flush(NOW_MS, What::Due).await.expect("flush");
            }
        })
    };
    let begin = Instant::now();
    let work: Vec<_> = bodies
        .into_iter()
        .map(|bodies| {
            let desk = desk.clone();
            tokio::spawn(async move {
                let limits = Limits { rows: 100_000, ..Limits::default() };
                let mut points = 0.0;
                for (round, body) in bodies.into_iter().enumerate() {
                    let mut batch = desk.batch("bench", NOW_MS);
                    batch.take_lines(&body, Precision::Nanoseconds, &limits, Origin::Measured, &Plain).expect("lines");
                    points += f64::from(u32::try_from(batch.rows().len()).unwrap_or_default());
                    if keeps || round == 0 {
                        desk.keep(payload(body), batch).await.expect("kept");
                    }
                }
                points
            })
        })
        .collect();
    let mut points = 0.0;
    for work in work {
        points += work.await.expect("a writer");
    }
    let seconds = begin.elapsed().as_secs_f64();
    upkeep.abort();
    (points, seconds, desk.stats())
}

async fn charts() {
    let store = Arc::new(MemoryStore::default());
    let desk = open(&store).await;
    let begin = Instant::now();
    let rounds = 3_153_600 / LINES;
    for round in 0..rounds {
        let mut batch = desk.batch("bench", NOW_MS);
        let limits = Limits::default();
        let body = body(0, round, 1, 10_000);
        batch.take_lines(&body, Precision::Nanoseconds, &limits, Origin::Measured, &Plain).expect("lines");
        desk.keep(payload(body), batch).await.expect("kept");
        desk.flush(NOW_MS, What::Due).await.expect("flush");
    }
    println!("a year of 10 s: {:.1} s", begin.elapsed().as_secs_f64());
    let series = desk.series_list(&SeriesFilter::default(), 1)[0].number;
    let first_ms = 1_700_000_000_000_i64;
    let last_ms = first_ms + i64::try_from(rounds * LINES).expect("a time") * 10_000;
    for (name, span_ms) in [
        ("year", last_ms - first_ms),
        ("quarter", 7_776_000_000),
        ("month", 2_592_000_000),
        ("week", 604_800_000),
        ("day", 86_400_000),
        ("hour", 3_600_000),
    ] {
        let mut took = Vec::new();
        for step in 0..200_i64 {
            let from_ms = first_ms + (last_ms - first_ms - span_ms) * step / 200 + 12_345;
            let begin = Instant::now();
            let marks = desk.chart(series, from_ms, from_ms + span_ms, 500).await.expect("a chart");
            took.push((begin.elapsed(), marks.len()));
        }
        took.sort_unstable();
        println!("{name}: p95 {:.2} ms, {} points", took[190].0.as_secs_f64() * 1e3, took[100].1);
    }
}
