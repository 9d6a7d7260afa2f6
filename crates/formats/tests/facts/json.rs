//! Observations as JSON.

use formats::{Draft, Drafts, Limits, Refusal, Written, WrittenTime};

use crate::{draft, kpi, only_problem, refused};

fn read(text: &str) -> Result<Drafts, Refusal> {
    formats::json::read(text.as_bytes(), &Limits::default())
}

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn value(written: &str) -> Drafts {
    read(&format!("{{\"kpi\": \"build-time\", \"value\": {written}}}")).unwrap()
}

#[test]
fn an_object_an_array_and_an_envelope_read_the_same() {
    let object = r#"{"kpi": "build-time", "value": 90}"#;
    let expected = vec![draft(1, kpi("build-time"), Written::Number(90.0, "90".to_owned()))];
    for body in [
        object.to_owned(),
        format!("[{object}]"),
        format!("{{\"observations\": [{object}]}}"),
        format!("\u{feff} \n{object}\n"),
    ] {
        let drafts = read(&body).unwrap();
        assert_eq!((drafts.drafts, drafts.problems, drafts.rows), (expected.clone(), vec![], 1), "{body}");
    }
}

#[test]
fn every_field_is_read() {
    let drafts = read(
        r#"{"kpi":"k","value":"90 min","unit":"min","time":"2026-03-01","external_id":"e","note":"two\nlines",
            "evidence":"https://example.org","person":"Ada","origin":"ci"}"#,
    )
    .unwrap();
    let text = |text: &str| Some(text.to_owned());
    let expected = Draft {
        unit: text("min"),
        time: Some(WrittenTime::Text("2026-03-01".to_owned())),
        external_id: text("e"),
        note: text("two\nlines"),
        evidence: text("https://example.org"),
        person: text("Ada"),
        origin: text("ci"),
        ..draft(1, kpi("k"), Written::Text("90 min".to_owned()))
    };
    assert_eq!(drafts.drafts, [expected]);
}

#[test]
fn values_keep_what_was_written() {
    let number = |number: f64, text: &str| Written::Number(number, text.to_owned());
    for (written, expected) in [
        ("12.50", number(12.5, "12.50")),
        ("-0", number(-0.0, "-0")),
        ("1e3", number(1000.0, "1e3")),
        ("9007199254740993", number(9_007_199_254_740_992.0, "9007199254740993")),
        ("true", Written::Truth(true)),
        ("false", Written::Truth(false)),
        ("\"met\"", Written::Text("met".to_owned())),
        ("\"12.5\"", Written::Text("12.5".to_owned())),
        ("\"1,5\"", Written::Text("1,5".to_owned())),
        ("\"caf\\u00e9\"", Written::Text("café".to_owned())),
    ] {
        assert_eq!(value(written).drafts, [draft(1, kpi("build-time"), expected)], "{written}");
    }
}

#[test]
fn a_bad_value_is_a_problem_of_the_field_value() {
    for (written, code) in [
        ("1e999", "not-finite"),
        ("-1e999", "not-finite"),
        ("\"NaN\"", "not-finite"),
        ("\"nan\"", "not-finite"),
        ("\"inf\"", "not-finite"),
        ("\"-Infinity\"", "not-finite"),
        ("\"1e999\"", "not-finite"),
        ("null", "wrong-type"),
        ("[1]", "wrong-type"),
        ("{\"value\": 1}", "wrong-type"),
        ("\"\"", "missing"),
        ("\"a\\u0000b\"", "control-character"),
        ("\"\\ud800\"", "syntax"),
    ] {
        let drafts = value(written);
        let problem = only_problem(&drafts);
        assert_eq!((problem.row, problem.field.as_str(), problem.code), (1, "value", code), "{written}");
        assert!(drafts.drafts.is_empty(), "{written}");
        assert!(!problem.detail.is_empty() && !problem.expected.is_empty(), "{written}");
    }
}

