//! Results of axe-core.

use formats::axe::{ByImpact, read, read_checks};

use crate::refused;

fn rule(id: &str, impact: &str, tags: &str, nodes: usize) -> String {
    let nodes = vec![r#"{"target":["a"],"html":"<a>"}"#; nodes].join(",");
    format!(r#"{{"id":"{id}","impact":{impact},"tags":[{tags}],"help":"…","nodes":[{nodes}]}}"#)
}

fn check(url: &str, passes: &[String], violations: &[String]) -> String {
    undecided(url, passes, violations, &[rule("region", "\"serious\"", "\"best-practice\"", 1)])
}

fn undecided(url: &str, passes: &[String], violations: &[String], incomplete: &[String]) -> String {
    let (passes, violations, incomplete) = (passes.join(","), violations.join(","), incomplete.join(","));
    format!(
        r#"{{"url":"{url}","testEngine":{{"name":"axe-core"}},"inapplicable":[],"passes":[{passes}],
            "violations":[{violations}],"incomplete":[{incomplete}]}}"#,
    )
}

#[test]
fn findings_are_counted_over_all_pages() {
    let alt = rule("image-alt", "\"critical\"", "\"wcag2a\",\"wcag111\"", 3);
    let region = rule("region", "\"moderate\"", "\"best-practice\"", 1);
    let lang = rule("html-has-lang", "null", "\"wcag2a\"", 1);
    let body = format!(
        "[{},{},{}]",
        check("/", &[lang.clone(), alt.clone()], &[]),
        check("/a", std::slice::from_ref(&lang), &[alt.clone(), region.clone()]),
        check("/a", std::slice::from_ref(&lang), &[alt]),
    );
    let found = read(body.as_bytes()).unwrap();
    assert_eq!((found.pages, found.checks, found.elements, found.incomplete), (2, 3, 7, 3));
    assert_eq!(found.violations, ByImpact { critical: 2, moderate: 1, ..ByImpact::default() });
    assert_eq!((found.violations.total(), found.level_aa_violations, found.rules_passed), (3, 2, 1));
    assert_eq!(found.rules_violated.get("image-alt"), Some(&2));
    assert_eq!(found.meets_wcag_aa(), Some(false));
}

#[test]
fn a_violated_rule_whose_level_is_not_known_leaves_no_verdict() {
    let lang = [rule("html-has-lang", "null", "\"wcag2a\"", 1)];
    let untagged = r#"{"id":"label","impact":"critical","nodes":[{}]}"#.to_owned();
    let (empty, category) = (rule("label", "\"critical\"", "", 1), rule("label", "null", "\"cat.forms\"", 1));
    for violated in [untagged, empty, category] {
        for body in [
            undecided("/", &lang, std::slice::from_ref(&violated), &[]),
            undecided("/", &lang, &[], std::slice::from_ref(&violated)),
        ] {
            let report = read_checks(body.as_bytes()).unwrap();
            let told: Vec<&str> = report.problems.iter().map(|problem| problem.field.as_str()).collect();
            assert_eq!((report.sum().meets_wcag_aa(), told), (None, vec!["tags"]), "{body}");
        }
    }
}

#[test]
fn level_aa_is_met_without_a_violation_of_its_rules_only() {
    let lang = [rule("html-has-lang", "null", "\"wcag2a\"", 1)];
    for (tag, meets) in [
        ("wcag2a", false),
        ("wcag2aa", false),
        ("wcag21a", false),
        ("wcag21aa", false),
        ("wcag2aaa", true),
        ("best-practice", true),
    ] {
        let body = check("/", &lang, &[rule("x", "\"minor\"", &format!("\"{tag}\""), 1)]);
        assert_eq!(read(body.as_bytes()).unwrap().meets_wcag_aa(), Some(meets), "{tag}");
    }
    assert_eq!(read(check("/", &lang, &[]).as_bytes()).unwrap().meets_wcag_aa(), Some(true));
}

#[test]
fn nobody_knows_whether_level_aa_is_met_where_rules_had_nothing_to_look_at_or_wait_for_a_person() {
    let lang = [rule("html-has-lang", "null", "\"wcag2a\"", 1)];
    let practice = [rule("region", "null", "\"best-practice\"", 1)];
    let contrast = [rule("color-contrast", "\"serious\"", "\"wcag2aa\",\"wcag143\"", 1)];
    let strict = [rule("color-contrast-enhanced", "\"serious\"", "\"wcag2aaa\"", 1)];
    let good = check("/", &lang, &[]);
    for (body, meets) in [
        (undecided("/", &[], &[], &[]), None),
        (check("/", &practice, &[]), None),
        (undecided("/", &lang, &[], &contrast), None),
        (undecided("/", &lang, &[], &strict), Some(true)),
        (undecided("/", &lang, &contrast, &contrast), Some(false)),
        (format!("[{good},{}]", undecided("/empty", &[], &[], &[])), None),
        (format!("[{good},{}]", undecided("/empty", &[], &contrast, &[])), Some(false)),
        (format!("[{good},{good}]"), Some(true)),
    ] {
        assert_eq!(read(body.as_bytes()).unwrap().meets_wcag_aa(), meets, "{body}");
    }
    let found = read(undecided("/", &lang, &[], &contrast).as_bytes()).unwrap();
    assert_eq!(found.undecided.get("color-contrast"), Some(&1));
}

#[test]
fn a_page_or_rule_that_cannot_be_read_is_named_and_the_others_count() {
    let lang = [rule("html-has-lang", "null", "\"wcag2a\"", 1)];
    let alt = [rule("image-alt", "\"critical\"", "\"wcag2a\"", 1)];
    let good = check("/", &lang, &[]);
    for (bad, field, violations, meets) in [
        (r#"{"url":"/","passes":[],"violations":[]}"#.to_owned(), "incomplete", 0, None),
        (undecided("/", &lang, &["7".to_owned()], &[]), "violations", 0, None),
        (undecided("/", &["{}".to_owned()], &alt, &[]), "passes", 1, Some(false)),
        (undecided("/", &lang, &[rule("x", "\"huge\"", "\"wcag2aaa\"", 1)], &[]), "impact", 1, Some(true)),
        (r#"{"url":"/","passes":7,"violations":[],"incomplete":[]}"#.to_owned(), "passes", 0, None),
        ("7".to_owned(), "row", 0, None),
    ] {
        let body = format!("[{good},{bad}]");
        let report = read_checks(body.as_bytes()).unwrap();
        let told: Vec<(usize, &str)> =
            report.problems.iter().map(|problem| (problem.row, problem.field.as_str())).collect();
        assert_eq!(told, [(2, field)], "{body}");
        let sum = report.sum();
        assert_eq!((sum.violations.total(), sum.meets_wcag_aa()), (violations, meets), "{body}");
    }
}

#[test]
fn what_is_no_list_of_results_is_refused() {
    let deep = "[".repeat(100_000);
    for (text, code) in [
        ("", "empty"),
        ("[]", "shape"),
        ("7", "shape"),
        ("[7]", "shape"),
        ("{}", "shape"),
        (r#"[{"url":"/","passes":[]"#, "syntax"),
        (deep.as_str(), "too-deep"),
    ] {
        assert_eq!(refused(read(text.as_bytes())).code(), code, "{text}");
    }
}
