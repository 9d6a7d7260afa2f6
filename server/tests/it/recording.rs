//! What recording takes, keeps and gives back.

use serde_json::{Value, json};

use crate::running::{Running, agent, folder};

#[test]
fn json_ndjson_and_csv_are_recorded_alike() {
    let data = folder();
    let server = Running::start(data.path());
    let bodies: [(&str, &str); 4] = [
        ("application/json", r#"{"kpi": "pipeline-build-time", "value": "7 min"}"#),
        ("application/json", r#"{"observations": [{"kpi": "pipeline-build-time", "value": 6.5}]}"#),
        ("application/x-ndjson", "{\"kpi\": \"pipeline-build-time\", \"value\": 6, \"unit\": \"min\"}\n\n"),
        ("text/csv", "kpi,value,unit,note\npipeline-build-time,330,s,\"a note, with a comma\"\n"),
    ];
    for ((content_type, body), expected) in bodies.into_iter().zip(["7 min", "6.5 min", "6 min", "5.5 min"]) {
        let (status, answer) = server.post("/api/v1/observations", content_type, body.as_bytes());
        assert_eq!((status, &answer["accepted"]), (201, &json!(1)), "{body}: {answer}");
        assert_eq!(server.kpi("pipeline-build-time")["value"]["text"], expected);
    }
}

#[test]
fn units_are_converted_on_the_way_in() {
    let data = folder();
    let server = Running::start(data.path());
    for (kpi, value, status) in [
        ("benchmark-execution-time", json!("90 min"), "met"),
        ("bundle-size", json!("0.2 GB"), "red"),
        ("revenue-arr", json!("$2M"), "met"),
        ("security-vulnerabilities", json!("critical"), "red"),
        ("security-vulnerabilities", json!("high"), "met"),
        ("wcag-compliance", json!("met"), "met"),
        ("wcag-compliance", json!(false), "red"),
        ("capacity-utilization", json!(0.75), "red"),
        ("capacity-utilization", json!("75%"), "met"),
        ("access-control-audit", json!("done"), "met"),
    ] {
        let (code, answer) = server.observe(&json!({ "kpi": kpi, "value": value }));
        assert_eq!(code, 201, "{kpi} {value}: {answer}");
        assert_eq!(server.kpi(kpi)["status"], status, "{kpi} {value}");
    }
}

#[test]
fn the_same_statement_twice_is_one_observation() {
    let data = folder();
    let server = Running::start(data.path());
    let statement = json!({ "kpi": "code-coverage", "value": 91.5, "time": "2026-03-05T12:00:00Z" });
    assert_eq!(server.observe(&statement).1["accepted"], 1);
    let (status, again) = server.observe(&statement);
    assert_eq!((status, &again["accepted"], &again["duplicates"]), (200, &json!(0), &json!(1)));
    let named = json!({ "kpi": "code-coverage", "value": 92, "external_id": "run-7" });
    server.observe(&named);
    assert_eq!(
        server.observe(&json!({ "kpi": "code-coverage", "value": 93, "external_id": "run-7" })).1["duplicates"],
        1
    );
}

#[test]
fn a_batch_is_refused_as_a_whole_unless_parts_were_asked_for() {
    let data = folder();
    let server = Running::start(data.path());
    let batch = json!([
        { "kpi": "code-coverage", "value": 91.5 },
        { "kpi": "no-such-kpi", "value": 1 },
    ]);
    let (status, problem) = server.observe(&batch);
    assert_eq!(status, 422, "{problem}");
    assert_eq!(server.kpi("code-coverage")["status"], "no-data", "nothing was recorded");
    let (status, answer) =
        server.post("/api/v1/observations?partial=true", "application/json", batch.to_string().as_bytes());
    assert_eq!((status, &answer["accepted"], &answer["refused"][0]["row"]), (201, &json!(1), &json!(2)));
    assert_eq!(server.kpi("code-coverage")["status"], "met");
}

#[test]
fn a_number_leads_back_to_the_payload_that_brought_it() {
    let data = folder();
    let server = Running::start(data.path());
    let body = r#"{"kpi": "code-coverage",   "value": 91.5, "note": "<script>alert(1)</script>"}"#;
    let (_, answer) = server.post("/api/v1/observations?source=ci", "application/json", body.as_bytes());
    let path = format!("/api/v1/payloads/{}", answer["payload_id"].as_str().unwrap());
    let mut response = agent().get(server.url(&path)).call().unwrap();
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(response.body_mut().read_to_string().unwrap(), body);
    let (_, page) = server.get("/kpis/code-coverage");
    assert!(page.contains(&path), "the page links the payload");
    assert!(!page.contains("<script>alert"), "what a sender wrote is text");
    assert!(page.contains("&lt;script&gt;alert"), "and it is shown");
}

#[test]
fn shared_measurements_feed_every_kpi_that_reads_them() {
    let data = folder();
    let server = Running::start(data.path());
    server.observe(&json!({ "kpi": "service-availability", "value": 99.949 }));
    assert_eq!(server.kpi("platform-availability")["status"], "met");
    let standing = server.kpi("service-availability");
    assert_eq!(standing["status"], "red", "99.949 % spends five times the error budget of 99.99 %");
    let phase_3 = &server.kpi("platform-availability")["targets"][2];
    assert_eq!(
        (phase_3["written"].as_str(), phase_3["status"].as_str()),
        (Some("99.95%"), Some("near")),
        "never rounded onto 99.95 %"
    );
}

#[test]
fn relative_kpis_take_their_first_observation_as_the_baseline() {
    let data = folder();
    let server = Running::start(data.path());
    for (value, text, status) in [(10.0, "1x", "yellow"), (14.0, "1.4x", "near"), (20.0, "2x", "met")] {
        server.observe(&json!({ "kpi": "inference-speed", "value": value, "unit": "tokens/s" }));
        let kpi = server.kpi("inference-speed");
        assert_eq!((kpi["value"]["text"].as_str(), kpi["status"].as_str()), (Some(text), Some(status)), "{value}");
    }
}

#[test]
fn demo_data_says_so_everywhere() {
    let data = folder();
    let server = Running::start_with(data.path(), &["--demo"], &[]);
    let list = server.json("/api/v1/kpis");
    assert_eq!(list["demo_data"], true);
    let valued: Vec<&Value> = list["kpis"].as_array().unwrap().iter().filter(|kpi| !kpi["value"].is_null()).collect();
    assert!(valued.len() > 80, "{}", valued.len());
    assert!(valued.iter().all(|kpi| kpi["value"]["origin"] == "demo"));
    for page in
        ["/", "/gates", "/tracks/track-4", "/kpis/code-coverage", "/sources", "/check-in", "/benchmarks", "/settings"]
    {
        let (status, html) = server.get(page);
        assert_eq!(status, 200, "{page}");
        assert!(html.contains("Demo data"), "{page}");
    }
    let (_, csv) = server.get("/api/v1/kpis/code-coverage/history.csv");
    assert!(csv.lines().skip(1).all(|line| line.ends_with(",demo data")), "{csv}");
}

#[test]
fn test_reports_about_the_platform_feed_kpis_and_about_the_dashboard_do_not() {
    let data = folder();
    let server = Running::start(data.path());
    let junit = br#"<testsuites><testsuite name="s" tests="2" time="90"><testcase classname="a" name="b" time="60"/><testcase classname="a" name="c" time="30"/></testsuite></testsuites>"#;
    let lcov = b"SF:a.rs\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\n";
    for (path, body) in [("junit", &junit[..]), ("lcov", &lcov[..])] {
        assert_eq!(
            server.post(&format!("/api/v1/reports/{path}?about=dashboard"), "application/octet-stream", body).0,
            200
        );
    }
    let other =
        br#"<testsuites><testsuite name="s"><testcase classname="a" name="d" time="1"/></testsuite></testsuites>"#;
    server.post("/api/v1/reports/junit?about=dashboard&source=browser-tests", "application/octet-stream", other);
    assert_eq!(server.kpi("test-execution-time")["status"], "no-data");
    let (_, sources) = server.get("/sources");
    assert!(sources.contains("2 of 2 passed") && sources.contains("1 of 1 passed"), "the latest of each source");
    for (path, body) in [("junit", &junit[..]), ("lcov", &lcov[..])] {
        let (status, answer) = server.post(&format!("/api/v1/reports/{path}"), "application/octet-stream", body);
        assert_eq!(status, 200, "{answer}");
    }
    assert_eq!(server.kpi("test-execution-time")["value"]["text"], "1.5 min");
    assert_eq!(server.kpi("code-coverage")["value"]["text"], "50%");
    let (status, problem) = server.post("/api/v1/reports/junit", "application/octet-stream", b"<nothing");
    assert_eq!(status, 400, "{problem}");
}
