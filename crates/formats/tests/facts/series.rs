//! Samples and events of a series, and labels, in every format that carries observations.

use formats::{Draft, Drafts, Limits, Refusal, Target, Written};

use crate::{draft, kpi, only_problem, refused};

fn json(text: &str) -> Result<Drafts, Refusal> {
    formats::json::read(text.as_bytes(), &Limits::default())
}

fn csv(text: &str) -> Result<Drafts, Refusal> {
    formats::csv::read(text.as_bytes(), &Limits::default())
}

fn series(name: &str) -> Target {
    Target::Series(name.to_owned())
}

fn number(number: f64, text: &str) -> Written {
    Written::Number(number, text.to_owned())
}

fn labels(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_sample_and_an_event_read_the_same_in_every_format() {
    let objects = [
        r#"{"series": "ci.build:main-1_a", "value": 312.5, "unit": "s", "labels": {"result": "ok", "branch": "main"}}"#,
        r#"{"series": "deployments", "labels": {"branch": "main"}}"#,
        r#"{"kpi": "nps", "series": null, "value": 9, "labels": null}"#,
    ];
    let expected = |rows: [usize; 3]| {
        let [sample, event, kpi_row] = rows;
        [
            Draft {
                unit: Some("s".to_owned()),
                labels: labels(&[("branch", "main"), ("result", "ok")]),
                ..draft(sample, series("ci.build:main-1_a"), number(312.5, "312.5"))
            },
            Draft { labels: labels(&[("branch", "main")]), ..draft(event, series("deployments"), number(1.0, "1")) },
            draft(kpi_row, kpi("nps"), number(9.0, "9")),
        ]
    };
    assert_eq!(json(&format!("[{}]", objects.join(","))).unwrap().drafts, expected([1, 2, 3]));
    let lines = formats::ndjson::read(objects.join("\n").as_bytes(), &Limits::default()).unwrap();
    assert_eq!(lines.drafts, expected([1, 2, 3]));
    let file = "Series;kpi;value;unit;Label.result;label.branch\n\
                ci.build:main-1_a;;312.5;s;ok; main \n\
                deployments;;1;;;main\n\
                ;nps;9;;;\n";
    assert_eq!(csv(file).unwrap().drafts, expected([2, 3, 4]));
}

#[test]
fn a_file_of_events_needs_no_value() {
    let drafts = csv("series,label.user\nlogin,ada\nlogin,\n").unwrap();
    let event = |row, pairs| Draft { labels: labels(pairs), ..draft(row, series("login"), number(1.0, "1")) };
    assert_eq!(drafts.drafts, [event(2, &[("user", "ada")]), event(3, &[])]);
}

#[test]
fn a_value_that_is_there_but_empty_is_no_event() {
    for drafts in [
        csv("series,value\nlogin,1\nlogin,\n").unwrap(),
        json(r#"[{"series": "login"}, {"series": "login", "value": ""}]"#).unwrap(),
    ] {
        let problem = only_problem(&drafts);
        assert_eq!(
            (problem.field.as_str(), problem.code, problem.detail.as_str()),
            ("value", "missing", "`value` is empty")
        );
        assert!(problem.expected.contains("for an event leave `value` out"), "{}", problem.expected);
        assert_eq!(drafts.drafts.len(), 1);
    }
    assert_eq!(only_problem(&json(r#"{"series": "login", "value": null}"#).unwrap()).code, "wrong-type");
}

#[test]
fn exactly_one_of_kpi_and_series_is_named() {
    for (object, field, code) in [
        (r#"{"value": 1}"#, "kpi", "missing"),
        (r#"{"kpi": null, "series": null, "value": 1}"#, "kpi", "missing"),
        (r#"{"kpi": "", "series": "", "value": 1}"#, "kpi", "missing"),
        (r#"{"kpi": "a", "series": "b", "value": 1}"#, "series", "two-targets"),
        (r#"{"kpi": "a", "series": "b"}"#, "series", "two-targets"),
        (r#"{"kpi": "a", "labels": {}}"#, "value", "missing"),
        (r#"{"series": 7}"#, "series", "wrong-type"),
        (r#"{"series": ["a"], "value": 1}"#, "series", "wrong-type"),
    ] {
        let drafts = json(object).unwrap();
        let problem = only_problem(&drafts);
        assert_eq!((problem.field.as_str(), problem.code), (field, code), "{object}");
        if field != "value" && code != "wrong-type" {
            assert!(
                problem.expected.contains("`kpi`") && problem.expected.contains("`series`"),
                "{}",
                problem.expected
            );
        }
    }
    let drafts = csv("kpi,series,value\na,b,1\n").unwrap();
    assert_eq!(only_problem(&drafts).code, "two-targets");
}

#[test]
fn a_name_has_few_characters_and_a_limit() {
    let long = "a".repeat(121);
    for (name, code) in [
        ("a ", "bad-name"),
        (" 室温", "bad-name"),
        ("室\u{200b}温", "bad-name"),
        ("\u{202e}室温", "bad-name"),
        ("a\\u0000", "control-character"),
        (long.as_str(), "too-long"),
    ] {
        let drafts = json(&format!(r#"{{"series": "{name}"}}"#)).unwrap();
        let problem = only_problem(&drafts);
        assert_eq!((problem.field.as_str(), problem.code), ("series", code), "{name}");
    }
    let long = "温".repeat(121);
    assert_eq!(only_problem(&json(&format!(r#"{{"series": "{long}"}}"#)).unwrap()).code, "too-long");
    for name in [
        "Sign Up",
        "Sign/Up",
        "a{b}",
        "naïve",
        "Заказ 1",
        "室温",
        "درجة الحرارة",
        "🌡",
        "e\u{301}",
        "température/salon",
        &"温".repeat(120),
    ] {
        let drafts = json(&format!(r#"{{"series": "{name}", "labels": {{"{name}": "{name}"}}}}"#)).unwrap();
        assert_eq!(drafts.problems, [], "{name}");
        let draft = &drafts.drafts[0];
        assert_eq!((draft.target.name(), draft.labels[0].0.as_str()), (name, name));
        let drafts = csv(&format!("series,label.{name}\n{name},{name}\n")).unwrap();
        assert_eq!((drafts.problems.len(), drafts.drafts[0].labels[0].0.as_str()), (0, name));
    }
    let widest = format!(r#"{{"series": "{}", "labels": {{"{}": "x"}}}}"#, "a".repeat(120), ":".repeat(120));
    assert_eq!(json(&widest).unwrap().problems, []);
}

#[test]
fn labels_are_text_numbers_or_truth_and_kept_as_written() {
    let drafts = json(
        r#"{"kpi": "a", "value": 1, "labels":
            {"z": "\u00e9 \"x\"", "count": 1.50, "big": 1e999, "ok": true, "bad": false, "none": null, "empty": "", "A": "1"}}"#,
    )
    .unwrap();
    let expected =
        [("A", "1"), ("bad", "false"), ("big", "1e999"), ("count", "1.50"), ("ok", "true"), ("z", "é \"x\"")];
    assert_eq!(drafts.drafts.first().map(|draft| &draft.labels), Some(&labels(&expected)), "{drafts:?}");
}

#[test]
fn a_wrong_label_is_a_problem_of_its_name() {
    let long = format!(r#"{{"a": "{}"}}"#, "é".repeat(201));
    let many = format!("{{{}}}", (0..21).map(|number| format!("\"l{number}\": 1")).collect::<Vec<_>>().join(","));
    for (written, field, code) in [
        (r#"{"a ": "x"}"#, "label.a ", "bad-name"),
        (r#"{"": "x"}"#, "label.", "bad-name"),
        (r#"{"a": ["x"]}"#, "label.a", "wrong-type"),
        (r#"{"a": {"b": "x"}}"#, "label.a", "wrong-type"),
        (r#"{"a": "x\u0007"}"#, "label.a", "control-character"),
        (r#"{"a": "x\ny"}"#, "label.a", "control-character"),
        (r#"{"a": "x", "\u0061": "x"}"#, "label.a", "duplicate-field"),
        (r#"{"a": "\ud800"}"#, "labels", "syntax"),
        (r#"{"\ud800": "a"}"#, "labels", "syntax"),
        (r#"["a"]"#, "labels", "wrong-type"),
        (r#""a=b""#, "labels", "wrong-type"),
        ("true", "labels", "wrong-type"),
        (long.as_str(), "label.a", "too-long"),
        (many.as_str(), "labels", "too-many-labels"),
    ] {
        let drafts = json(&format!(r#"[{{"series": "good"}}, {{"series": "s", "labels": {written}}}]"#)).unwrap();
        let problem = only_problem(&drafts);
        assert_eq!((problem.row, problem.field.as_str(), problem.code), (2, field, code), "{written}");
        assert!(!problem.detail.is_empty() && !problem.expected.is_empty(), "{written}");
        assert_eq!(drafts.drafts.len(), 1, "{written}");
    }
}

#[test]
fn a_wide_file_may_have_more_label_columns_than_a_row_has_labels() {
    let header: Vec<String> = (0..40).map(|number| format!("label.l{number}")).collect();
    let cells =
        |filled: usize| (0..40).map(|number| if number < filled { "x" } else { "" }).collect::<Vec<_>>().join(",");
    let drafts = csv(&format!("series,{}\na,{}\nb,{}\n", header.join(","), cells(20), cells(21))).unwrap();
    assert_eq!(drafts.drafts.iter().map(|draft| draft.labels.len()).collect::<Vec<_>>(), [20]);
    let problem = only_problem(&drafts);
    assert_eq!((problem.row, problem.code, problem.detail.as_str()), (3, "too-many-labels", "there are 21 labels"));
}

#[test]
fn a_header_names_labels_once_and_by_a_name() {
    for (header, unknown, duplicate) in [
        ("series,label.a,label.a", vec![], vec!["label.a"]),
        ("series,label.", vec!["label."], vec![]),
        ("series,label.a\u{200b}b", vec!["label.a\u{200b}b"], vec![]),
        ("series,labels", vec!["labels"], vec![]),
        ("series,Series", vec![], vec!["series"]),
    ] {
        let Refusal::Header { columns, expected, .. } = refused(csv(&format!("{header}\nx,y,z\n"))) else {
            panic!("{header} is refused for its header")
        };
        assert_eq!(
            (columns.unknown, columns.duplicate),
            (
                unknown.iter().map(|name| (*name).to_owned()).collect(),
                duplicate.iter().map(|name| (*name).to_owned()).collect()
            ),
            "{header}"
        );
        assert!(expected.contains("`label.NAME`"), "{expected}");
    }
    let drafts = csv("series,label.a,LABEL.A\ns,1,2\n").unwrap();
    assert_eq!(drafts.drafts.first().map(|draft| draft.labels.clone()), Some(labels(&[("A", "2"), ("a", "1")])));
}

#[test]
fn a_body_of_labels_without_end_is_read_in_good_time() {
    let many: Vec<String> = (0..300_000).map(|number| format!("\"l{number}\":1")).collect();
    let drafts = json(&format!(r#"{{"series": "s", "labels": {{{}}}}}"#, many.join(","))).unwrap();
    assert_eq!(only_problem(&drafts).detail, "there are 300000 labels");
    let header: Vec<String> = (0..300_000).map(|number| format!("label.l{number}")).collect();
    let row = vec!["x"; 300_000].join(",");
    let drafts = csv(&format!("series,{}\ns,{row}\n", header.join(","))).unwrap();
    assert_eq!(only_problem(&drafts).detail, "there are 300000 labels");
}
