//! A store that an older release wrote opens, migrates, and says of fifty past instants what that release said.
//!
//! `scripts/older-store/write.py` wrote it, and what the older program answered.

use std::fs::File;
use std::path::Path;

use flate2::read::GzDecoder;
use serde_json::{Map, Value, json};

use crate::running::{Running, empty_schema, eventually, folder, run, text};

const OLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/older-store");
/// Nothing of it is too old, whenever the test runs.
const FOR_EVER: [&str; 10] = [
    "--keep-payloads-days",
    "0",
    "--keep-samples-days",
    "0",
    "--keep-minutes-days",
    "0",
    "--keep-hours-days",
    "0",
    "--keep-days-days",
    "0",
];
/// How far two numbers may differ, relative to the larger: a sum may have been rounded otherwise.
const TOLERANCE: f64 = 1e-12;

fn unpack(data: &Path) {
    let mut packed = GzDecoder::new(File::open(format!("{OLDER}/store.sqlite.gz")).unwrap());
    let mut store = File::create(data.join("inferno-kpi.sqlite")).unwrap();
    std::io::copy(&mut packed, &mut store).unwrap();
}

fn older_answers() -> Vec<Value> {
    let packed = GzDecoder::new(File::open(format!("{OLDER}/answers.json.gz")).unwrap());
    serde_json::from_reader(packed).unwrap()
}

fn start(data: &Path, extra: &[&str]) -> Running {
    let server = Running::start_with(data, &[&FOR_EVER, extra].concat(), &[]);
    // Whatever is brought up to date behind a start has been.
    eventually("the older store", || (server.get("/readyz").0 == 200).then_some(()));
    server
}

/// Those members of an object.
fn members(of: &Value, names: &[&str]) -> Map<String, Value> {
    names.iter().map(|name| ((*name).to_owned(), of[*name].clone())).collect()
}

/// What the server says of an instant, as the older release's answers are kept.
fn answers(server: &Running, as_of: &str) -> Value {
    let all = server.json(&format!("/api/v1/kpis?as_of={as_of}"));
    let kpis = all["kpis"].as_array().unwrap().iter().map(|kpi| {
        let mut told = members(kpi, &["id", "status", "attainment", "since", "pace"]);
        let value = &kpi["value"];
        let names = ["number", "unit", "observed", "origin", "observations", "computed"];
        told.insert("value".to_owned(), if value.is_null() { Value::Null } else { members(value, &names).into() });
        let targets = kpi["targets"].as_array().unwrap().iter().map(|target| target["status"].clone());
        told.insert("targets".to_owned(), targets.collect());
        Value::Object(told)
    });
    let kpis: Vec<Value> = kpis.collect();
    let listed = server.json(&format!("/api/v1/gates?as_of={as_of}"));
    let gates = listed["gates"].as_array().unwrap().iter().map(|gate| {
        let mut told = members(gate, &["phase", "outcome", "counted", "met", "needed", "no_data", "stale", "waived"]);
        let blockers = gate["blockers"].as_array().unwrap().iter();
        let blockers = blockers.map(|blocker| json!([blocker["id"], blocker["status"], blocker["attainment"]]));
        told.insert("blockers".to_owned(), blockers.collect());
        told.insert("signed_off".to_owned(), gate["signed_off"]["person"].clone());
        Value::Object(told)
    });
    let gates: Vec<Value> = gates.collect();
    json!({ "as_of": as_of, "current_phase": all["current_phase"], "kpis": kpis, "gates": gates })
}

/// Whether a list stands in the order of how far its KPIs are from their targets.
fn is_by_distance(path: &str) -> bool {
    [".blockers", ".waived"].iter().any(|end| path.ends_with(end))
}

/// Appends where two answers differ.
fn compare(path: &str, older: &Value, newer: &Value, differences: &mut Vec<String>) {
    match (older, newer) {
        (Value::Object(before), Value::Object(after)) => {
            for name in before.keys().chain(after.keys().filter(|name| !before.contains_key(*name))) {
                compare(&format!("{path}.{name}"), &older[name], &newer[name], differences);
            }
        }
        // Those that are equally far stand in the order in which rounding left them, and sums are rounded correctly now.
        (Value::Array(before), Value::Array(after)) if is_by_distance(path) && before.len() == after.len() => {
            let id = |row: &Value| row.as_str().or_else(|| row[0].as_str()).unwrap().to_owned();
            let by_id = |rows: &[Value]| {
                let mut rows = rows.to_vec();
                rows.sort_by_key(id);
                rows
            };
            for (before, after) in by_id(before).iter().zip(&by_id(after)) {
                compare(&format!("{path}.{}", id(before)), before, after, differences);
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (place, (before, after)) in before.iter().zip(after).enumerate() {
                let name = before["id"].as_str().map_or_else(|| place.to_string(), str::to_owned);
                compare(&format!("{path}.{name}"), before, after, differences);
            }
        }
        (Value::Number(before), Value::Number(after)) => {
            let (before, after) = (before.as_f64().unwrap(), after.as_f64().unwrap());
            if (before - after).abs() > TOLERANCE * before.abs().max(after.abs()) {
                differences.push(format!("{path}: {before} before, {after} now"));
            }
        }
        _ if older == newer => {}
        _ => differences.push(format!("{path}: {older} before, {newer} now")),
    }
}

fn assert_says_the_same(server: &Running) {
    let mut differences = Vec::new();
    for older in older_answers() {
        let as_of = older["as_of"].as_str().unwrap();
        compare(as_of, &older, &answers(server, as_of), &mut differences);
    }
    let shown: Vec<&String> = differences.iter().take(20).collect();
    assert!(differences.is_empty(), "{} differences, such as {shown:#?}", differences.len());
}

#[test]
fn the_answers_of_the_older_release_are_those_of_fifty_instants_in_every_state() {
    let older = older_answers();
    let statuses = |wanted: &str| {
        older.iter().flat_map(|answer| answer["kpis"].as_array().unwrap()).filter(|kpi| kpi["status"] == wanted).count()
    };
    assert_eq!(older.len(), 50);
    for status in ["met", "near", "yellow", "red", "stale", "no-data", "no-target"] {
        assert!(statuses(status) > 100, "{status}: {}", statuses(status));
    }
}

#[test]
fn a_store_of_an_older_release_says_the_same_of_every_instant_and_so_does_a_second_start() {
    let data = folder();
    unpack(data.path());
    let server = start(data.path(), &[]);
    assert_says_the_same(&server);
    drop(server);
    assert_says_the_same(&start(data.path(), &[]));
}

#[test]
fn the_same_store_moved_to_postgres_says_the_same() {
    let (data, other, url) = (folder(), folder(), empty_schema("older_store"));
    unpack(data.path());
    // What is moved must be of this release.
    drop(start(data.path(), &[]));
    let moved = run(&["migrate", "--from-data", data.path().to_str().unwrap(), "--to", &url]);
    assert!(moved.status.success(), "{}{}", text(&moved.stderr), text(&moved.stdout));
    assert_says_the_same(&start(other.path(), &["--database", &url]));
}

#[test]
fn a_store_of_an_older_release_is_what_was_written() {
    let data = folder();
    unpack(data.path());
    drop(start(data.path(), &[]));
    let verified = run(&["verify", "--data", data.path().to_str().unwrap()]);
    assert!(verified.status.success(), "{}{}", text(&verified.stderr), text(&verified.stdout));
}
