//! Results of axe-core.

use formats::axe::{ByImpact, read};

use crate::refused;

fn rule(id: &str, impact: &str, tags: &str, nodes: usize) -> String {
    let nodes = vec![r#"{"target":["a"],"html":"<a>"}"#; nodes].join(",");
    format!(r#"{{"id":"{id}","impact":{impact},"tags":[{tags}],"help":"…","nodes":[{nodes}]}}"#)
}

fn check(url: &str, passes: &[String], violations: &[String]) -> String {
    let (passes, violations) = (passes.join(","), violations.join(","));
    format!(
        r#"{{"url":"{url}","testEngine":{{"name":"axe-core"}},"inapplicable":[],"passes":[{passes}],
            "violations":[{violations}],"incomplete":[{}]}}"#,
        rule("color-contrast", "\"serious\"", "\"wcag2aa\"", 1)
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
    assert!(!found.meets_wcag_aa());
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
        assert_eq!(read(body.as_bytes()).unwrap().meets_wcag_aa(), meets, "{tag}");
    }
    assert!(read(check("/", &lang, &[]).as_bytes()).unwrap().meets_wcag_aa());
}

#[test]
fn level_aa_is_not_met_where_none_of_its_rules_was_checked() {
    let practice = [rule("region", "null", "\"best-practice\"", 1)];
    let found = read(check("/", &practice, &[]).as_bytes()).unwrap();
    assert_eq!((found.checks_without_level_aa, found.meets_wcag_aa()), (1, false));
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
        (r#"[{"url":"/","passes":[],"violations":[]}]"#, "shape"),
        (r#"[{"url":"/","passes":[],"violations":[{"id":"a","impact":"huge"}],"incomplete":[]}]"#, "shape"),
        (r#"[{"url":"/","passes":[]"#, "syntax"),
        (deep.as_str(), "too-deep"),
    ] {
        assert_eq!(refused(read(text.as_bytes())).code(), code, "{text}");
    }
}
