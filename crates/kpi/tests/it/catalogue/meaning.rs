//! What the keys of a document mean.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kpi::catalogue::{GroupBy, PhaseDates};
use kpi::measure::{Operand, Period, Rule, Selection, Statistic, Window};

use super::{SAMPLE, parsed, sample};
use crate::support::{DOCUMENT, framework};

fn time_ms(written: &str) -> i64 {
    written.parse::<Timestamp>().unwrap().as_millisecond()
}

#[test]
fn without_keys_the_documented_defaults_hold() {
    let catalogue = framework();
    let alerts = &catalogue.policy.alerts;
    assert_eq!((alerts.for_ms, alerts.repeat_ms, alerts.escalate_after_ms), (0, Some(86_400_000), 3_600_000));
    assert!((alerts.hysteresis_points - 2.0).abs() < f64::EPSILON);
    assert_eq!(alerts.group_by, GroupBy::Owner);
    assert_eq!(catalogue.policy.time_zone, TimeZone::UTC);
    assert!(catalogue.phases.iter().all(|phase| phase.dates.is_none()));
    assert!(catalogue.kpis.iter().all(|kpi| kpi.alert_for_ms.is_none()));
    let (_, empty) = DOCUMENT.split_once("[policy]").unwrap();
    let (_, rest) = empty.split_once("[[phase]]").unwrap();
    let head =
        "[catalogue]\nid = \"inferno\"\nname = \"Inferno Platform KPI Framework\"\nversion = \"1.0\"\n[policy]\n";
    assert_eq!(parsed(&format!("{head}\n[[phase]]{rest}")), catalogue);
}

#[test]
fn both_days_of_a_phase_are_inside_in_the_time_zone_of_the_policy() {
    let dates = sample().phases.iter().map(|phase| phase.dates).collect::<Vec<_>>();
    let alpha = PhaseDates { starts_ms: time_ms("2026-09-30T22:00:00Z"), ends_ms: time_ms("2026-12-31T23:00:00Z") };
    // An instant as an end is itself the end.
    let beta = PhaseDates { starts_ms: alpha.ends_ms, ends_ms: time_ms("2027-03-31T15:30:00Z") };
    assert_eq!(dates, [Some(alpha), Some(beta), None]);
}

#[test]
fn a_day_that_a_clock_change_shortens_or_begins_late_is_a_whole_day() {
    // Cairo's clocks went from 0:00 to 1:00 on 26 April 2024; Berlin's 25 October 2026 has 25 hours.
    for (zone, day, start, end) in [
        ("Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z", "2024-04-26T21:00:00Z"),
        ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
    ] {
        let document = SAMPLE.replace("time_zone = \"Europe/Berlin\"", &format!("time_zone = \"{zone}\"")).replace(
            "starts = \"2026-11-07\"\nends = \"2026-11-08\"",
            &format!("starts = \"{day}\"\nends = \"{day}\""),
        );
        let catalogue = parsed(&document);
        let maintenance = &catalogue.maintenance[0];
        assert_eq!((maintenance.starts_ms, maintenance.ends_ms), (time_ms(start), time_ms(end)), "{zone}");
        assert!(catalogue.to_toml().contains(&format!("starts = \"{day}\"\nends = \"{day}\"")), "{zone}");
    }
}

#[test]
fn windows_are_rolling_or_of_the_calendar_of_a_zone() {
    let catalogue = sample();
    let window = |id: &str| catalogue.measure(id).unwrap().window.clone();
    let calendar = |period, complete, zone: &str| {
        Some(Window::Calendar { period, complete, time_zone: TimeZone::get(zone).unwrap() })
    };
    assert_eq!(window("build-time"), None);
    assert_eq!(window("adoption"), Some(Window::Rolling(30 * 86_400_000)));
    assert_eq!(window("builds"), calendar(Period::Month, false, "Europe/Berlin"));
    assert_eq!(window("slow"), calendar(Period::Quarter, false, "Europe/Berlin"));
    assert_eq!(window("lines"), calendar(Period::Week, true, "America/New_York"));
    assert_eq!(window("deployments"), calendar(Period::Day, true, "UTC"));
}

