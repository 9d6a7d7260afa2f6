//! Two servers on one PostgreSQL database: the second is refused and told who is in, and whatever becomes of the lock, nothing
//! that was acknowledged is lost.

use std::fmt::Write as _;
use std::process::Output;
use std::time::Duration;

use serde_json::json;
use sqlx::Connection as _;

use crate::running::{Running, empty_schema, eventually, folder, run, site, text};

const START_S: i64 = 1_767_225_600;
const STOPS_WITHIN: Duration = Duration::from_secs(30);

fn on(url: &str) -> Running {
    let data = folder();
    Running::start_with(data.path(), &["--database", url], &[])
}

/// A second server, which must end by itself.
fn second(url: &str) -> Output {
    let (data, site) = (folder(), site());
    let (data, site) = (data.path().to_str().unwrap(), site.path().to_str().unwrap());
    run(&["serve", "--address", "127.0.0.1:0", "--data", data, "--site", site, "--database", url])
}

fn assert_in_use(refused: &Output, by: &Running) {
    let told = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{told}");
    let pid = format!("(pid {})", by.id());
    assert!(
        told.contains("is in use by inferno-kpi on ") && told.contains(&pid) && told.contains(" since 20"),
        "{told}"
    );
    assert!(!told.contains("tester:"), "no password: {told}");
}

/// Ends the connection that holds the lock, as an administrator or a network may, and waits until it is gone.
fn end_holder(url: &str) {
    const END: &str = "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 2 AND granted
          AND objid = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";
    let end = async {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        let ended: Vec<bool> = sqlx::query_scalar(END).fetch_all(&mut connection).await.unwrap();
        assert_eq!(ended, [true]);
    };
    tokio::runtime::Runtime::new().unwrap().block_on(end);
}

/// Sends 50 samples of a host, each in a body of its own.
fn send_fifty(server: &Running, host: &str) {
    for step in 0..50 {
        let line = format!("two,host={host} value={step} {}\n", START_S + step);
        assert_eq!(server.post("/write?db=t&precision=s", "text/plain", line.as_bytes()).0, 204, "{host}");
    }
}

fn samples(server: &Running, host: &str) -> u64 {
    let found = server.json(&format!("/api/v1/sample-series?name=two&label=host:{host}"));
    let number = found[0]["number"].as_i64().unwrap_or_else(|| panic!("no samples of {host}: {found}"));
    let (from, until) = (START_S * 1_000, (START_S + 86_400) * 1_000);
    let window = server.json(&format!("/api/v1/sample-series/{number}/window?from={from}&until={until}"));
    window["count"].as_u64().unwrap()
}

#[test]
fn the_second_is_refused_and_told_who_is_in_and_readers_are_let_in() {
    let url = empty_schema("two_servers_refused");
    let first = on(&url);
    let others = folder();
    let backup = others.path().join("backup.sqlite");
    let backup = backup.to_str().unwrap();
    let saved = run(&["backup", "--database", &url, "--to", backup]);
    assert!(saved.status.success(), "{}", text(&saved.stderr));
    let status = run(&["status", "--database", &url]);
    assert!(status.status.success(), "{}", text(&status.stderr));
    assert_eq!(run(&["gate", "1", "--database", &url]).status.code(), Some(1));
    let moved = others.path().join("moved");
    let moved = moved.to_str().unwrap();
    std::thread::scope(|scope| {
        let server = scope.spawn(|| second(&url));
        let writers = [
            vec!["bench", "--tiny", "--database", &url],
            vec!["restore", backup, "--database", &url],
            vec!["migrate", "--from", &url, "--to-data", moved],
        ];
        let writers = writers.map(|arguments| scope.spawn(move || run(&arguments)));
        for (number, writer) in writers.into_iter().enumerate() {
            let refused = writer.join().unwrap();
            assert_in_use(&refused, &first);
            assert!(refused.stdout.is_empty(), "{number}: {}", text(&refused.stdout));
        }
        assert_in_use(&server.join().unwrap(), &first);
    });
    assert_eq!(first.observe(&json!({ "kpi": "community-size", "value": 5 })).0, 201);
    send_fifty(&first, "a");
    first.terminate_and_wait(STOPS_WITHIN);
    let next = on(&url);
    assert_eq!(samples(&next, "a"), 50);
    assert_eq!(next.kpi("community-size")["value"]["text"], "5");
}