#[test]
fn wrong_types_missing_and_repeated_fields_are_problems_of_their_row() {
    for (object, field, code) in [
        (r#"{"value": 1}"#, "kpi", "missing"),
        (r#"{"kpi": "a"}"#, "value", "missing"),
        (r#"{"kpi": "", "value": 1}"#, "kpi", "missing"),
        (r#"{"kpi": 7, "value": 1}"#, "kpi", "wrong-type"),
        (r#"{"kpi": null, "value": 1}"#, "kpi", "missing"),
        (r#"{"kpi": true, "value": 1}"#, "kpi", "wrong-type"),
        (r#"{"kpi": "a", "value": 1, "unit": 3}"#, "unit", "wrong-type"),
        (r#"{"kpi": "a", "value": 1, "note": ["x"]}"#, "note", "wrong-type"),
        (r#"{"kpi": "a", "value": 1, "external_id": 3}"#, "external_id", "wrong-type"),
        (r#"{"kpi": "a", "value": 1, "time": 1.5}"#, "time", "wrong-type"),
        (r#"{"kpi": "a", "value": 1, "time": 99999999999999999999}"#, "time", "wrong-type"),
        (r#"{"kpi": "a", "value": 1, "time": true}"#, "time", "wrong-type"),
        (r#"{"kpi": "a", "value": 1, "value": 2}"#, "value", "duplicate-field"),
        (r#"{"kpi": "a", "value": 1, "v\u0061lue": 1}"#, "value", "duplicate-field"),
        (r#"{"kpi": "a", "value": 1, "colour": 2}"#, "colour", "unknown-field"),
        (r#"{"kpi": "a", "value": 1, "\ud800": 2}"#, "row", "syntax"),
        ("17", "row", "wrong-type"),
        ("[]", "row", "wrong-type"),
        ("null", "row", "wrong-type"),
    ] {
        let drafts = read(&format!("[{{\"kpi\": \"good\", \"value\": 1}}, {object}]")).unwrap();
        let problem = only_problem(&drafts);
        assert_eq!((problem.row, problem.field.as_str(), problem.code), (2, field, code), "{object}");
        assert_eq!((drafts.rows, drafts.drafts.len()), (2, 1), "the good row is still read beside {object}");
    }
}

#[test]
fn null_and_empty_text_stand_for_none() {
    let drafts = read(r#"{"kpi": "a", "value": 1, "unit": null, "time": null, "note": ""}"#).unwrap();
    assert_eq!(drafts.drafts, [draft(1, kpi("a"), Written::Number(1.0, "1".to_owned()))]);
}

#[test]
fn an_unknown_field_is_answered_with_the_known_ones() {
    for (name, meant) in [("valeu", "`value`"), ("timestamp", "`time`"), ("KPI", "`kpi`"), ("comment", "`note`")] {
        let drafts = read(&format!(r#"{{"kpi": "a", "value": 1, "{name}": 2}}"#)).unwrap();
        let problem = only_problem(&drafts);
        assert!(problem.expected.contains(&format!("did you mean {meant}")), "{}", problem.expected);
        assert!(problem.expected.contains("`kpi`, `value`, `unit`, `time`, `external_id`"), "{}", problem.expected);
    }
    let far = read(r#"{"kpi": "a", "value": 1, "colour": 2}"#).unwrap();
    assert!(!only_problem(&far).expected.contains("did you mean"));
}

#[test]
fn texts_have_limits_in_characters() {
    for (field, limit) in [
        ("note", 2000),
        ("evidence", 2000),
        ("kpi", 200),
        ("external_id", 200),
        ("person", 200),
        ("unit", 200),
        ("origin", 200),
        ("time", 200),
    ] {
        let body = |chars: usize| {
            let kpi = if field == "kpi" { "" } else { "\"kpi\": \"a\", " };
            format!("{{{kpi}\"value\": 1, \"{field}\": \"{}\"}}", "é".repeat(chars))
        };
        assert_eq!(read(&body(limit)).unwrap().problems, [], "{field}");
        let over = read(&body(limit + 1)).unwrap();
        let problem = only_problem(&over);
        assert_eq!((problem.field.as_str(), problem.code), (field, "too-long"));
        assert!(problem.detail.chars().filter(|character| *character == 'é').count() <= 60, "{}", problem.detail);
    }
    assert_eq!(only_problem(&value(&"1".repeat(201))).code, "too-long");
}

#[test]
fn a_body_that_is_no_json_is_refused_with_its_place() {
    for (body, row, column) in [("{\"kpi\": \"a\",\n  \"value\": }", 2, 12), ("[1, 2", 1, 5), ("{} x", 1, 4)] {
        let refusal = refused(read(body));
        assert_eq!(refusal.code(), "syntax", "{body}");
        assert_eq!((refusal.row(), refusal.column()), (Some(row), Some(column)), "{body}: {refusal}");
    }
}

#[test]
fn a_number_that_json_cannot_write_is_refused_with_its_field() {
    for written in ["NaN", "Infinity", "-Infinity", "nan", "inf"] {
        let body = format!("[{{\"kpi\": \"NaN\", \"value\": 1}},\n {{\"kpi\": \"a\", \"value\": {written}}}]");
        let expected =
            Refusal::NotFinite { row: 2, column: 24, field: "value".to_owned(), written: written.to_owned() };
        assert_eq!(refused(read(&body)), expected);
    }
}

#[test]
fn a_body_that_is_no_observation_is_refused() {
    for (body, code) in [
        ("", "empty"),
        (" \n", "empty"),
        ("7", "shape"),
        ("\"text\"", "shape"),
        ("null", "shape"),
        (r#"{"observations": {}}"#, "shape"),
        (r#"{"observations": [], "more": 1}"#, "shape"),
        (r#"{"observations": [], "observations": []}"#, "shape"),
    ] {
        assert_eq!(refused(read(body)).code(), code, "{body}");
    }
    let bytes = b"{\"kpi\": \"\xff\"}";
    assert_eq!(formats::json::read(bytes, &Limits::default()), Err(Refusal::NotUtf8 { byte_offset: 9 }));
}

#[test]
fn rows_and_depth_are_bounded() {
    let limits = Limits { rows: 2, depth: 3, ..Limits::default() };
    let rows = |count: usize| format!("[{}]", vec![r#"{"kpi":"a","value":1}"#; count].join(","));
    assert_eq!(formats::json::read(rows(2).as_bytes(), &limits).unwrap().rows, 2);
    assert_eq!(formats::json::read(rows(3).as_bytes(), &limits), Err(Refusal::TooManyRows { limit: 2 }));
    let deep = Refusal::TooDeep { row: 1, column: 4, limit: 3 };
    assert_eq!(formats::json::read(b"[[[[", &limits), Err(deep));
    assert_eq!(only_problem(&formats::json::read(b"[{\"kpi\": \"[[[[\"}]", &limits).unwrap()).field, "value");
    let bottomless = "[".repeat(1_000_000);
    assert_eq!(refused(read(&bottomless)).code(), "too-deep");
}
