//! Whole stores copied: backup beside a server, restore, and the way to `PostgreSQL` and back.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::running::{Running, empty_schema, folder, run, text};

const STORE: &str = "inferno-kpi.sqlite";

/// The lines of the tables: name, rows, checksum.
fn tables(printed: &str) -> Vec<Vec<String>> {
    let rows = printed.lines().skip(1).take_while(|line| !line.ends_with("agree"));
    rows.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

fn copied(arguments: &[&str]) -> Vec<Vec<String>> {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}{}", text(&output.stderr), text(&output.stdout));
    let printed = text(&output.stdout);
    assert!(printed.trim_end().ends_with("all checksums agree"), "{printed}");
    tables(&printed)
}

fn refusal(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    text(&output.stderr)
}

fn observe(server: &Running, count: u32) {
    let rows: Vec<_> = (0..count)
        .map(|number| json!({ "kpi": "pipeline-build-time", "value": f64::from(number) + 1.5, "external_id": format!("{number}") }))
        .collect();
    let (status, answer) = server.observe(&json!(rows));
    assert!((200..300).contains(&status), "{answer}");
}

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_backup_is_made_while_a_server_writes_and_restored_elsewhere() {
    let (data, other) = (folder(), folder());
    let server = Running::start(data.path());
    observe(&server, 500);
    let file = other.path().join("backup.sqlite");
    let stop = AtomicBool::new(false);
    let saved = std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0.. {
                server.observe(
                    &json!([{ "kpi": "code-coverage", "value": number % 100, "external_id": format!("w{number}") }]),
                );
                if stop.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        let saved = copied(&["backup", "--data", name(data.path()), "--to", name(&file)]);
        stop.store(true, Ordering::Relaxed);
        saved
    });
    // One name is taken only once.
    let again = refusal(&["backup", "--data", name(data.path()), "--to", name(&file)]);
    assert!(again.contains("exists already"), "{again}");
    let target = other.path().join("restored");
    assert_eq!(copied(&["restore", name(&file), "--data", name(&target)]), saved);
    let restored = Running::start(&target);
    assert_eq!(
        restored.kpi("pipeline-build-time")["value"]["text"],
        server.kpi("pipeline-build-time")["value"]["text"]
    );
    let in_use = refusal(&["restore", name(&file), "--data", name(&target)]);
    assert!(in_use.contains("is in use"), "{in_use}");
    drop(restored);
    let filled = refusal(&["restore", name(&file), "--data", name(&target)]);
    assert!(filled.contains("holds records already"), "{filled}");
    let moved = refusal(&["migrate", "--from-data", name(data.path()), "--to-data", name(&other.path().join("new"))]);
    assert!(moved.contains("is in use"), "{moved}");
}

#[test]
fn a_damaged_backup_leaves_no_store() {
    let (data, other) = (folder(), folder());
    let server = Running::start(data.path());
    observe(&server, 2000);
    let file = other.path().join("backup.sqlite");
    copied(&["backup", "--data", name(data.path()), "--to", name(&file)]);
    let whole = fs::read(&file).unwrap();
    let mut overwritten = whole.clone();
    overwritten[whole.len() / 2..].fill(0x5a);
    let notes = b"somebody's notes, no database. ".repeat(400);
    for damaged in [&whole[..whole.len() / 2], &overwritten, &notes, &[]] {
        fs::write(&file, damaged).unwrap();
        let target = folder();
        let refused = refusal(&["restore", name(&file), "--data", name(target.path())]);
        assert!(refused.starts_with("inferno-kpi: could not"), "{refused}");
        let left = fs::read_dir(target.path()).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
        assert!(left.into_iter().all(|name| name == "inferno-kpi.lock"), "{refused}");
    }
    let missing = refusal(&["restore", "/nowhere.sqlite", "--data", name(other.path())]);
    assert!(missing.contains("does not exist"), "{missing}");
}

#[test]
fn a_log_of_another_store_is_not_taken_for_the_copys() {
    let (data, other) = (folder(), folder());
    Running::start(data.path()).kill();
    fs::write(other.path().join(format!("{STORE}-wal")), "left over").unwrap();
    let refused = refusal(&["migrate", "--from-data", name(data.path()), "--to-data", name(other.path())]);
    assert!(refused.contains("move it away"), "{refused}");
    assert!(!other.path().join(STORE).exists());
}

#[test]
fn a_store_goes_to_postgres_and_back_with_equal_checksums() {
    let url = empty_schema("moving");
    let (data, back) = (folder(), folder());
    let server = Running::start(data.path());
    observe(&server, 1500);
    let shown = server.kpi("pipeline-build-time")["value"]["text"].clone();
    server.terminate_and_wait(std::time::Duration::from_secs(20));
    let there = copied(&["migrate", "--from-data", name(data.path()), "--to", &url]);
    let filled = refusal(&["migrate", "--from-data", name(data.path()), "--to", &url]);
    assert!(filled.contains("holds records already"), "{filled}");
    let file = back.path().join("backup.sqlite");
    assert_eq!(copied(&["backup", "--database", &url, "--to", name(&file)]), there);
    assert_eq!(copied(&["migrate", "--from", &url, "--to-data", name(back.path())]), there);
    let observations = there.iter().find(|table| table[0] == "observations").expect("the table");
    assert!(observations[1].parse::<u32>().unwrap() >= 1500, "{there:?}");
    let restored = Running::start(back.path());
    assert_eq!(restored.kpi("pipeline-build-time")["value"]["text"], shown);
}
