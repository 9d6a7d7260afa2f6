//! A user's own catalogue: read again when its file changes, sent by command, versioned, and never taken over broken.

use std::path::Path;

use serde_json::{Value, json};

use crate::running::{Running, eventually, folder, run, text};

const ONE_KPI: &str = include_str!("one-kpi.toml");

fn with_target(target: &str) -> String {
    ONE_KPI.replace("1 = \"10\"", &format!("1 = \"{target}\""))
}

/// Two errors, in different lines.
fn broken() -> String {
    ONE_KPI.replace("cadence = \"1 day\"", "cadence = \"often\"").replace("shape = \"higher\"", "shape = \"sideways\"")
}

/// In one step, so that nobody reads half of it.
fn replace(file: &Path, document: &str) {
    let new = file.with_extension("new");
    std::fs::write(&new, document).unwrap();
    std::fs::rename(new, file).unwrap();
}

fn versions(server: &Running) -> Value {
    server.json("/api/v1/catalogue/versions")
}

#[test]
fn a_changed_file_becomes_a_new_version_and_the_past_stays_as_it_was() {
    let data = folder();
    let file = data.path().join("mine.toml");
    replace(&file, ONE_KPI);
    let server = Running::start_with(data.path(), &["--catalogue", file.to_str().unwrap()], &[]);
    server.observe(&json!({ "kpi": "speed", "value": 12 }));
    let before = server.json("/api/v1/kpis")["instant"].as_str().unwrap().to_owned();
    assert_eq!(server.kpi("speed")["status"], "met");

    replace(&file, &with_target("15"));
    let list = eventually("the second version", || {
        let list = versions(&server);
        (list["versions"].as_array().unwrap().len() == 2).then_some(list)
    });
    let newest = &list["versions"][0];
    assert_eq!((&newest["number"], &newest["origin"], &newest["in_force"]), (&json!(2), &json!("file"), &json!(true)));
    assert_eq!(newest["changes"], json!(["KPI \"speed\": target of phase 1: 10 → 15"]));
    assert!(newest["person"].as_str().unwrap().contains("mine.toml"), "{newest}");
    assert_eq!(server.kpi("speed")["status"], "near");
    let then = server.json(&format!("/api/v1/kpis/speed?as_of={before}"));
    assert_eq!((&then["status"], &then["current_target"]), (&json!("met"), &json!("10")), "under the version of then");
    let document = server.json("/api/v1/catalogue/versions/1")["document"].as_str().unwrap().to_owned();
    assert_eq!(document, ONE_KPI, "a version keeps the very document");
    assert_eq!(server.get("/api/v1/catalogue/versions/3").0, 404);
}

#[test]
fn a_broken_file_is_refused_with_every_error_and_the_running_catalogue_stays() {
    let data = folder();
    let file = data.path().join("mine.toml");
    replace(&file, ONE_KPI);
    let server = Running::start_with(data.path(), &["--catalogue", file.to_str().unwrap()], &[]);
    let before = server.get("/api/v1/catalogue").1;
    replace(&file, &broken());
    let refusal = eventually("the refusal", || {
        let refusal = versions(&server)["refusal"].clone();
        (refusal != json!([])).then_some(refusal)
    });
    let lines: Vec<&str> = refusal.as_array().unwrap().iter().map(|error| error.as_str().unwrap()).collect();
    assert_eq!(lines.len(), 2, "{refusal}");
    assert!(lines[0].contains("sideways") && lines[1].contains("\"often\""), "{refusal}");
    assert_eq!(versions(&server)["versions"].as_array().unwrap().len(), 1);
    assert_eq!(server.get("/api/v1/catalogue").1, before, "the running one stays");
    let sent = server.post("/api/v1/catalogue?person=Ada", "application/toml", with_target("15").as_bytes());
    assert_eq!(sent.0, 409, "the file is the only place to change it: {}", sent.1);
    replace(&file, &with_target("15"));
    eventually("the mended file", || (versions(&server)["refusal"] == json!([])).then_some(()));
    assert_eq!(server.kpi("speed")["current_target"], "15");
}