#[test]
fn a_server_that_is_started_again_after_a_kill_gets_in() {
    let url = empty_schema("two_servers_killed");
    for round in 1..=3_u32 {
        let server = on(&url);
        let id = format!("r{round}");
        let row = json!([{ "series": "two.round", "value": 1, "external_id": id }]);
        assert_eq!(server.observe(&row).0, 201);
        let held = server.json("/api/v1/series?contains=two.round");
        assert_eq!(held[0]["count"].as_u64(), Some(u64::from(round)), "{held}");
        server.kill();
    }
}

#[test]
fn a_lock_that_was_lost_is_taken_again_before_the_next_write() {
    let url = empty_schema("two_servers_lost");
    let first = on(&url);
    end_holder(&url);
    send_fifty(&first, "a");
    assert_in_use(&second(&url), &first);
    assert_eq!(first.get("/readyz").0, 200);
    send_fifty(&first, "b");
    first.kill();
    let next = on(&url);
    assert_eq!((samples(&next, "a"), samples(&next, "b")), (50, 50));
}

/// The first server is stopped as by a debugger, loses its lock, and another one takes the database.
fn taken_over(url: &str) -> (Running, Running) {
    let first = on(url);
    send_fifty(&first, "first");
    first.signal("STOP");
    end_holder(url);
    let other = on(url);
    assert_eq!(samples(&other, "first"), 50);
    send_fifty(&other, "other");
    first.signal("CONT");
    (first, other)
}

/// What the first one says once it knows.
fn assert_stopped_writing(first: &Running, other: &Running) {
    let reason = eventually("the reason", || {
        let (status, told) = first.get("/readyz");
        (status == 503).then_some(told)
    });
    let pid = format!("(pid {})", other.id());
    assert!(reason.contains("taken by inferno-kpi on") && reason.contains(&pid), "{reason}");
    assert!(reason.contains("restart this one"), "{reason}");
    let answer = first.send("/api/v1/observations", &[], &json!({ "kpi": "community-size", "value": 6 }));
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert!(answer.header("retry-after").parse::<u64>().is_ok());
    assert_eq!(first.post("/write?db=t&precision=s", "text/plain", b"two,host=late value=1 1767225600\n").0, 503);
    assert!(first.get("/").1.contains("taken by inferno-kpi on"), "every page says so");
}

#[test]
fn nothing_is_lost_where_the_first_stops_cleanly_and_the_other_is_killed() {
    let url = empty_schema("two_servers_taken");
    let (first, other) = taken_over(&url);
    assert_stopped_writing(&first, &other);
    send_fifty(&other, "later");
    // It may not put the mark of what is in blocks above payloads that it does not know.
    first.terminate_and_wait(STOPS_WITHIN);
    other.kill();
    let next = on(&url);
    for host in ["first", "other", "later"] {
        assert_eq!(samples(&next, host), 50, "{host}");
    }
}

#[test]
fn nothing_is_lost_where_the_other_is_killed_before_the_first_stops() {
    let url = empty_schema("two_servers_left");
    let (first, other) = taken_over(&url);
    send_fifty(&other, "later");
    let id = other.id();
    other.kill();
    let reason = eventually("the reason", || {
        let (status, told) = first.get("/readyz");
        (status == 503).then_some(told)
    });
    assert!(reason.contains(&format!("(pid {id})")), "{reason}");
    first.terminate_and_wait(STOPS_WITHIN);
    let next = on(&url);
    let mut told = String::new();
    for host in ["first", "other", "later"] {
        writeln!(told, "{host} {}", samples(&next, host)).unwrap();
    }
    assert_eq!(told, "first 50\nother 50\nlater 50\n");
}
