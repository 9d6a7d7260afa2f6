//! What people add to a KPI: notes and baselines; and what its history says of its future.

use serde_json::{Value, json};

use crate::running::{Running, folder};

#[test]
fn notes_about_a_kpi_a_gate_or_an_alert_are_kept_and_listed() {
    let data = folder();
    let server = Running::start(data.path());
    for (subject, kind) in
        [("kpi:code-coverage", "deployment"), ("gate:1", "comment"), ("alert:escalation", "incident")]
    {
        let note =
            json!({ "subject": subject, "kind": kind, "person": "Ada", "text": "version 2", "time": "2026-03-01" });
        let (status, answer) = server.tell("/api/v1/notes", &note);
        assert_eq!(status, 201, "{answer}");
        let listed = server.json(&format!("/api/v1/notes?subject={subject}"));
        assert_eq!(listed, json!([answer]));
        assert_eq!(listed[0]["time"], "2026-03-01T00:00:00Z");
    }
    assert_eq!(server.json("/api/v1/notes?subject=gate:1&as_of=2026-03-02"), json!([]), "it was written later");
    for (change, field) in [
        (json!({ "subject": "kpi:nothing" }), "subject"),
        (json!({ "subject": "gate:9" }), "subject"),
        (json!({ "kind": "poem" }), "kind"),
        (json!({ "text": "" }), "text"),
        (json!({ "time": "soon" }), "time"),
    ] {
        let mut note = json!({ "subject": "gate:1", "kind": "comment", "person": "Ada", "text": "version 2" });
        note.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let (status, problem) = server.tell("/api/v1/notes", &note);
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(field)), "{change}: {problem}");
    }
    assert_eq!(server.get("/api/v1/notes").0, 400, "notes about what?");
}

#[test]
fn a_person_sets_a_baseline_from_now_on() {
    let data = folder();
    let server = Running::start(data.path());
    server.observe(&json!({ "kpi": "inference-speed", "value": 10, "unit": "tokens/s" }));
    assert_eq!(server.kpi("inference-speed")["value"]["text"], "1x");
    let before = server.json("/api/v1/kpis")["instant"].as_str().unwrap().to_owned();
    let set = |id: &str, value: Value| {
        let body = json!({ "value": value, "person": "Ada", "reason": "measured on the old machine" });
        server.tell(&format!("/api/v1/kpis/{id}/baseline"), &body)
    };
    let (status, baseline) = set("inference-speed", json!("5 tokens/s"));
    assert_eq!((status, &baseline["value"], &baseline["person"]), (201, &json!(5.0), &json!("Ada")), "{baseline}");
    assert_eq!(server.kpi("inference-speed")["value"]["text"], "2x");
    let then = server.json(&format!("/api/v1/kpis/inference-speed?as_of={before}"));
    assert_eq!(then["value"]["text"], "1x", "as it was then");
    assert_eq!(set("inference-speed", json!(4)).0, 201, "a number is in the KPI's own unit");
    for (id, value, expected) in [
        ("nothing", json!(1), 404),
        ("code-coverage", json!(1), 422),
        ("inference-speed", json!("fast"), 422),
        ("inference-speed", json!(["fast"]), 422),
    ] {
        let (status, problem) = set(id, value);
        assert_eq!(status, expected, "{id}: {problem}");
    }
}

