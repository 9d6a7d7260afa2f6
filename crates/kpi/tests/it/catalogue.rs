//! A catalogue that is wrong is refused with every error in its place.

mod broken;
mod changes;
mod document;
mod meaning;
mod needed_series;

use kpi::catalogue::Catalogue;

use crate::support::DOCUMENT;

/// A catalogue that uses every key, in the canonical form.
const SAMPLE: &str = include_str!("catalogue/sample.toml");

fn sample() -> Catalogue {
    parsed(SAMPLE)
}

fn parsed(document: &str) -> Catalogue {
    Catalogue::parse(document)
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

/// The errors of the embedded catalogue after one replacement, as `line:column: message`.
fn errors(from: &str, to: &str) -> Vec<String> {
    let document = DOCUMENT.replacen(from, to, 1);
    assert_ne!(document, DOCUMENT, "{from} stands in the catalogue");
    Catalogue::parse(&document).expect_err("a refusal").iter().map(ToString::to_string).collect()
}

fn line_of(wanted: &str) -> usize {
    DOCUMENT.lines().position(|line| line.contains(wanted)).unwrap() + 1
}

#[test]
fn each_mistake_is_reported_in_its_line_with_what_would_be_right() {
    let cases = [
        ("id = \"enterprise-customers\"", "id = \"developer-adoption\"", "two KPIs have the id \"developer-adoption\""),
        ("gate_share_percent = 85", "gate_share_percent = 101", "a share lies between 0 and 100"),
        ("\"<1/KLOC\"", "\"<1/BLOC\"", "is no unit"),
        ("shape = \"band\"", "shape = \"range\"", "higher, lower, reduction"),
        ("unit = \"tokens/s\"", "unit = \"tokens/fortnight\"", "unknown unit"),
        ("track = \"track-3\"", "track = \"track-33\"", "no [[track]] with the id \"track-33\""),
        ("cadence = \"1 hour\"", "cadence = \"hourly\"", "no duration"),
        ("customer_facing = true", "customer_facing = \"yes\"", "true or false"),
        ("from_phase = 2", "from_phase = 9", "[[phase]] of that number"),
        ("aggregate = \"p75\"", "aggregate = \"p175\"", "a percentile such as p75"),
        ("\"70-80%\"", "\"80-70%\"", "smaller number"),
        ("method = \"Vector instruction usage\"", "metod = \"Vector instruction usage\"", "no key `metod`"),
    ];
    for (from, to, wanted) in cases {
        let found = errors(from, to);
        let place = found.iter().find(|error| error.contains(wanted));
        let place = place.unwrap_or_else(|| panic!("{to}: {wanted} is not among {found:?}"));
        let line: usize = place.split(':').next().and_then(|line| line.parse().ok()).unwrap();
        let expected = line_of(from);
        assert!(line <= expected && expected - line < 20, "{place}: expected near line {expected}");
    }
}

#[test]
fn every_mistake_is_listed_at_once() {
    let document = DOCUMENT.replace("\"<10 min\"", "\"<10 parsecs!\"").replace("shape = \"band\"", "shape = \"range\"");
    let errors = Catalogue::parse(&document).expect_err("a refusal");
    // Three cells say "<10 min", and one shape is wrong.
    assert_eq!(errors.len(), 4, "{errors:?}");
    assert!(errors.is_sorted_by_key(|error| error.line));
}

#[test]
fn broken_toml_is_reported_with_its_place() {
    let found = errors("[policy]", "[policy");
    assert!(found.iter().any(|error| error.starts_with(&format!("{}:", line_of("[policy]")))), "{found:?}");
}

#[test]
fn a_target_that_can_never_be_compared_is_refused() {
    assert!(errors("\"<500KB\"", "\"<500ms\"").iter().any(|error| error.contains("can't be compared")));
    assert!(errors("\"<500KB\"", "\"500KB\"").iter().any(|error| error.contains("does not fit the shape \"lower\"")));
}

#[test]
fn an_empty_document_says_what_is_missing() {
    let errors = Catalogue::parse("").expect_err("a refusal");
    for wanted in ["[catalogue]", "[policy]", "[[phase]]", "[[track]]", "[[kpi]]"] {
        assert!(errors.iter().any(|error| error.message.contains(wanted)), "{wanted}: {errors:?}");
    }
}
