//! What was acknowledged survives the process being killed in the middle of a stream of writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use serde_json::json;

use crate::running::{Running, agent, folder};

/// How many observations must be acknowledged before the server is killed.
const ACKNOWLEDGED_BEFORE_KILL: u64 = 40;
const WRITERS: u64 = 4;
const ROUNDS: u64 = 3;

#[test]
fn every_acknowledged_observation_is_there_after_sigkill() {
    let data = folder();
    let mut acknowledged: Vec<u64> = Vec::new();
    for round in 0..ROUNDS {
        let server = Running::start(data.path());
        acknowledged.extend(write_until_killed(server, round));
        let server = Running::start(data.path());
        let (_, csv) = server.get("/api/v1/kpis/community-size/history.csv");
        let kept: Vec<u64> =
            csv.lines().skip(1).filter_map(|line| line.split(',').nth(2)?.parse::<f64>().ok()).map(whole).collect();
        let lost: Vec<&u64> = acknowledged.iter().filter(|value| !kept.contains(value)).collect();
        assert!(lost.is_empty(), "round {round} lost {lost:?}");
        let mut once = kept.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), kept.len(), "nothing stands there twice");
    }
    assert!(acknowledged.len() as u64 >= ROUNDS * ACKNOWLEDGED_BEFORE_KILL);
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the test wrote small whole numbers")]
fn whole(number: f64) -> u64 {
    number as u64
}

/// Several clients write at once; the server is killed while they do. Returns what it acknowledged.
fn write_until_killed(server: Running, round: u64) -> Vec<u64> {
    let url = server.url("/api/v1/observations");
    let count = Arc::new(AtomicU64::new(0));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (url, count) = (url.clone(), Arc::clone(&count));
            thread::spawn(move || {
                let agent = agent();
                let mut acknowledged = Vec::new();
                for step in 0.. {
                    let value = round * 1_000_000 + writer * 100_000 + step;
                    let body = json!({ "kpi": "community-size", "value": value }).to_string();
                    match agent.post(&url).header("content-type", "application/json").send(body.as_bytes()) {
                        Ok(response) if response.status().as_u16() == 201 => {
                            acknowledged.push(value);
                            count.fetch_add(1, Ordering::SeqCst);
                        }
                        // The server is gone; what was under way was never acknowledged.
                        _ => break,
                    }
                }
                acknowledged
            })
        })
        .collect();
    while count.load(Ordering::SeqCst) < ACKNOWLEDGED_BEFORE_KILL {
        thread::yield_now();
    }
    server.kill();
    writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
}

#[test]
fn a_server_on_postgres_keeps_what_it_acknowledged() {
    let url = std::env::var("INFERNO_KPI_TEST_POSTGRES_URL")
        .expect("run the tests through scripts/with-postgres.sh, which starts a PostgreSQL for them");
    let data = folder();
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
