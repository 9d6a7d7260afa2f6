//! What the API says of KPIs, gates and alerts.

use serde_json::{Value, json};

use crate::running::{Running, folder};

#[test]
fn all_110_kpis_are_listed_with_targets_as_written_and_as_parsed() {
    let data = folder();
    let server = Running::start(data.path());
    let list = server.json("/api/v1/kpis");
    let kpis = list["kpis"].as_array().unwrap();
    assert_eq!(kpis.len(), 110);
    for kpi in kpis {
        for key in ["id", "name", "track", "section", "group", "shape", "status"] {
            assert!(kpi[key].as_str().is_some_and(|text| !text.is_empty()), "{key} of {kpi}");
        }
        for target in kpi["targets"].as_array().unwrap() {
            assert!(target["written"].as_str().is_some_and(|text| !text.is_empty()), "{kpi}");
            assert!(target["parsed"]["kind"].is_string(), "{kpi}");
        }
    }
    let build_time = server.kpi("pipeline-build-time");
    assert_eq!(
        build_time["targets"][0],
        json!({
            "phase": 1, "from_phase": false, "written": "<10 min", "status": "no-data", "attainment": null,
            "parsed": { "kind": "below", "value": 10.0, "unit": "min" },
        })
    );
}

#[test]
fn gates_count_and_need_what_the_framework_says() {
    let data = folder();
    let server = Running::start(data.path());
    let gates = server.json("/api/v1/gates");
    let numbers: Vec<[u64; 3]> = gates["gates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gate| ["phase", "counted", "needed"].map(|key| gate[key].as_u64().unwrap()))
        .collect();
    assert_eq!(numbers, [[1, 44, 36], [2, 59, 51], [3, 63, 57]]);
    for gate in gates["gates"].as_array().unwrap() {
        assert_eq!(gate["outcome"], "not-passed");
        let blockers = gate["blockers"].as_array().unwrap().len() as u64;
        assert_eq!(blockers + gate["met"].as_u64().unwrap(), gate["counted"].as_u64().unwrap());
    }
}

#[test]
fn a_gate_passes_once_enough_kpis_are_met_and_the_nearest_blockers_come_first() {
    let data = folder();
    let server = Running::start(data.path());
    let gates = server.json("/api/v1/gates");
    let blockers: Vec<String> = gates["gates"][0]["blockers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|blocker| blocker["id"].as_str().unwrap().to_owned())
        .collect();
    let met: Vec<Value> = blockers
        .iter()
        .filter(|id| !id.contains("baseline"))
        .map(|id| json!({ "kpi": id, "value": value_that_meets_phase_1(&server.kpi(id)) }))
        .collect();
    let (status, answer) = server.observe(&Value::Array(met));
    assert_eq!(status, 201, "{answer}");
    // A KPI against a baseline shows no improvement with its first observation; those two stay blockers.
    let gate = &server.json("/api/v1/gates")["gates"][0];
    assert_eq!(gate["outcome"], "passed", "{gate}");
    assert_eq!(gate["counted"], 44);
    let attainments: Vec<f64> = gate["blockers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|blocker| blocker["attainment"].as_f64().unwrap_or(-1.0))
        .collect();
    assert!(attainments.is_sorted_by(|left, right| left >= right), "{attainments:?}");
}

/// A value that meets the KPI's target of phase 1, taken from the target itself.
fn value_that_meets_phase_1(kpi: &Value) -> Value {
    let parsed = &kpi["targets"][0]["parsed"];
    let value = parsed["value"].as_f64();
    match parsed["kind"].as_str().unwrap() {
        "at-least" | "factor" | "share" | "share-of-ceiling" | "within" => json!(value.unwrap()),
        "below" => json!(value.unwrap() * 0.9)
            .as_f64()
            .map(|number| json!(format!("{number} {}", parsed["unit"].as_str().unwrap())))
            .unwrap(),
        "above" => json!(value.unwrap() + 0.1),
        "no-finding" => json!("none"),
        other => panic!("no value for {other}"),
    }
}

#[test]
fn a_red_kpi_raises_an_alert_and_a_customer_facing_one_escalates() {
    let data = folder();
    let server = Running::start(data.path());
    server.observe(&json!({ "kpi": "pipeline-build-time", "value": "21 min" }));
    let alerts = server.json("/api/v1/alerts");
    assert_eq!(alerts["alerts"][0]["kpi"], "pipeline-build-time");
    assert_eq!(alerts["alerts"][0]["level"], "red");
    assert_eq!(alerts["escalations"], json!([]));
    server.observe(&json!({ "kpi": "platform-availability", "value": 98.0 }));
    let escalation = crate::running::eventually("the pending escalation", || {
        let list = server.json("/api/v1/alerts");
        assert_eq!(list["escalations"], json!([]), "nothing has escalated yet");
        (list["escalation"]["state"] == "pending").then(|| list["escalation"].clone())
    });
    let reasons = escalation["reasons"].as_array().unwrap().len();
    assert_eq!(reasons, 2, "several red, and one that touches customers");
}

#[test]
fn the_thresholds_of_yellow_and_red_are_exact() {
    let data = folder();
    let server = Running::start(data.path());
    for (value, status) in [("7000", "near"), ("6999", "yellow"), ("5000", "yellow"), ("4999", "red"), ("10000", "met")]
    {
        // 10,000 is the phase 1 target of nothing; App adoption in phase 1 asks for 1,000, so a tenth of each value.
        let tenth = value.parse::<f64>().unwrap() / 10.0;
        server.observe(&json!({ "kpi": "developer-adoption", "value": tenth }));
        assert_eq!(server.kpi("developer-adoption")["status"], status, "{tenth}");
    }
}

#[test]
fn a_past_instant_shows_what_was_known_of_it() {
    let data = folder();
    let server = Running::start(data.path());
    server.observe(&json!([
        { "kpi": "code-coverage", "value": 80.0, "time": "2026-03-01T12:00:00Z" },
        { "kpi": "code-coverage", "value": 91.0, "time": "2026-03-05T12:00:00Z" },
    ]));
    for (as_of, value, status) in [
        ("2026-02-28", Value::Null, "no-data"),
        ("2026-03-01", json!(80.0), "near"),
        ("2026-03-05T12:00:00Z", json!(91.0), "met"),
        ("2026-11-01", json!(91.0), "stale"),
    ] {
        let kpi = server.json(&format!("/api/v1/kpis/code-coverage?as_of={as_of}"));
        assert_eq!((&kpi["value"]["number"], kpi["status"].as_str().unwrap()), (&value, status), "{as_of}");
    }
    let (status, problem) = server.get("/api/v1/kpis?as_of=yesterday");
    assert_eq!(status, 400, "{problem}");
    assert!(problem.contains("2026-11-23T14:30:00Z"), "says what would be right: {problem}");
}

#[test]
fn the_openapi_document_is_the_one_that_is_kept() {
    let data = folder();
    let server = Running::start(data.path());
    let document = server.json("/api/v1/openapi.json");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let pretty = serde_json::to_string_pretty(&document).unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(file, &pretty).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap();
    assert!(
        kept == pretty,
        "docs/openapi.json differs; write it anew with UPDATE_OPENAPI=1 cargo test -p server openapi"
    );
}

#[test]
fn the_site_itself_is_measured_from_the_first_minute() {
    let data = folder();
    let server = Running::start(data.path());
    let bundle = server.kpi("bundle-size");
    assert_eq!(bundle["value"]["text"], "123.5KB");
    assert_eq!(bundle["value"]["origin"], "dashboard");
    assert_eq!(server.kpi("frontend-build-time")["value"]["text"], "1.017 minutes");
    assert_eq!(server.kpi("error-rate")["status"], "no-data", "the dashboard's own errors are not the platform's");
}