#[test]
fn each_kind_is_read_into_its_rule() {
    let catalogue = sample();
    let rule = |id: &str| catalogue.measure(id).unwrap().rule.clone();
    let of = |series: &str, labels: &[(&str, &[&str])]| Selection {
        series: series.to_owned(),
        labels: labels
            .iter()
            .map(|(label, values)| ((*label).to_owned(), values.iter().map(|value| (*value).to_owned()).collect()))
            .collect(),
    };
    let cases = [
        (
            "build-time",
            Rule::Statistic(
                of("ci.run", &[("branch", &["main", "release"]), ("result", &["success"])]),
                Statistic::Mean,
            ),
        ),
        ("builds", Rule::Count(of("ci.run", &[]))),
        ("lines", Rule::Sum(of("code.lines", &[]))),
        ("slow", Rule::Statistic(of("ci.run", &[]), Statistic::Percentile(99.9))),
        ("worst", Rule::Last(of("scan", &[]))),
        (
            "passing",
            Rule::Ratio {
                part: Operand::Count(of("ci.run", &[("result", &["success"])])),
                whole: Operand::Measure("builds".to_owned()),
            },
        ),
        (
            "bytes-each",
            Rule::Ratio {
                part: Operand::Sum(of("transfer", &[("the-way", &["in"]), ("with.dot", &["yes"])])),
                whole: Operand::Count(of("transfer", &[])),
            },
        ),
        ("deployments", Rule::Rate(of("deployment", &[]))),
        (
            "adoption",
            Rule::Share {
                of: of("feature.used", &[]),
                among: of("user.active", &[("app", &["web"])]),
                entity: "user".to_owned(),
                among_before: true,
            },
        ),
        ("people", Rule::Distinct { of: of("user.active", &[]), entity: "user".to_owned() }),
        (
            "lead-time",
            Rule::Duration {
                from: of("commit", &[]),
                to: of("commit.deployed", &[]),
                entity: "commit".to_owned(),
                statistic: Statistic::Percentile(50.0),
            },
        ),
        ("promoters", Rule::NetPromoter(of("survey.nps", &[]))),
        (
            "typical-page",
            Rule::OfEach { of: of("page", &[]), entity: "reader".to_owned(), statistic: Statistic::Percentile(75.0) },
        ),
        (
            "mean-page",
            Rule::OfEach {
                of: of("page", &[("app", &["web"])]),
                entity: "reader".to_owned(),
                statistic: Statistic::Mean,
            },
        ),
    ];
    assert_eq!(cases.len(), catalogue.measures.len());
    for (id, expected) in cases {
        assert_eq!(rule(id), expected, "{id}");
    }
    assert_eq!(catalogue.measure("passing").map(|measure| measure.minimum), Some(20));
}

#[test]
fn alerts_owners_audiences_and_maintenance_are_read() {
    let catalogue = sample();
    let alerts = &catalogue.policy.alerts;
    assert_eq!((alerts.for_ms, alerts.repeat_ms, alerts.escalate_after_ms), (900_000, None, 7_200_000));
    assert_eq!(alerts.group_by, GroupBy::Track);
    assert_eq!(catalogue.owners[0].email.as_deref(), Some("platform@example.org"));
    assert_eq!(catalogue.audiences[1].tracks, ["delivery", "people"]);
    assert_eq!(catalogue.maintenance[1].ends_ms - catalogue.maintenance[1].starts_ms, 9_000_000);
    let waits: Vec<Option<i64>> = catalogue.kpis.iter().map(|kpi| kpi.alert_for_ms).collect();
    assert_eq!(waits, [Some(0), None, None, Some(172_800_000)]);
}

#[test]
fn the_documented_file_is_a_catalogue_and_its_defaults_are_the_defaults() {
    let documentation = include_str!("../../../../../docs/catalogue.md");
    let (_, rest) = documentation.split_once("```toml\n").unwrap();
    let (document, _) = rest.split_once("```").unwrap();
    let catalogue = parsed(document);
    assert_eq!(catalogue.policy, framework().policy);
    assert_eq!((catalogue.owners.len(), catalogue.audiences.len(), catalogue.maintenance.len()), (1, 1, 1));
    // A key that is not written would be missing from the documentation.
    let written = sample().to_toml();
    for key in written.lines().filter_map(|line| Some(line.split_once(" = ")?.0)) {
        let is_documented = document.lines().any(|line| line.starts_with(&format!("{key} ")));
        assert!(is_documented || documentation.contains(&format!("`{key}`")), "{key}");
    }
}
