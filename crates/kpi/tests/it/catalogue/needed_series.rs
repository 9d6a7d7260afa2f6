//! What senders must emit for a catalogue to be filled.

use std::collections::BTreeSet;

use kpi::catalogue::SeriesUse;

use super::sample;
use crate::support::framework;

fn series(uses: &[SeriesUse], name: &str) -> SeriesUse {
    uses.iter().find(|used| used.name == name).unwrap_or_else(|| panic!("{name} is not needed")).clone()
}

#[test]
fn a_series_is_needed_with_the_labels_of_everything_that_reads_it() {
    let uses = sample().series();
    let runs = series(&uses, "ci.run");
    assert_eq!(runs.labels, ["branch", "result"]);
    let values: Vec<(&str, &str)> = runs.values.iter().map(|(label, value)| (label.as_str(), value.as_str())).collect();
    assert_eq!(values, [("branch", "main"), ("branch", "release"), ("result", "success")]);
    // "passing" reads it itself and through "builds", and is named once.
    assert_eq!(runs.measures, ["build-time", "builds", "slow", "passing"]);
    assert_eq!(runs.kpis, ["build-time"]);
    let active = series(&uses, "user.active");
    assert_eq!(
        (active.labels, active.measures),
        (vec!["app".into(), "user".into()], vec!["adoption".into(), "people".into()])
    );
    assert_eq!(series(&uses, "commit").labels, ["commit"]);
    assert_eq!(series(&uses, "survey.nps").kpis, ["happiness"]);
}

#[test]
fn a_kpi_without_a_derived_measurement_reads_the_series_of_that_name() {
    let uses = sample().series();
    let memory = series(&uses, "memory");
    assert_eq!((memory.labels.len(), memory.measures.len(), memory.kpis), (0, 0, vec!["memory".to_owned()]));
    assert!(uses.iter().all(|used| used.name != "promoters"));
    assert!(uses.is_sorted_by(|one, other| one.name < other.name));
}

#[test]
fn a_measurement_that_reads_another_one_needs_its_series_too() {
    let catalogue = framework();
    let uses = catalogue.series();
    let bugs = series(&uses, "bug.open");
    assert_eq!(bugs.measures, ["open-bugs", "bug-density"]);
    assert_eq!(bugs.kpis, ["bug-density"]);
    assert_eq!(series(&uses, "coverage.lines").kpis, ["test-coverage", "code-coverage"]);
}

#[test]
fn every_series_of_the_embedded_catalogue_is_documented_with_its_labels() {
    let documentation = include_str!("../../../../../docs/catalogue.md");
    let rows: Vec<Vec<&str>> = documentation
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let catalogue = framework();
    let derived: Vec<SeriesUse> = catalogue.series().into_iter().filter(|used| !used.measures.is_empty()).collect();
    let mut documented = BTreeSet::new();
    for used in &derived {
        let row = rows.iter().find(|row| row[1] == format!("`{}`", used.name));
        let row = row.unwrap_or_else(|| panic!("{} stands in no table", used.name));
        for label in &used.labels {
            assert!(row[3].contains(&format!("`{label}`")), "{}: {label}", used.name);
        }
        for (_, value) in
            used.values.iter().filter(|(label, _)| !matches!(label.as_str(), "plan" | "topic" | "tutorial"))
        {
            assert!(row[3].contains(value.as_str()), "{}: {value}", used.name);
        }
        documented.insert(used.name.clone());
    }
    assert_eq!(documented.len(), derived.len());
}

#[test]
fn what_the_framework_measures_by_counting_and_timing_is_derived() {
    let catalogue = framework();
    for id in [
        "build-success-rate",
        "pipeline-build-time",
        "deployment-frequency",
        "lead-time-for-changes",
        "time-to-recovery",
        "test-flakiness-rate",
        "code-coverage",
        "platform-availability",
        "error-rate",
        "response-time-p95",
        "dashboard-feature-adoption-rate",
        "customer-retention-rate",
        "user-task-completion-rate",
        "net-promoter-score",
        "incident-frequency",
        "support-ticket-volume",
        "active-contributors",
        "documentation-views",
    ] {
        let (_, kpi) = catalogue.kpi(id).unwrap();
        assert_eq!(kpi.measure, id);
        assert!(catalogue.measure(id).is_some(), "{id}");
    }
    let derived = catalogue.kpis.iter().filter(|kpi| catalogue.measure(&kpi.measure).is_some()).count();
    assert_eq!((derived, catalogue.kpis.len()), (DERIVED, 110));
}

/// How many KPIs of the embedded catalogue are computed; `docs/catalogue.md` says so too.
const DERIVED: usize = 81;

#[test]
fn the_five_reports_have_audiences_and_every_kpi_has_one() {
    let catalogue = framework();
    let ids: Vec<&str> = catalogue.audiences.iter().map(|audience| audience.id.as_str()).collect();
    assert_eq!(ids, ["executive", "development", "sprint", "customer-success", "board"]);
    for kpi in &catalogue.kpis {
        let reads = catalogue
            .audiences
            .iter()
            .filter(|audience| audience.tracks.contains(&kpi.track) || audience.kpis.contains(&kpi.id));
        assert_ne!(reads.count(), 0, "{} is in no report", kpi.id);
    }
}
