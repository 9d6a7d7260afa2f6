//! KPIs that are computed of labelled samples, and the contract with those who send them.

use serde_json::{Value, json};

use crate::running::{Running, folder, run, text};

const MEASURES: &str = r#"
[[kpi]]
id = "build-success"
name = "Build success"
track = "all"
section = "All"
group = "All"
description = "How many builds are green."
method = "Green builds of all builds"
unit = "%"
shape = "higher"
targets = { 1 = "90%" }
window = "7 days"
cadence = "1 day"
owner = "drivers"
connect = "the pipeline"

[[measure]]
id = "build-success"
unit = "%"
kind = "ratio"
part = { series = "ci.run", where = { result = "success" } }
whole = { series = "ci.run" }

[[feed]]
metric = "builds_total"
kind = "counter"
series = "ci.run"
note = "Counted by the runner."

[[trap]]
metrics = ["build_seconds_avg"]
reason = "A mean since the start of the runner."
instead = "ci.run"
"#;

#[test]
fn labelled_samples_become_a_kpi_and_the_contract_says_who_sends_them() {
    let data = folder();
    let file = data.path().join("derived.toml");
    let document = include_str!("one-kpi.toml").to_owned() + MEASURES;
    std::fs::write(&file, document).unwrap();
    let path = file.to_str().unwrap();
    let server = Running::start_with(data.path(), &["--catalogue", path], &[]);
    let contract = |extra: &[&str]| run(&[&["catalogue", "contract", "--url", &server.address], extra].concat());
    let missing = contract(&[]);
    assert_eq!(missing.status.code(), Some(1), "{}", text(&missing.stderr));
    assert!(text(&missing.stdout).starts_with("missing ci.run"), "{}", text(&missing.stdout));
    assert_eq!(contract(&[path]).status.code(), Some(1), "the same of a file that is not in force");

    let run_of = |result: &str| json!({ "series": "ci.run", "labels": { "result": result, "branch": "main" } });
    let samples = ["success", "success", "failure", "success"].map(run_of);
    let (status, answer) = server.observe(&json!(samples));
    assert_eq!((status, &answer["accepted"]), (201, &json!(4)), "{answer}");
    let kpi = server.kpi("build-success");
    assert_eq!((&kpi["value"]["number"], &kpi["value"]["computed"]), (&json!(75.0), &json!(true)), "{kpi}");
    assert_eq!(kpi["status"], "near");

    let kept = server.json("/api/v1/catalogue/contract");
    let row = json!({
        "series": "ci.run", "labels": ["result"], "kpis": ["build-success"], "kept": true, "state": kept["series"][0]["state"],
        "fed_by": [{ "metric": "builds_total", "note": "Counted by the runner." }],
    });
    assert_eq!(kept["series"], json!([row]));
    assert!(row["state"].as_str().unwrap().starts_with("4 samples"), "{row}");
    let kept = contract(&[]);
    assert_eq!(kept.status.code(), Some(0), "{}", text(&kept.stdout));
    assert!(text(&kept.stdout).starts_with("ok      ci.run"), "{}", text(&kept.stdout));
    let file_alone = run(&["catalogue", "contract", path]);
    assert_eq!(file_alone.status.code(), Some(0), "{}", text(&file_alone.stderr));
    for told in [text(&kept.stdout), text(&file_alone.stdout)] {
        assert!(told.contains("\n        fed by builds_total: Counted by the runner.\n"), "{told}");
        assert!(
            told.contains(
                "\nnot used: build_seconds_avg: A mean since the start of the runner.\n        instead: ci.run\n"
            ),
            "{told}"
        );
    }
    let unkept = server.observe(&json!({ "series": "ci.run", "labels": { "result": ["success"] } }));
    assert_eq!(unkept.0, 422, "a label is a text: {}", unkept.1);
}

#[test]
fn a_contract_of_a_broken_catalogue_is_refused() {
    let data = folder();
    let server = Running::start(data.path());
    let (status, problem) = server.post("/api/v1/catalogue/contract", "application/toml", b"[catalogue]\nid = 7\n");
    assert_eq!(status, 422);
    assert!(problem["errors"].as_array().unwrap().iter().all(|error| error["column"] != Value::Null), "{problem}");
}
