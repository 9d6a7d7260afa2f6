//! What was acknowledged survives the process being killed while it writes: nothing is lost, and nothing is doubled when what
//! was not acknowledged is sent again.
//!
//! `make soak` kills more often, and lets disks and databases fail too (`faults/rounds.rs`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use serde_json::json;
use storage::{ObservationQuery, Store, StoreError};

use crate::running::{Running, agent, empty_schema, folder};

/// Each server is killed that often.
const ROUNDS: u64 = 4;
/// Samples of one body of line protocol: 21 of them fill a block, so kills meet flushes too.
const SAMPLES: u64 = 200;
/// Observations of one body.
const OBSERVATIONS: u64 = 20;
const START_S: u64 = 1_767_225_600;

/// What a writer sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Samples in line protocol.
    Lines,
    /// Observations with ids, all or nothing.
    Observations,
    /// Events as Mixpanel's clients send them.
    Events,
}

const WRITERS: [Kind; 4] = [Kind::Lines, Kind::Lines, Kind::Observations, Kind::Events];

/// One body: who sends it, and the how manieth it is.
type Body = (usize, u64);

/// A sequence of numbers that only looks random (`SplitMix64`): each run kills at the same points.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Sends a body; whether it was acknowledged.
fn send(agent: &ureq::Agent, address: &str, (writer, step): Body) -> bool {
    let rows = 0..OBSERVATIONS;
    let (path, content_type, body) = match WRITERS[writer] {
        Kind::Lines => {
            let mut lines = String::new();
            for index in 0..SAMPLES {
                let at = step * SAMPLES + index;
                writeln!(lines, "soak,writer=w{writer} value={at} {}", START_S + at).unwrap();
            }
            ("/write?db=soak&precision=s", "text/plain", lines)
        }
        Kind::Observations => {
            let row = |index| {
                let at = step * OBSERVATIONS + index;
                json!({ "series": "soak.observed", "value": at, "external_id": format!("o{at}") })
            };
            (
                "/api/v1/observations?source=soak",
                "application/json",
                json!(rows.map(row).collect::<Vec<_>>()).to_string(),
            )
        }
        Kind::Events => {
            let row = |index| {
                let at = step * OBSERVATIONS + index;
                let properties = json!({ "distinct_id": "u", "$insert_id": format!("e{at}"), "time": START_S + at });
                json!({ "event": "soak.event", "properties": properties })
            };
            ("/import?strict=1", "application/json", json!(rows.map(row).collect::<Vec<_>>()).to_string())
        }
    };
    let sent = agent.post(format!("{address}{path}")).header("content-type", content_type).send(body.as_bytes());
    sent.is_ok_and(|response| response.status().is_success())
}

/// Everybody writes at once; the server is killed after `acknowledged` answers and some more turns of the scheduler. Gives
/// what each writer has sent up to, and whether its last body was acknowledged.
fn write_until_killed(server: Running, from: &[u64], acknowledged: u64, turns: u64) -> Vec<u64> {
    let count = Arc::new(AtomicU64::new(0));
    let writers: Vec<_> = from
        .iter()
        .enumerate()
        .map(|(writer, from)| {
            let (address, count, from) = (server.address.clone(), Arc::clone(&count), *from);
            thread::spawn(move || {
                let agent = agent();
                let mut step = from;
                // The body that fails was never acknowledged; the server is gone.
                while send(&agent, &address, (writer, step)) {
                    step += 1;
                    count.fetch_add(1, Ordering::SeqCst);
                }
                step
            })
        })
        .collect();
    while count.load(Ordering::SeqCst) < acknowledged {
        thread::yield_now();
    }
    for _ in 0..turns {
        thread::yield_now();
    }
    server.kill();
    writers.into_iter().map(|writer| writer.join().unwrap()).collect()
}

/// How many samples of a writer are held, and their sum.
fn samples(server: &Running, writer: usize) -> (u64, f64) {
    let found = server.json(&format!("/api/v1/sample-series?name=soak&label=writer:w{writer}"));
    let Some(number) = found[0]["number"].as_i64() else { return (0, 0.0) };
    let until = (START_S + 86_400 * 300) * 1_000;
    let window = server.json(&format!("/api/v1/sample-series/{number}/window?from={}&until={until}", START_S * 1_000));
    (window["count"].as_u64().unwrap(), window["sum"].as_f64().unwrap_or_default())
}

/// How many rows of each series of observations are held.
fn observed(server: &Running, name: &str) -> u64 {
    let found = server.json(&format!("/api/v1/series?contains={name}"));
    found.as_array().unwrap().iter().filter(|row| row["name"] == name).filter_map(|row| row["count"].as_u64()).sum()
}

