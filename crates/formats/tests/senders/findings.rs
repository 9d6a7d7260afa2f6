//! Findings of scanners: SARIF as `ESLint` and Bandit write it, and the reports of cargo-audit's own library; and test cases.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use formats::audit::{Audit, Severity};
use formats::{Coverage, Limits, cargo_audit, junit, sarif};

use crate::{data, line, lines, problems, refused};

/// Severity and number of findings, those of which there are any.
fn counts(audit: &Audit) -> Vec<String> {
    let found = audit.received.samples.samples.iter().filter(|sample| sample.series == "audit.finding");
    found.filter(|sample| sample.value > 0.0).map(line).collect()
}

fn log(run: &str) -> Audit {
    sarif::read(format!(r#"{{"version":"2.1.0","runs":[{run}]}}"#).as_bytes(), &Limits::default()).unwrap()
}

fn worst(result: &str, rule: &str) -> Severity {
    let rules = format!(r#"[{{"id":"other"}},{{"id":"r"{rule}}}]"#);
    let run =
        format!(r#"{{"tool":{{"driver":{{"name":"t","rules":{rules}}}}},"results":[{{"message":{{}}{result}}}]}}"#);
    let audit = log(&run);
    assert_eq!(audit.received.samples.problems, []);
    audit.worst.unwrap()
}

#[test]
fn eslints_and_bandits_levels_are_severities() {
    let eslint = sarif::read(&data("reports/eslint.sarif.json"), &Limits::default()).unwrap();
    assert_eq!(
        counts(&eslint),
        ["audit.finding{severity=medium,tool=ESLint} 1", "audit.finding{severity=high,tool=ESLint} 1"]
    );
    assert_eq!(eslint.worst, Some(Severity::High));
    let bandit = sarif::read(&data("reports/bandit.sarif.json"), &Limits::default()).unwrap();
    assert_eq!(
        lines(&bandit.received),
        [
            "audit.finding{severity=none,tool=Bandit} 0 @1795488806000",
            "audit.finding{severity=low,tool=Bandit} 6 @1795488806000",
            "audit.finding{severity=medium,tool=Bandit} 1 @1795488806000",
            "audit.finding{severity=high,tool=Bandit} 0 @1795488806000",
            "audit.finding{severity=critical,tool=Bandit} 0 @1795488806000",
            "audit.worst{tool=Bandit} 2 severity @1795488806000",
        ]
    );
}

#[test]
fn a_findings_severity_is_its_score_else_its_level_else_its_rules() {
    let score = |score: &str| format!(r#","properties":{{"security-severity":"{score}"}}"#);
    for (result, rule, severity) in [
        (r#","ruleId":"r""#, score("9.8"), Severity::Critical),
        (r#","ruleIndex":1"#, score("8.9"), Severity::High),
        (r#","rule":{"id":"r"}"#, score("4.0"), Severity::Medium),
        (r#","ruleId":"r/sub""#, score("0.1"), Severity::Low),
        (r#","ruleId":"r","level":"error""#, score("0.0"), Severity::None),
        (r#","ruleId":"r","level":"error""#, score("11"), Severity::High),
        (r#","ruleId":"r""#, r#","defaultConfiguration":{"level":"note"}"#.to_owned(), Severity::Low),
        (r#","ruleId":"r","level":"none""#, String::new(), Severity::None),
        (r#","ruleId":"unknown""#, score("9.8"), Severity::Medium),
        ("", String::new(), Severity::Medium),
    ] {
        assert_eq!(worst(result, &rule), severity, "{result} {rule}");
    }
}

#[test]
fn what_is_suppressed_gone_or_well_is_no_open_finding() {
    for (result, is_open) in [
        (r#","suppressions":[{"kind":"inSource"}]"#, false),
        (r#","suppressions":[{"kind":"external","status":"accepted"}]"#, false),
        (r#","suppressions":[{"kind":"external","status":"underReview"}]"#, true),
        (r#","suppressions":[]"#, true),
        (r#","baselineState":"absent""#, false),
        (r#","baselineState":"new""#, true),
        (r#","kind":"pass""#, false),
        (r#","kind":"fail""#, true),
    ] {
        let expected = if is_open { Severity::High } else { Severity::None };
        assert_eq!(worst(&format!(r#"{result},"level":"error""#), ""), expected, "{result}");
    }
}

#[test]
fn a_tool_that_did_not_finish_has_not_found_nothing() {
    let tool = r#""tool":{"driver":{"name":"t"}}"#;
    for (run, field) in [
        (format!("{{{tool}}}"), "results"),
        (format!(r#"{{{tool},"results":null}}"#), "results"),
        (format!(r#"{{{tool},"results":[7]}}"#), "results"),
        (format!(r#"{{{tool},"results":[],"invocations":[{{"executionSuccessful":false}}]}}"#), "invocations"),
        (r#"{"results":[]}"#.to_owned(), "row"),
    ] {
        let audit = log(&run);
        assert_eq!((audit.worst, audit.received.samples.samples.len()), (None, 0), "{run}");
        assert_eq!(audit.received.samples.problems[0].field, field, "{run}");
    }
    assert_eq!(log(&format!(r#"{{{tool},"results":[]}}"#)).worst, Some(Severity::None));
    for (text, code) in [("", "empty"), ("{}", "shape"), (r#"{"runs":[]}"#, "shape"), ("[", "syntax")] {
        assert_eq!(refused(sarif::read(text.as_bytes(), &Limits::default())).code(), code, "{text}");
    }
}

#[test]
fn cargo_audit_rates_by_vector_and_takes_the_unrated_for_high() {
    let audit = cargo_audit::read(&data("reports/cargo-audit.json"), &Limits::default()).unwrap();
    assert_eq!(
        lines(&audit.received),
        [
            "audit.finding{severity=none,tool=cargo-audit} 0",
            "audit.finding{severity=low,tool=cargo-audit} 1",
            "audit.finding{severity=medium,tool=cargo-audit} 0",
            "audit.finding{severity=high,tool=cargo-audit} 1",
            "audit.finding{severity=critical,tool=cargo-audit} 1",
            "audit.worst{tool=cargo-audit} 4 severity",
            "audit.warning{kind=unmaintained,tool=cargo-audit} 1",
            "dependency.count{state=total,tool=cargo-audit} 3",
        ]
    );
    assert_eq!(audit.worst.map(Severity::word), Some("critical"));
    let clean =
        br#"{"lockfile":{"dependency-count":9},"vulnerabilities":{"found":false,"count":0,"list":[]},"warnings":{}}"#;
    assert_eq!(cargo_audit::read(clean, &Limits::default()).unwrap().worst, Some(Severity::None));
    let odd =
        br#"{"lockfile":{"dependency-count":9},"vulnerabilities":{"list":[{"advisory":{"id":"A","cvss":"CVSS:9"}}]}}"#;
    let odd = cargo_audit::read(odd, &Limits::default()).unwrap();
    assert_eq!((odd.worst, problems(&odd.received)), (Some(Severity::High), vec![(1, "cvss", "syntax")]));
    for (text, code) in [("", "empty"), ("{}", "shape"), ("7", "shape")] {
        assert_eq!(refused(cargo_audit::read(text.as_bytes(), &Limits::default())).code(), code, "{text}");
    }
}

#[test]
fn each_test_is_a_sample_with_how_it_ended() {
    let report = br#"<testsuites time="9"><testsuite name="s" hostname="h">
        <testcase classname="c" name="good"/><testcase classname="c" name="bad"><failure/></testcase>
        <testcase classname="c" name="flaky"><failure/></testcase><testcase classname="c" name="flaky"/>
        <testcase name="rerun"><rerunFailure/></testcase><testcase name="never"><failure/><rerunFailure/></testcase>
        <testcase name="later"><skipped/></testcase><testcase/></testsuite></testsuites>"#;
    let received = junit::read_samples(report, &Limits::default()).unwrap();
    let mut found = lines(&received);
    found.sort();
    assert_eq!(
        found,
        [
            "test.case{result=failure,suite=s @ h,test=c::bad} 1",
            "test.case{result=failure,suite=s @ h,test=never} 1",
            "test.case{result=flaky,suite=s @ h,test=c::flaky} 1",
            "test.case{result=flaky,suite=s @ h,test=rerun} 1",
            "test.case{result=success,suite=s @ h,test=c::good} 1",
            "test.case{result=success,suite=s @ h,test=test 6} 1",
            "test.suite{} 9 s",
        ]
    );
    assert_eq!((received.samples.rows, received.left_out["skipped test"]), (7, 1));
    let run = junit::read(report).unwrap();
    assert_eq!((run.tests, run.flaky, run.failures), (7, 2, 2));
}

#[test]
fn a_try_that_pytest_reran_had_failed() {
    // The first test passed at its second try, the second one never. Written by pytest-rerunfailures.
    let run = junit::read(&data("reports/pytest-reruns.xml")).unwrap();
    assert_eq!((run.tests, run.passed(), run.failures, run.flaky), (3, 2, 1, 1));
    let tries = |name: &str, count: usize| {
        let last = r#"<testcase name="t"><failure/></testcase>"#;
        let report =
            format!(r#"<testsuite name="{name}">{}{last}</testsuite>"#, r#"<testcase name="t"/>"#.repeat(count));
        let run = junit::read(report.as_bytes()).unwrap();
        (run.failures, run.flaky)
    };
    assert_eq!((tries("pytest", 1), tries("pytest", 3), tries("other", 1)), ((1, 0), (1, 0), (0, 1)));
}

#[test]
fn covered_and_all_lines_are_samples() {
    let samples = Coverage { lines_found: 10, lines_hit: 7 }.samples();
    let lines: Vec<String> = samples.iter().map(line).collect();
    assert_eq!(lines, ["coverage.lines{state=covered} 7", "coverage.lines{state=total} 10"]);
}
