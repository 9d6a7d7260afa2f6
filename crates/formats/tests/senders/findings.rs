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

/// Every sample, problems or not.
fn all(audit: &Audit) -> Vec<String> {
    audit.received.samples.samples.iter().map(line).collect()
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
        (r#","ruleId":"r""#, r#","defaultConfiguration":{"level":"note"}"#.to_owned(), Severity::Low),
        (r#","ruleId":"r","level":"none""#, String::new(), Severity::None),
        (r#","ruleId":"unknown""#, score("9.8"), Severity::Medium),
        ("", String::new(), Severity::Medium),
    ] {
        assert_eq!(worst(result, &rule), severity, "{result} {rule}");
    }
}

#[test]
fn a_severity_may_be_a_score_a_vector_or_a_word() {
    let vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
    for (written, severity) in [
        (r#""CRITICAL""#, Severity::Critical),
        (r#""Critical""#, Severity::Critical),
        (r#"" high ""#, Severity::High),
        (r#""Important""#, Severity::High),
        (r#""moderate""#, Severity::Medium),
        (r#""LOW""#, Severity::Low),
        (r#""none""#, Severity::None),
        (r#""9.8""#, Severity::Critical),
        ("9.8", Severity::Critical),
        ("7", Severity::High),
        ("null", Severity::Medium),
        (r#""""#, Severity::Medium),
        (&format!("\"{vector}\""), Severity::Critical),
    ] {
        let said = format!(r#","properties":{{"security-severity":{written}}}"#);
        assert_eq!(worst(&format!(r#","ruleId":"r"{said}"#), ""), severity, "of the result: {written}");
        assert_eq!(worst(r#","ruleId":"r""#, &said), severity, "of the rule: {written}");
    }
}

/// A run of a tool with these results.
fn run_of(results: &str, more: &str) -> String {
    format!(r#"{{"tool":{{"driver":{{"name":"t"}}}},"results":[{results}]{more}}}"#)
}

#[test]
fn a_severity_that_cannot_be_read_is_told() {
    for (result, field, worst, high) in [
        (r#"{"properties":{"security-severity":"11"},"level":"error"}"#, "security-severity", Some("high"), 1),
        (r#"{"properties":{"security-severity":"spicy"},"level":"error"}"#, "security-severity", Some("high"), 1),
        (r#"{"properties":{"security-severity":-1},"level":"error"}"#, "security-severity", Some("high"), 1),
        (r#"{"properties":{"security-severity":[9]},"level":"error"}"#, "security-severity", Some("high"), 1),
        // Nobody knows how bad it is.
        (r#"{"level":"spicy"}"#, "level", None, 0),
        (r#"{"level":"spicy"},{"level":"error"}"#, "level", Some("high"), 1),
        (r#"7,{"level":"error"}"#, "results", Some("high"), 1),
        (r#"{"suppressions":7},{"level":"error"}"#, "suppressions", Some("high"), 1),
        (r#"{"level":"error","suppressions":{"status":"accepted"}}"#, "suppressions", Some("high"), 1),
        (r#"{"level":"error","suppressions":[{"status":"accepted"},7]}"#, "suppressions", Some("high"), 1),
        (r#"{"level":"error","kind":"unknown"}"#, "kind", Some("high"), 1),
        (r#"{"level":"error","kind":""}"#, "kind", Some("high"), 1),
        (r#"{"level":"error","kind":3}"#, "kind", Some("high"), 1),
        (r#"{"level":"error","ruleId":7}"#, "ruleId", Some("high"), 1),
        (r#"{"level":"error","properties":{"security-severity":"UNKNOWN"}}"#, "security-severity", Some("high"), 1),
    ] {
        let audit = log(&run_of(result, ""));
        let told: Vec<&str> = audit.received.samples.problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!((told, audit.worst.map(Severity::word)), (vec![field], worst), "{result}");
        assert_eq!(audit.tools[0].counts.get(&Severity::High).copied().unwrap_or(0), high, "{result}");
    }
    let many = vec![r#"{"level":"spicy"}"#; 5_000].join(",");
    assert_eq!(log(&run_of(&many, "")).received.samples.problems.len(), 21);
}

#[test]
fn a_level_may_be_set_for_one_run() {
    let over = |level: &str| {
        let configuration = format!(r#"{{"descriptor":{{"id":"r"}},"configuration":{{"level":"{level}"}}}}"#);
        format!(r#","invocations":[{{"executionSuccessful":true,"ruleConfigurationOverrides":[{configuration}]}}]"#)
    };
    for (result, level, severity) in [
        (r#"{"ruleId":"r"}"#, "error", Severity::High),
        (r#"{"ruleId":"r","level":"note"}"#, "error", Severity::Low),
        (r#"{"ruleId":"other"}"#, "error", Severity::Medium),
    ] {
        assert_eq!(log(&run_of(result, &over(level))).worst, Some(severity), "{result}");
    }
}

#[test]
fn a_level_is_that_of_the_invocation_that_found_the_result() {
    let over = |descriptor: &str, level: &str| {
        let configuration = format!(r#"{{"descriptor":{descriptor},"configuration":{{"level":"{level}"}}}}"#);
        format!(r#"{{"executionSuccessful":true,"ruleConfigurationOverrides":[{configuration}]}}"#)
    };
    for descriptor in [r#"{"id":"r"}"#, r#"{"index":0}"#] {
        let invocations = format!("{},{}", over(descriptor, "error"), over(descriptor, "note"));
        for (index, severity) in [("0", Severity::High), ("1", Severity::Low), ("2", Severity::Medium)] {
            let run = format!(
                r#"{{"tool":{{"driver":{{"name":"t","rules":[{{"id":"r"}}]}}}},"invocations":[{invocations}],
                    "results":[{{"ruleId":"r","provenance":{{"invocationIndex":{index}}}}}]}}"#
            );
            assert_eq!(log(&run).worst, Some(severity), "{descriptor} {index}");
        }
    }
}

#[test]
fn a_run_that_cannot_be_read_leaves_no_all_clear() {
    let empty = run_of("", "");
    let without_results = r#"{"tool":{"driver":{"name":"u"}}}"#;
    let no_list = r#"{"tool":{"driver":{"name":"u"}},"results":7}"#;
    for other in ["7", without_results, no_list] {
        let audit = log(&format!("{other},{empty}"));
        assert_eq!((audit.worst, audit.received.samples.problems.len()), (None, 1), "{other}");
        let found = log(&format!("{other},{}", run_of(r#"{"level":"error"}"#, "")));
        assert_eq!(found.worst, Some(Severity::High), "{other}");
    }
}

#[test]
fn a_finding_whose_rule_cannot_be_told_is_as_bad_as_any_of_the_rules() {
    let run = r#"{"tool":{"driver":{"name":"t","rules":[{"id":"a","properties":{"security-severity":"9.8"}},
        {"id":"b","properties":{"security-severity":"2.0"}}]}},"results":[{"ruleId":7},{"ruleId":"b"}]}"#;
    let audit = log(run);
    assert_eq!((audit.worst, audit.tools[0].marked), (Some(Severity::Critical), Some(Severity::Critical)));
}

#[test]
fn a_list_of_cargo_audit_that_lacks_what_was_found_is_told() {
    let one = r#"{"advisory":{"id":"RUSTSEC-2026-0001"}}"#;
    for (said, list, worst, told) in [
        (r#""found":true,"count":2"#, "", None, 1),
        (r#""found":true"#, "", None, 1),
        (r#""found":true,"count":3"#, one, Some(Severity::High), 1),
        (r#""found":false,"count":0"#, "", Some(Severity::None), 0),
        (r#""found":true,"count":1"#, one, Some(Severity::High), 0),
    ] {
        let body = format!(
            r#"{{"lockfile":{{"dependency-count":1}},"vulnerabilities":{{{said},"list":[{list}]}},"warnings":{{}}}}"#
        );
        let audit = cargo_audit::read(body.as_bytes(), &Limits::default()).unwrap();
        assert_eq!((audit.worst, audit.received.samples.problems.len()), (worst, told), "{said}");
    }
}

#[test]
fn what_is_suppressed_gone_or_well_is_no_open_finding() {
    for (result, is_open) in [
        (r#","suppressions":[{"kind":"inSource"}]"#, Some(false)),
        (r#","suppressions":[{"kind":"external","status":"accepted"}]"#, Some(false)),
        (r#","suppressions":[{"kind":"external","status":null},{"kind":"inSource"}]"#, Some(false)),
        (r#","suppressions":[{"kind":"external","status":"underReview"}]"#, Some(true)),
        (r#","suppressions":[{"kind":"external","status":"rejected"}]"#, Some(true)),
        (r#","suppressions":[{"status":"accepted"},{"status":"rejected"}]"#, Some(true)),
        (r#","suppressions":[{"status":"rejected"},{"kind":"inSource"}]"#, Some(true)),
        (r#","suppressions":[{"status":"accepted"},{"status":"underReview"}]"#, Some(true)),
        (r#","suppressions":[{"status":"unheard of"}]"#, Some(true)),
        (r#","suppressions":[]"#, Some(true)),
        (r#","suppressions":null"#, Some(true)),
        (r#","baselineState":"absent""#, Some(false)),
        (r#","baselineState":"new""#, Some(true)),
        (r#","baselineState":"unchanged""#, Some(true)),
        (r#","kind":"pass""#, Some(false)),
        (r#","kind":"notApplicable""#, Some(false)),
        (r#","kind":"informational""#, Some(false)),
        (r#","kind":"fail""#, Some(true)),
        // A person has to decide.
        (r#","kind":"review""#, None),
        (r#","kind":"open""#, None),
    ] {
        let expected = is_open.map(|is_open| if is_open { Severity::High } else { Severity::None });
        let audit = log(&run_of(&format!(r#"{{"message":{{}}{result},"level":"error"}}"#), ""));
        assert_eq!((audit.worst, audit.received.samples.problems.as_slice()), (expected, &[][..]), "{result}");
    }
}

#[test]
fn of_a_run_that_failed_the_findings_are_kept_and_nothing_else_is_sure() {
    for failed in [
        r#","invocations":[{"executionSuccessful":false}]"#,
        r#","invocations":[{"executionSuccessful":true},{"executionSuccessful":false,"endTimeUtc":null}]"#,
    ] {
        let audit = log(&run_of(r#"{"level":"error"},{"level":"note"}"#, failed));
        assert_eq!(problems(&audit.received), [(1, "invocations", "failed")]);
        assert_eq!((audit.worst, audit.tools[0].security()), (Some(Severity::High), Some(Severity::High)));
        assert!(audit.tools[0].has_failed);
        // That it found nothing critical says nothing.
        assert_eq!(
            all(&audit),
            [
                "audit.finding{severity=low,tool=t} 1",
                "audit.finding{severity=high,tool=t} 1",
                "audit.worst{tool=t} 3 severity"
            ]
        );
        let clear = log(&run_of("", failed));
        assert_eq!((clear.worst, clear.tools[0].security()), (None, None));
        assert_eq!((problems(&clear.received), all(&clear).len()), (vec![(1, "invocations", "failed")], 0));
    }
}

#[test]
fn runs_of_one_tool_are_one_analysis_unless_their_categories_differ() {
    let run = |id: &str, results: &str| {
        let details = if id.is_empty() { String::new() } else { format!(r#","automationDetails":{{"id":"{id}"}}"#) };
        run_of(results, &details)
    };
    let critical = r#"{"properties":{"security-severity":"9.8"}}"#;
    for (runs, categories) in [
        ([run("", critical), run("", "")], vec![("", Some(Severity::Critical))]),
        ([run("", ""), run("", critical)], vec![("", Some(Severity::Critical))]),
        ([run("a/1", critical), run("a/2", "")], vec![("a", Some(Severity::Critical))]),
        ([run("only-an-id", critical), run("another", "")], vec![("", Some(Severity::Critical))]),
        (
            [run("x/a/", critical), run("x/b/", "")],
            vec![("x/a", Some(Severity::Critical)), ("x/b", Some(Severity::None))],
        ),
    ] {
        let audit = log(&runs.join(","));
        let found: Vec<(&str, Option<Severity>)> =
            audit.tools.iter().map(|tool| (tool.category.as_str(), tool.security())).collect();
        assert_eq!((found, audit.worst), (categories, Some(Severity::Critical)), "{runs:?}");
    }
}

#[test]
fn a_tool_that_did_not_look_has_not_found_nothing() {
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
fn an_advisory_that_cannot_be_read_is_named_and_the_others_count() {
    let report = |list: &str, count: &str| {
        let text = format!(r#"{{"lockfile":{{"dependency-count":{count}}},"vulnerabilities":{{"list":[{list}]}}}}"#);
        cargo_audit::read(text.as_bytes(), &Limits::default()).unwrap()
    };
    let good = r#"{"advisory":{"id":"A","cvss":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}"#;
    let partial = report(&format!(r#"{good},{{"advisory":{{"id":null}}}}"#), "9");
    assert_eq!(
        (partial.worst, problems(&partial.received)),
        (Some(Severity::Critical), vec![(1, "vulnerabilities", "wrong-type")])
    );
    assert_eq!(report(r#"{"advisory":{}}"#, "9").worst, None);
    for count in ["-1", "null", "\"many\"", "1.5"] {
        let audit = report(good, count);
        assert_eq!(
            (audit.worst, problems(&audit.received)),
            (Some(Severity::Critical), vec![(1, "dependency-count", "wrong-type")])
        );
        assert!(!all(&audit).iter().any(|line| line.starts_with("dependency.count")), "{count}");
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
