//! Bad input gets a clear error that says where and what would be right.

use serde_json::{Value, json};

use crate::running::{Running, folder};

/// Media type, body, status, the field that is named, and a part of what would be right.
type Case = (&'static str, &'static [u8], u16, &'static str, &'static str);

#[test]
fn each_kind_of_bad_input_names_the_field_and_what_would_be_right() {
    let data = folder();
    let server = Running::start(data.path());
    let cases: &[Case] = &[
        ("application/json", br#"{"kpi": "pipeline-build-tim", "value": 1}"#, 422, "kpi", "pipeline-build-time"),
        ("application/json", br#"{"kpi": "pipeline-build-time", "value": 1, "unit": "GB"}"#, 422, "unit", "min"),
        ("application/json", br#"{"kpi": "pipeline-build-time", "value": "0.2 GB"}"#, 422, "unit", "min"),
        ("application/json", br#"{"kpi": "pipeline-build-time", "value": "NaN"}"#, 422, "value", "finite number"),
        ("application/json", br#"{"kpi": "pipeline-build-time", "value": NaN}"#, 400, "value", "finite number"),
        ("application/json", br#"{"kpi": "pipeline-build-time", "value": 1e999}"#, 422, "value", "finite number"),
        (
            "application/json",
            br#"{"kpi": "pipeline-build-time", "value": 1, "time": "2999-01-01T00:00:00Z"}"#,
            422,
            "time",
            "five minutes",
        ),
        (
            "application/json",
            br#"{"kpi": "pipeline-build-time", "value": 1, "time": "tomorrow"}"#,
            422,
            "time",
            "RFC 3339",
        ),
        (
            "application/json",
            br#"{"kpi": "pipeline-build-time", "value": 1, "origin": "demo"}"#,
            422,
            "origin",
            "measured",
        ),
        ("application/json", br#"{"kpi": "pipeline-build-time", "valu": 1}"#, 422, "valu", "value"),
        ("application/json", br#"{"kpi": "wcag-compliance", "value": "mostly"}"#, 422, "value", "not met"),
        ("application/x-ndjson", b"{\"kpi\": \"pipeline-build-time\", \"value\": 1}\n{oops}\n", 422, "row", ""),
        ("text/csv", b"kpi,amount\npipeline-build-time,1\n", 400, "amount", "value"),
        ("text/csv", b"kpi,value\npipeline-build-time,seven\n", 422, "value", "min"),
    ];
    for (content_type, body, expected_status, field, right) in cases {
        let (status, problem) = server.post("/api/v1/observations", content_type, body);
        let shown = String::from_utf8_lossy(body);
        assert_eq!(status, *expected_status, "{shown}: {problem}");
        let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("{shown}: {problem}"));
        let error = errors.iter().find(|error| error["field"] == *field);
        let error = error.unwrap_or_else(|| panic!("{shown} does not name {field}: {problem}"));
        let expected =
            format!("{} {}", error["expected"].as_str().unwrap(), problem["expected"].as_str().unwrap_or_default());
        assert!(expected.contains(right), "{shown}: {problem}");
        assert!(error["row"].as_u64().is_some_and(|row| row > 0), "{shown}: {problem}");
    }
    assert_eq!(server.kpi("pipeline-build-time")["status"], "no-data", "nothing was recorded");
}

#[test]
fn what_is_no_text_no_json_too_large_or_another_type_is_refused_as_a_problem_document() {
    let data = folder();
    let server = Running::start(data.path());
    let huge = vec![b' '; 5 * 1024 * 1024];
    let cases: [(&str, &[u8], u16, &str); 6] = [
        ("application/json", b"{\"kpi\": \"\xff\xfe\"}", 400, "not-utf8"),
        ("application/json", b"{\"kpi\": ", 400, "syntax"),
        ("application/json", b"", 400, "empty"),
        ("application/json", b"[]", 400, "empty"),
        ("application/json", &huge, 413, "too-large"),
        ("application/xml", b"<a/>", 415, "media-type"),
    ];
    for (content_type, body, expected_status, kind) in cases {
        let (status, problem) = server.post("/api/v1/observations", content_type, body);
        assert_eq!(status, expected_status, "{kind}: {problem}");
        assert!(problem["type"].as_str().is_some_and(|text| text.ends_with(kind)), "{kind}: {problem}");
        assert!(!problem["title"].as_str().unwrap_or_default().is_empty());
    }
    let many: Vec<Value> = (0..10_001).map(|value| json!({ "kpi": "code-coverage", "value": value })).collect();
    let (status, problem) = server.observe(&Value::Array(many));
    assert_eq!(status, 413, "{problem}");
}

#[test]
fn a_preview_shows_good_and_bad_rows_and_records_nothing() {
    let data = folder();
    let server = Running::start(data.path());
    let csv = "kpi,value\npipeline-build-time,7\nno-such,1\n";
    let (status, preview) = server.post("/api/v1/observations/preview", "text/csv", csv.as_bytes());
    assert_eq!(status, 200, "{preview}");
    assert_eq!(preview["rows"].as_array().unwrap().len(), 1);
    assert_eq!((&preview["refused"][0]["row"], &preview["refused"][0]["field"]), (&json!(3), &json!("kpi")));
    assert_eq!(server.kpi("pipeline-build-time")["status"], "no-data");
}

#[test]
fn wrong_parameters_and_methods_are_problems_too() {
    let data = folder();
    let server = Running::start(data.path());
    let body = json!({ "kpi": "code-coverage", "value": 91.5 }).to_string();
    let (status, problem) = server.post("/api/v1/observations?partial=perhaps", "application/json", body.as_bytes());
    assert_eq!((status, &problem["status"]), (400, &json!(400)), "{problem}");
    let (status, problem) = server.get("/api/v1/observations");
    assert_eq!(status, 405);
    assert!(problem.contains("openapi.json"), "{problem}");
}
