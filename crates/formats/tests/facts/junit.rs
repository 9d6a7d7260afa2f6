//! `JUnit` reports.

use formats::junit::{TestRun, read};

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
        TestRun { suites: 1, tests: 6, failures: 2, errors: 1, skipped: 1, flaky: 1, duration_seconds: 1234.5 };
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
    for (text, seconds) in [
        (r#"<testsuites time="5"><testsuite time="2"><testcase time="1"/></testsuite></testsuites>"#, 5.0_f64),
        (
            r#"<testsuites><testsuite time="2"><testsuite time="9"/></testsuite><testsuite time="0.5"/></testsuites>"#,
            2.5,
        ),
        (r#"<testsuites><testsuite><testcase time="1"/><testcase time="0.25"/></testsuite></testsuites>"#, 1.25),
        ("<testsuites/>", 0.0),
    ] {
        assert_eq!(read(text.as_bytes()).unwrap().duration_seconds.to_bits(), seconds.to_bits(), "{text}");
    }
    assert_eq!(read(b"<testsuites/>").unwrap().pass_percent(), None);
    for time in ["1,5", "-1", "NaN", "inf", "soon", "1,23.4"] {
        let refusal = refused(read(format!("<testsuites>\n<testsuite time=\"{time}\"/></testsuites>").as_bytes()));
        assert_eq!((refusal.code(), refusal.row(), refusal.column()), ("shape", Some(2), Some(1)), "{time}");
    }
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
