//! `JUnit` reports.

use formats::junit::{TestRun, read, read_report};

use crate::refused;

const SUREFIRE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="shop.CartTest" time="1,234.5" tests="99">
  <properties><property name="java.version" value="21"/></properties>
  <testcase name="adds" classname="shop.CartTest" time="0.1"/>
  <testcase name="removes" classname="shop.CartTest" time="0.2"><failure message="1 &lt; 2">at <![CDATA[<x>]]></failure></testcase>
  <testcase name="opens" classname="shop.CartTest"><error type="IOException"/></testcase>
  <testcase name="later" classname="shop.CartTest"><skipped/></testcase>
  <testcase name="sometimes" classname="shop.CartTest"><flakyFailure message="m"><stackTrace>s</stackTrace></flakyFailure></testcase>
  <testcase name="never" classname="shop.CartTest"><failure/><rerunFailure/></testcase>
</testsuite>"#;

#[test]
fn each_outcome_is_counted_once_whatever_the_suite_claims() {
    let run = read(SUREFIRE.as_bytes()).unwrap();
    let expected =
        TestRun { suites: 1, tests: 6, failures: 2, errors: 1, skipped: 1, flaky: 1, duration_seconds: Some(1234.5) };
    assert_eq!(run, expected);
    assert_eq!((run.passed(), run.pass_percent()), (2, Some(40.0)));
}

#[test]
fn a_test_that_stands_twice_in_its_suite_was_retried() {
    let run = read(
        br#"<testsuites><testsuite name="s" time="2"><testcase name="a"><failure/></testcase><testcase name="a"/>
            <testcase name="b"><failure/></testcase><testcase name="b"><failure/></testcase></testsuite></testsuites>"#,
    )
    .unwrap();
    assert_eq!((run.tests, run.failures, run.flaky, run.passed()), (2, 1, 1, 1));
}

#[test]
fn the_same_name_on_another_host_or_in_another_suite_is_another_test() {
    let run = read(
        br#"<testsuites>
            <testsuite name="pages.spec.ts" hostname="chromium"><testcase name="opens"/></testsuite>
            <testsuite name="pages.spec.ts" hostname="firefox"><testcase name="opens"><failure/></testcase></testsuite>
            <testsuite name="other"><testsuite name="pages.spec.ts"><testcase name="opens"/></testsuite></testsuite>
            <testsuite name="nameless"><testcase/><testcase/></testsuite></testsuites>"#,
    )
    .unwrap();
    assert_eq!((run.suites, run.tests, run.failures, run.flaky), (5, 5, 1, 0));
}