#[test]
fn a_catalogue_is_sent_shown_and_given_back_by_commands() {
    let data = folder();
    let server = Running::start(data.path());
    let file = data.path().join("mine.toml");
    let path = file.to_str().unwrap();
    let apply = |extra: &[&str]| {
        run(&[&["catalogue", "apply", path, "--person", "Ada", "--url", &server.address], extra].concat())
    };
    replace(&file, ONE_KPI);
    let applied = apply(&["--reason", "ours"]);
    assert!(applied.status.success(), "{}", text(&applied.stderr));
    assert!(text(&applied.stdout).starts_with("version 2: "), "{}", text(&applied.stdout));
    replace(&file, &with_target("15"));
    assert_eq!(text(&apply(&[]).stdout), "version 3: 1 change\n  KPI \"speed\": target of phase 1: 10 → 15\n");
    assert_eq!(text(&apply(&[]).stdout), "version 3: 0 changes\n", "the same again is no new version");

    let shown = text(&run(&["catalogue", "show", "--url", &server.address]).stdout);
    let copy = data.path().join("copy.toml");
    std::fs::write(&copy, &shown).unwrap();
    let difference = run(&["catalogue", "difference", path, copy.to_str().unwrap()]);
    assert_eq!(text(&difference.stdout), "0 changes\n", "the file comes back, comments excepted");

    replace(&file, &broken());
    let refused = apply(&[]);
    assert_eq!(refused.status.code(), Some(2));
    let line_of = |wanted: &str| broken().lines().position(|line| line.contains(wanted)).unwrap() + 1;
    for wanted in ["sideways", "\"often\""] {
        let place = format!("  {}:", line_of(wanted));
        assert!(text(&refused.stderr).contains(&place), "{place}: {}", text(&refused.stderr));
    }
    let newest = &versions(&server)["versions"][0];
    assert_eq!((&newest["number"], &newest["person"]), (&json!(3), &json!("Ada")));
    drop(server);
    let server = Running::start(data.path());
    assert_eq!(server.kpi("speed")["current_target"], "15", "what somebody sent stays in force over a restart");
}

#[test]
fn errors_of_a_sent_catalogue_come_with_line_and_column_and_old_changes_are_refused() {
    let data = folder();
    let server = Running::start(data.path());
    let send = |query: &str, document: &str| {
        server.post(&format!("/api/v1/catalogue?{query}"), "application/toml", document.as_bytes())
    };
    let (status, problem) = send("person=Ada", &broken());
    assert_eq!(status, 422, "{problem}");
    let errors = problem["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 2, "{problem}");
    assert!(errors.iter().all(|error| error["row"].as_u64() > Some(0) && error["column"].as_u64() > Some(0)));
    for (query, document, expected) in [
        ("person=%20", ONE_KPI.to_owned(), 422),
        ("reason=nobody", ONE_KPI.to_owned(), 400),
        ("person=Ada&seen=9", ONE_KPI.to_owned(), 412),
        ("person=Ada", "x".repeat(1024 * 1024 + 1), 413),
        ("person=Ada&seen=1", ONE_KPI.to_owned(), 201),
        ("person=Ada&seen=1", with_target("15"), 412),
        ("person=Ada&seen=2", ONE_KPI.to_owned(), 200),
    ] {
        let (status, answer) = send(query, &document);
        assert_eq!(status, expected, "{query}: {answer}");
    }
    assert_eq!(server.fetch("/api/v1/catalogue").header("x-catalogue-version"), "2");
    assert_eq!(server.json("/api/v1/kpis")["kpis"].as_array().unwrap().len(), 1);
}

#[test]
fn a_decision_changes_the_phase_but_not_the_file_that_is_given_back() {
    let data = folder();
    let two = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/two-kpis.toml");
    let server = Running::start_with(data.path(), &["--catalogue", two], &[]);
    let before = server.get("/api/v1/catalogue").1;
    server.observe(&json!([{ "kpi": "speed", "value": 12 }, { "kpi": "reach", "value": 120 }]));
    let signed = json!({ "kind": "sign-off", "person": "Ada", "reason": "done" });
    assert_eq!(server.send("/api/v1/gates/1/decisions", &[("if-match", "*")], &signed).status, 201);
    assert_eq!(server.json("/api/v1/kpis")["current_phase"], 2);
    assert_eq!(server.get("/api/v1/catalogue").1, before);
}