#[test]
fn a_history_has_a_forecast_and_a_short_one_says_that_it_is_too_short() {
    let data = folder();
    let catalogue = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/two-kpis.toml");
    let server = Running::start_with(data.path(), &["--catalogue", catalogue], &[]);
    let path = "/api/v1/kpis/reach/forecast?as_of=2026-03-09T01:00:00Z";
    server.observe(&json!({ "kpi": "reach", "value": 10, "time": "2026-01-01" }));
    let short = server.json(path);
    assert_eq!((&short["method"], &short["points"]), (&Value::Null, &json!([])));
    assert!(short["no_forecast"].as_str().is_some_and(|reason| !reason.is_empty()), "{short}");
    let days: Vec<Value> = (0..68)
        .map(|day| {
            let (month, day_of_month) = [(1, day + 1), (2, day - 30), (3, day - 58)]
                [usize::from(day >= 31) + usize::from(day >= 59)];
            let wiggle = [0.0, 0.3, -0.2][usize::try_from(day).unwrap() % 3];
            json!({ "kpi": "reach", "value": 10.0 + f64::from(day) + wiggle, "time": format!("2026-{month:02}-{day_of_month:02}") })
        })
        .collect();
    let (status, answer) = server.observe(&Value::Array(days));
    assert_eq!(status, 201, "{answer}");
    let forecast = server.json(path);
    assert_eq!(forecast["no_forecast"], Value::Null, "{forecast}");
    assert!(forecast["points"].as_array().unwrap().len() > 50);
    assert!(forecast["method"]["coverage_percent"].is_number(), "{}", forecast["method"]);
    let first = &forecast["targets"][0];
    assert_eq!((&first["phase"], &first["state"]), (&json!(1), &json!("forecast")), "{first}");
    let expected = first["expected"].as_str().unwrap();
    assert!(("2026-03-15".."2026-05-15").contains(&expected), "about a month of one a day is missing: {first}");
    assert!(first["earliest"].as_str().unwrap() <= expected, "{first}");
    assert_eq!(server.get("/api/v1/kpis/nothing/forecast").0, 404);
}

#[test]
fn a_phase_with_dates_gives_a_kpi_a_pace() {
    let data = folder();
    let file = data.path().join("dated.toml");
    let document = include_str!("one-kpi.toml")
        .replace("name = \"Start\"", "name = \"Start\"\nstarts = \"2026-01-01\"\nends = \"2026-01-10\"");
    std::fs::write(&file, document).unwrap();
    let server = Running::start_with(data.path(), &["--catalogue", file.to_str().unwrap()], &[]);
    server.observe(&json!([
        { "kpi": "speed", "value": 0, "time": "2026-01-01" },
        { "kpi": "speed", "value": 4, "time": "2026-01-03" },
    ]));
    for (as_of, expected, on_pace) in [("2026-01-03T12:00:00Z", 2.5, true), ("2026-01-06T00:00:00Z", 5.0, false)] {
        let pace = server.json(&format!("/api/v1/kpis/speed?as_of={as_of}"))["pace"].clone();
        assert_eq!((&pace["expected"], &pace["on_pace"]), (&json!(expected), &json!(on_pace)), "{pace}");
        assert_eq!((&pace["start"], &pace["target"]), (&json!(0.0), &json!(10.0)), "{pace}");
    }
}

#[test]
fn the_path_to_a_band_asks_for_its_far_end_too() {
    let data = folder();
    let file = data.path().join("band.toml");
    let document = include_str!("one-kpi.toml")
        .replace("name = \"Start\"", "name = \"Start\"\nstarts = \"2026-01-01\"\nends = \"2026-01-10\"")
        .replace("unit = \"/s\"", "unit = \"%\"")
        .replace("shape = \"higher\"", "shape = \"band\"")
        .replace("1 = \"10\", 2 = \"20\"", "1 = \"70-80%\", 2 = \"70-80%\"");
    std::fs::write(&file, document).unwrap();
    let server = Running::start_with(data.path(), &["--catalogue", file.to_str().unwrap()], &[]);
    server.observe(&json!([
        { "kpi": "speed", "value": 60, "time": "2026-01-01" },
        { "kpi": "speed", "value": 80.67, "time": "2026-01-05" },
    ]));
    let html = server.get("/kpis/speed?as_of=2026-01-06T00:00:00Z").1;
    let sentence = "the path from 60% to 70% asks for 65% to 80% now, and the value is 80.67%.";
    assert!(html.contains("Behind pace") && html.contains(sentence), "{html}");
}