#[test]
fn the_duration_is_the_roots_else_the_suites_else_the_tests() {
    let case = r#"<testcase name="x"/>"#;
    for (text, seconds) in [
        (r#"<testsuites time="5"><testsuite time="2"><testcase time="1"/></testsuite></testsuites>"#, Some(5.0)),
        (
            r#"<testsuites><testsuite time="2"><testsuite time="9"/></testsuite><testsuite time="0.5"/></testsuites>"#,
            Some(2.5),
        ),
        (r#"<testsuites><testsuite><testcase time="1"/><testcase time="0.25"/></testsuite></testsuites>"#, Some(1.25)),
        (r#"<testsuites><testsuite time="2"/><testsuite><testcase time="1"/></testsuite></testsuites>"#, Some(3.0)),
        (r#"<testsuites><testcase name="x" time="1"/><testsuite name="s" time="2"/></testsuites>"#, Some(3.0)),
        // What was not carried out takes no time.
        (r#"<testsuite><testcase time="1"/><testcase name="later"><skipped/></testcase></testsuite>"#, Some(1.0)),
        (r#"<testsuite><testsuite name="none"/><testcase time="1"/></testsuite>"#, Some(1.0)),
        (
            r#"<testsuite><testcase name="a" time="1"><failure/></testcase><testcase name="a" time="2"/></testsuite>"#,
            Some(3.0),
        ),
        // What is not said is not zero.
        ("<testsuites/>", None),
        (&format!(r#"<testsuite name="a">{case}</testsuite>"#), None),
        (&format!(r#"<testsuite name="a">{case}<testcase name="y" time="1"/></testsuite>"#), None),
        (&format!(r#"<testsuites><testsuite time="2"/><testsuite>{case}</testsuite></testsuites>"#), None),
        (&format!(r#"<testsuites time="0"><testsuite>{case}</testsuite></testsuites>"#), Some(0.0)),
        (&format!(r#"<testsuites time=""><testsuite time="2">{case}</testsuite></testsuites>"#), Some(2.0)),
        // Nothing ran, and no time was taken.
        (r#"<testsuites tests="0" time="0"/>"#, None),
        (r#"<testsuite time="0"><testcase name="x" time="0"><skipped/></testcase></testsuite>"#, None),
        (r#"<testsuite time="0"><testcase name="x" time="0"><error/></testcase></testsuite>"#, None),
        (r#"<testsuite time="0"><testcase name="x" time="0"/></testsuite>"#, Some(0.0)),
        // A total of nothing over a test that took time.
        (
            r#"<testsuites time="0"><testsuite time="0"><testcase name="x" time="60"/></testsuite></testsuites>"#,
            Some(60.0),
        ),
        // A number that a thousands separator is certain in.
        (r#"<testsuite time="1,234.567"/>"#, Some(1234.567)),
        (r#"<testsuite time="1,234,567"/>"#, Some(1_234_567.0)),
    ] {
        assert_eq!(read(text.as_bytes()).unwrap().duration_seconds, seconds, "{text}");
    }
    assert_eq!(read(b"<testsuites/>").unwrap().pass_percent(), None);
}

#[test]
fn a_time_that_cannot_be_read_is_named_and_the_tests_count() {
    for time in ["0,5", "-1", "NaN", "inf", "soon", "1,23.4", "0,123.4", "1,234", "1.234,5", "5 s", "1e999"] {
        let bad = format!("\n<testcase name=\"x\" time=\"{time}\"/>");
        let good = r#"<testcase name="y" time="2"><failure/></testcase>"#;
        for (text, seconds, suites) in [
            (format!("<testsuite>{bad}{good}</testsuite>"), None, vec![None]),
            (format!(r#"<testsuite time="7">{bad}{good}</testsuite>"#), Some(7.0), vec![Some(7.0)]),
            (
                format!(
                    r#"<testsuites time="9"><testsuite>{bad}</testsuite><testsuite name="b">{good}</testsuite></testsuites>"#
                ),
                Some(9.0),
                vec![None, Some(2.0)],
            ),
            (
                format!(
                    r#"<testsuites><testsuite>{bad}</testsuite><testsuite name="b">{good}</testsuite></testsuites>"#
                ),
                None,
                vec![None, Some(2.0)],
            ),
        ] {
            let report = read_report(text.as_bytes()).unwrap();
            let told: Vec<(usize, &str)> =
                report.problems.iter().map(|problem| (problem.row, problem.field.as_str())).collect();
            assert_eq!((report.seconds, told), (seconds, vec![(2, "time")]), "{text}");
            assert_eq!(report.suites.iter().map(|suite| suite.seconds).collect::<Vec<_>>(), suites, "{text}");
            let run = report.sum();
            assert_eq!((run.tests, run.failures, run.passed()), (2, 1, 1), "{text}");
        }
    }
    // A total that can't be read has no value; those of the suites inside it stand.
    let suite = r#"<testsuite name="a" time="2"><testcase time="1"/></testsuite>"#;
    for (text, seconds) in [
        (format!(r#"<testsuites time="0,5">{suite}</testsuites>"#), Some(2.0)),
        (r#"<testsuite time="0,5"><testcase time="1"/></testsuite>"#.to_owned(), None),
        (format!(r#"<testsuites>{suite}<testsuite time="0,5"><testcase time="1"/></testsuite></testsuites>"#), None),
    ] {
        assert_eq!(read(text.as_bytes()).unwrap().duration_seconds, seconds, "{text}");
    }
}

#[test]
fn tests_of_two_files_are_two() {
    let case =
        |file: &str, content: &str| format!(r#"<testcase name="x" classname="c" file="{file}">{content}</testcase>"#);
    let suite = |cases: &str| format!(r#"<testsuite name="s">{cases}</testsuite>"#);
    let (failed, passed) = (case("a.rb", "<failure/>"), case("b.rb", ""));
    let together = read_report(suite(&format!("{failed}{passed}")).as_bytes()).unwrap();
    let names: Vec<&str> = together.cases().map(|case| case.name.as_str()).collect();
    assert_eq!((together.sum().flaky, together.sum().failures, names), (0, 1, vec!["a.rb c::x", "b.rb c::x"]));
    let mut parts = read_report(suite(&failed).as_bytes()).unwrap();
    parts.merge(read_report(suite(&passed).as_bytes()).unwrap());
    assert_eq!((parts.sum().tests, parts.sum().flaky), (2, 0));
}

#[test]
fn suites_are_told_apart_by_host_package_and_file() {
    let report = read_report(
        br#"<testsuites time="9"><testsuite name="s" package="a" time="1"><testcase name="x"/></testsuite>
            <testsuite name="s" package="b" time="2"><testcase name="x"><failure/></testcase></testsuite>
            <testsuite name="s" file="f.js" hostname="h" time="3"><testsuite name="inner" time="1"><testcase name="x"/></testsuite></testsuite>
            <testsuite name="s" package="a" time="4"><testcase name="x"><error/></testcase></testsuite></testsuites>"#,
    )
    .unwrap();
    let suites: Vec<_> = report
        .suites
        .iter()
        .map(|suite| (suite.package.as_str(), suite.file.as_str(), suite.seconds, suite.cases.len()))
        .collect();
    assert_eq!(suites, [("a", "", Some(5.0), 1), ("b", "", Some(2.0), 1), ("", "f.js", Some(3.0), 1)]);
    assert_eq!((report.stated_seconds, report.seconds), (Some(9.0), Some(9.0)));
    let cases: Vec<_> = report.cases().map(|case| (case.suite.as_str(), case.result)).collect();
    assert_eq!(cases, [("a s", Some("flaky")), ("b s", Some("failure")), ("inner", Some("success"))]);
}

#[test]
fn what_is_no_complete_report_is_refused() {
    let deep = format!("<testsuites>{}", "<testsuite>".repeat(1000));
    let bomb = r#"<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuites name="&b;"/>"#;
    for (text, code) in [
        ("", "empty"),
        ("hello", "syntax"),
        ("<html></html>", "shape"),
        ("<testsuites><testsuite>", "syntax"),
        ("<testsuites></testsuite>", "syntax"),
        ("<testsuites/><testsuites/>", "syntax"),
        ("<testsuites/>trailing", "syntax"),
        ("<testsuites><testsuite name=a/></testsuites>", "syntax"),
        ("<testsuites><testsuite name='a' name='b'/></testsuites>", "syntax"),
        ("<testsuites name='&secret;'/>", "syntax"),
        (bomb, "syntax"),
        (r#"<!DOCTYPE t [<!ENTITY a "unused">]><testsuites/>"#, "syntax"),
        (deep.as_str(), "too-deep"),
    ] {
        assert_eq!(refused(read(text.as_bytes())).code(), code, "{text}");
    }
    let many: Vec<String> = (0..200).map(|number| format!("a{number}=''")).collect();
    assert_eq!(refused(read(format!("<testsuites {}/>", many.join(" ")).as_bytes())).code(), "syntax");
    assert_eq!(refused(read(b"<testsuites>\xff</testsuites>")).code(), "not-utf8");
}