/// Everything of `steps` bodies is held once. `slack` bodies more may be held, as a whole: they were kept, and the server was
/// killed before it could say so.
fn check(server: &Running, steps: &[u64], slack: u64, round: u64) {
    for (writer, (kind, steps)) in WRITERS.iter().zip(steps).enumerate() {
        let (held, per_body) = match kind {
            Kind::Lines => (samples(server, writer).0, SAMPLES),
            Kind::Observations => (observed(server, "soak.observed"), OBSERVATIONS),
            Kind::Events => (observed(server, "soak.event"), OBSERVATIONS),
        };
        let bodies = held / per_body;
        assert_eq!(held % per_body, 0, "round {round}: a body of {kind:?} is kept whole or not at all");
        assert!(
            (*steps..=steps + slack).contains(&bodies),
            "round {round}: {steps} bodies of {kind:?} were acknowledged and {bodies} are held"
        );
        if *kind == Kind::Lines {
            let whole: u64 = (0..held).sum();
            #[expect(clippy::cast_precision_loss, reason = "the sum stays below 2^52")]
            let whole = whole as f64;
            assert_eq!(
                samples(server, writer).1.to_bits(),
                whole.to_bits(),
                "round {round}: the values are those sent"
            );
        }
    }
}

fn kill_and_start_again(data: &Path, extra: &[&str]) -> Vec<u64> {
    let mut chance = Chance(ROUNDS);
    let mut steps = vec![0; WRITERS.len()];
    for round in 0..ROUNDS {
        let server = Running::start_with(data, extra, &[]);
        let (acknowledged, turns) = (1 + chance.below(60), chance.below(3_000));
        steps = write_until_killed(server, &steps, acknowledged, turns);
        let server = Running::start_with(data, extra, &[]);
        check(&server, &steps, 1, round);
        // What was not acknowledged is sent again, as a client would.
        let agent = agent();
        for (writer, step) in steps.iter_mut().enumerate() {
            assert!(send(&agent, &server.address, (writer, *step)), "round {round}");
            *step += 1;
        }
        check(&server, &steps, 0, round);
        server.kill();
    }
    steps
}

/// Every observation stands in the store once, under its id.
fn check_store<Opened: Store>(open: impl Future<Output = Result<Opened, StoreError>>, steps: &[u64]) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async { check_observations(&open.await.unwrap(), steps).await });
}

async fn check_observations(store: &dyn Store, steps: &[u64]) {
    let wanted = |kind: Kind, letter: &str| {
        let steps: u64 = WRITERS.iter().zip(steps).filter(|(it, _)| **it == kind).map(|(_, steps)| steps).sum();
        (0..steps * OBSERVATIONS).map(|at| (format!("{letter}{at}"), 1)).collect::<BTreeMap<String, u32>>()
    };
    for (series, kind, letter) in [("soak.observed", Kind::Observations, "o"), ("soak.event", Kind::Events, "e")] {
        let query =
            ObservationQuery { series: vec![series.to_owned()], limit: u32::MAX / 2, ..ObservationQuery::default() };
        let mut ids: BTreeMap<String, u32> = BTreeMap::new();
        for observation in store.observations(&query).await.unwrap() {
            *ids.entry(observation.external_id).or_default() += 1;
        }
        assert_eq!(ids, wanted(kind, letter), "{series}");
    }
}

#[test]
fn on_sqlite_nothing_acknowledged_is_lost_and_nothing_doubled_by_kills() {
    let data = folder();
    let steps = kill_and_start_again(data.path(), &[]);
    let file = data.path().join("inferno-kpi.sqlite");
    check_store(storage_sqlite::SqliteStore::open(&file), &steps);
}

#[test]
fn on_postgres_nothing_acknowledged_is_lost_and_nothing_doubled_by_kills() {
    let data = folder();
    let url = empty_schema("soak");
    let steps = kill_and_start_again(data.path(), &["--database", &url]);
    check_store(storage_postgres::PostgresStore::open_read_only(&url), &steps);
}

#[test]
fn a_server_on_postgres_keeps_what_it_acknowledged() {
    let data = folder();
    let url = empty_schema("acknowledged");
    let on_postgres = || Running::start_with(data.path(), &["--database", &url], &[]);
    let server = on_postgres();
    let (status, answer) = server.observe(&json!({ "kpi": "community-size", "value": 1_234 }));
    assert_eq!(status, 201, "{answer}");
    server.kill();
    let server = on_postgres();
    assert_eq!(server.kpi("community-size")["value"]["text"], "1,234");
    assert!(server.get("/sources").1.contains("PostgreSQL"), "the page names the database");
    assert!(!data.path().join("inferno-kpi.sqlite").exists());
}
