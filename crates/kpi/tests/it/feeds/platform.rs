//! The feeds of the embedded catalogue: what the Inferno platform can tell, and what it can't.

use std::collections::BTreeSet;

use kpi::catalogue::Catalogue;
use kpi::feed::{Feeder, Feeds};
use kpi::point::{LabelSet, Origin, Point};
use kpi::status::Status;

use super::texts;
use crate::support::{DAY_MS, START_MS, Series, framework, status};

const DOCUMENTATION: &str = include_str!("../../../../../docs/platform.md");

/// Metric, time, value and labels.
type Came<'a> = (&'a str, i64, f64, &'a [(&'a str, &'a str)]);

/// Samples of the platform and what runs it, as the series that they fill.
fn fed(samples: &[Came<'_>]) -> Series {
    let (feeds, mut feeder, mut series) = (Feeds::new(&framework()), Feeder::default(), Series::default());
    for (metric, time_ms, value, labels) in samples {
        let labels = texts(labels);
        let point = Point {
            time_ms: *time_ms,
            value: *value,
            recorded_ms: *time_ms,
            origin: Origin::Measured,
            labels: LabelSet::NONE,
            weight: 1,
        };
        for fed in feeder.feed(&feeds, metric, &labels, &point) {
            let labels: Vec<(&str, &str)> =
                fed.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            series.add_labelled(&fed.series, fed.point.time_ms, fed.point.value, fed.point.recorded_ms, &labels);
        }
    }
    series
}

#[test]
fn scrapes_of_the_platform_are_its_availability() {
    let target: &[(&str, &str)] = &[("instance", "inferno:8000"), ("job", "inferno")];
    let other: &[(&str, &str)] = &[("instance", "node:9100"), ("job", "node-exporter")];
    let mut samples: Vec<Came<'_>> = Vec::new();
    for step in 0..1_000 {
        samples.push(("up", START_MS + step * 30_000, if step == 500 { 0.0 } else { 1.0 }, target));
        samples.push(("up", START_MS + step * 30_000, 0.0, other));
    }
    let series = fed(&samples);
    for id in ["platform-availability", "service-availability"] {
        let known = status(id, &series, START_MS + DAY_MS).known.unwrap();
        assert!((known.value - 99.9).abs() < 1e-9 && known.computed, "{id}: {}", known.value);
    }
}

#[test]
fn the_container_tells_memory_and_processor() {
    let inferno: &[(&str, &str)] = &[("container", "inferno"), ("pod", "inferno-0")];
    let other: &[(&str, &str)] = &[("container", "proxy"), ("pod", "inferno-0")];
    let at = |step: i64| START_MS + step * 30_000;
    let series = fed(&[
        ("container_memory_working_set_bytes", at(0), 4e9, inferno),
        ("container_memory_working_set_bytes", at(1), 6e9, inferno),
        ("container_memory_working_set_bytes", at(1), 9e9, other),
        ("container_cpu_usage_seconds_total", at(0), 100.0, inferno),
        ("container_cpu_usage_seconds_total", at(1), 160.0, inferno),
        ("container_cpu_usage_seconds_total", at(1), 999.0, other),
    ]);
    let value = |id| status(id, &series, at(2)).known.unwrap().value;
    assert!((value("memory-allocation") - 6e9).abs() < 1e-3);
    // 60 seconds of processor time in 30 seconds: two cores.
    assert!((value("cpu-utilization") - 200.0).abs() < 1e-9);
}

#[test]
fn what_the_platform_itself_shows_makes_no_kpi_look_measured() {
    let catalogue = framework();
    let text = include_str!("../../../../formats/tests/data/exposition/inferno-platform.txt");
    let names: BTreeSet<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split([' ', '{']).next())
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(names.len(), 19);
    let samples: Vec<Came<'_>> =
        (0..100i64).flat_map(|step| names.iter().map(move |name| (*name, START_MS + step, 7.0, &[][..]))).collect();
    let series = fed(&samples);
    for kpi in &catalogue.kpis {
        let status = status(&kpi.id, &series, START_MS + 1_000).current.status;
        assert!(matches!(status, Status::NoData | Status::NoTarget), "{}", kpi.id);
    }
    // Each of them is a trap, and the catalogue says why.
    for name in names {
        assert!(catalogue.trap(name).is_some_and(|trap| trap.reason.len() > 40), "{name}");
    }
}

#[test]
fn every_fed_series_is_read_by_a_kpi_that_says_so() {
    let catalogue = framework();
    let all = catalogue.series();
    for feed in &catalogue.feeds {
        let series = feed.series(&catalogue).unwrap();
        let read = all.iter().find(|one| one.name == series).unwrap_or_else(|| panic!("{series} is read by nothing"));
        assert!(!read.kpis.is_empty(), "{series}");
        assert!(!feed.note.is_empty());
        // A constant is one that a measurement asks for.
        for pair in &feed.set {
            assert!(read.values.contains(pair), "{series}: {pair:?}");
        }
    }
}

/// The rows of the table under a heading of the document, as cells.
fn table(heading: &str) -> Vec<Vec<String>> {
    let (_, rest) = DOCUMENTATION.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("{heading}"));
    let section = rest.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// What stands in a cell between backticks.
fn names(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_documents_table_of_feeds_is_the_catalogues() {
    let catalogue = framework();
    let uses = catalogue.series();
    let mut wanted = BTreeSet::new();
    for feed in &catalogue.feeds {
        let series = feed.series(&catalogue).unwrap();
        let kpis = uses.iter().find(|used| used.name == series).map(|used| used.kpis.clone()).unwrap();
        wanted.insert((feed.metric.clone(), series.to_owned(), kpis.into_iter().collect::<BTreeSet<_>>()));
    }
    let written: BTreeSet<_> = table("What feeds which KPI")
        .iter()
        .map(|row| (names(&row[0]).pop_first().unwrap(), names(&row[1]).pop_first().unwrap(), names(&row[2])))
        .collect();
    assert_eq!(written, wanted);
}

#[test]
fn the_documents_table_of_traps_is_the_catalogues() {
    let traps = |catalogue: &Catalogue| -> BTreeSet<BTreeSet<String>> {
        catalogue.traps.iter().map(|trap| trap.metrics.iter().cloned().collect()).collect()
    };
    let written: BTreeSet<_> = table("Traps").iter().map(|row| names(&row[0])).collect();
    assert_eq!(written, traps(&framework()));
    let count = framework().traps.iter().map(|trap| trap.metrics.len()).sum::<usize>();
    assert!(DOCUMENTATION.contains(&format!("{count} metrics")), "{count}");
}

#[test]
fn an_example_of_the_document_is_a_catalogue() {
    let examples: Vec<&str> =
        DOCUMENTATION.split("```toml catalogue\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(examples.len(), 1);
    let document = format!("{}\n{}", crate::support::DOCUMENT.replacen(OLD_ERROR_RATE, "", 1), examples[0]);
    assert!(crate::support::DOCUMENT.contains(OLD_ERROR_RATE));
    let catalogue = Catalogue::parse(&document).unwrap_or_else(|errors| panic!("{errors:?}"));
    assert_eq!(catalogue.feeds.len(), framework().feeds.len() + 3);
    assert!(catalogue.measure("error-rate").is_some());
}

const OLD_ERROR_RATE: &str = "[[measure]]
id = \"error-rate\"
unit = \"%\"
kind = \"ratio\"
part = { series = \"request\", where = { result = \"failure\" } }
whole = { series = \"request\", where = { result = [\"success\", \"failure\"] } }
minimum = 100
";
