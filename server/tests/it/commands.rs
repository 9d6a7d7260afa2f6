//! The command line, against local data and against a server.

use serde_json::json;

use crate::running::{Running, folder, run, text};

#[test]
fn catalogue_check_reports_errors_with_line_and_column() {
    let good = run(&["catalogue", "check", concat!(env!("CARGO_MANIFEST_DIR"), "/../catalogue/inferno.toml")]);
    assert!(good.status.success(), "{}", text(&good.stdout));
    assert!(text(&good.stdout).contains("110 KPIs in 7 tracks and 4 phases"));
    let shown = text(&run(&["catalogue", "show"]).stdout);
    let broken = shown
        .replacen("\"<10 min\"", "\"<10 minuets!\"", 1)
        .replacen("shape = \"band\"", "shape = \"bend\"", 1)
        .replacen("gate_share_percent = 80", "gate_share_percent = 180", 1);
    let folder = folder();
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, &broken).unwrap();
    let output = run(&["catalogue", "check", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let printed = text(&output.stdout);
    let line_of = |wanted: &str| broken.lines().position(|line| line.contains(wanted)).unwrap() + 1;
    for wanted in ["<10 minuets!", "\"bend\"", "= 180"] {
        let place = format!("mine.toml:{}:", line_of(wanted));
        assert!(printed.contains(&place), "{place} is missing:\n{printed}");
    }
    assert!(printed.ends_with("3 errors\n"), "{printed}");
}

#[test]
fn push_sends_values_and_files_and_explains_refusals() {
    let data = folder();
    let server = Running::start(data.path());
    let csv = data.path().join("values.csv");
    std::fs::write(&csv, "kpi,value\ncode-coverage,91\n").unwrap();
    let pushed =
        run(&["push", "--url", &server.address, "--source", "ci", "pipeline-build-time=7min", csv.to_str().unwrap()]);
    assert!(pushed.status.success(), "{}", text(&pushed.stderr));
    assert_eq!(server.kpi("pipeline-build-time")["value"]["text"], "7 min");
    assert_eq!(server.kpi("code-coverage")["value"]["text"], "91%");
    let refused = run(&["push", "--url", &server.address, "pipeline-build-time=7GB"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("row 1, unit"), "{}", text(&refused.stderr));
}

#[test]
fn gate_answers_with_its_exit_status() {
    let data = folder();
    let server = Running::start(data.path());
    let folder = data.path().to_str().unwrap();
    for place in [["--data", folder], ["--url", &server.address]] {
        let output = run(&["gate", "1", place[0], place[1]]);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert!(
            text(&output.stdout).contains("0 of 44 counted KPIs are met, 36 are needed"),
            "{}",
            text(&output.stdout)
        );
        assert_eq!(run(&["gate", "7", place[0], place[1]]).status.code(), Some(2));
    }
    let small = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/one-kpi.toml");
    let own = crate::running::folder();
    let own_folder = own.path().to_str().unwrap();
    let server = Running::start_with(own.path(), &["--catalogue", small], &[]);
    server.observe(&json!([
        { "kpi": "speed", "value": 3, "time": "2026-05-01T00:00:00Z" },
        { "kpi": "speed", "value": 30 },
    ]));
    let gate = |extra: &[&str]| run(&[&["gate", "1", "--data", own_folder, "--catalogue", small], extra].concat());
    assert_eq!(gate(&[]).status.code(), Some(0), "{}", text(&gate(&[]).stdout));
    assert_eq!(gate(&["--as-of", "2026-05-02"]).status.code(), Some(1));
    assert_eq!(gate(&["--as-of", "someday"]).status.code(), Some(2));
    assert!(text(&gate(&["--json"]).stdout).contains("\"outcome\": \"passed\""));
}

#[test]
fn status_lists_every_kpi() {
    let data = folder();
    let server = Running::start(data.path());
    server.observe(&json!({ "kpi": "code-coverage", "value": 91 }));
    let output = run(&["status", "--data", data.path().to_str().unwrap()]);
    let printed = text(&output.stdout);
    assert_eq!(printed.lines().count(), 111, "{printed}");
    assert!(
        printed.lines().any(|line| line.starts_with("met") && line.contains("code-coverage") && line.contains("91%"))
    );
}

#[test]
fn a_benchmark_is_measured_recorded_and_feeds_its_kpis() {
    let data = folder();
    let server = Running::start(data.path());
    let output = run(&["bench", "--tiny", "--url", &server.address]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let runs = server.json("/api/v1/benchmarks");
    assert_eq!(runs[0]["state"], "done", "{runs}");
    let report = &server.json(&format!("/api/v1/benchmarks/{}", runs[0]["id"].as_str().unwrap()))["report"];
    let measured =
        report["schemes"].as_array().unwrap().iter().filter(|scheme| scheme["outcome"] == "measured").count();
    assert!(measured > 5, "{report}");
    let schemes = server.kpi("supported-quantization-types");
    assert_eq!(schemes["value"]["origin"], "embedded-engine");
    let (_, html) = server.get("/benchmarks");
    assert!(html.contains("q8_0") && html.contains("<svg") && html.contains("reference model"));
    let (_, csv) = server.get(&format!("/api/v1/benchmarks/{}/speed.csv", runs[0]["id"].as_str().unwrap()));
    assert!(csv.contains("q8_0"), "{csv}");
}

#[test]
fn demo_data_is_marked_on_the_command_line_too() {
    let data = folder();
    let server = Running::start_with(data.path(), &["--demo"], &[]);
    let folder = data.path().to_str().unwrap();
    assert!(text(&run(&["gate", "1", "--data", folder]).stdout).starts_with("DEMO DATA"));
    assert!(text(&run(&["status", "--url", &server.address]).stdout).lines().next().unwrap().contains("DEMO DATA"));
}
