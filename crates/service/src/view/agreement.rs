//! Value, status, sentence, bullet graph, chart, cursor, table, CSV and alert of one KPI never contradict each other: for every
//! shape, every kind of target and every status, with values on, beside and far from the target's line.

use std::sync::Arc;

use kpi::alert::{Condition, Key, Kind, Severity, conditions};
use kpi::catalogue::{Catalogue, Kpi};
use kpi::evaluation::{Pages, actual_unit, history};
use kpi::point::{LabelSet, Origin, Point};
use kpi::shape::{Goal, Shape};
use kpi::status::{Status, goal};

use super::goals::{chart_goal, in_unit};
use super::kpi_page::history_model;
use crate::series::SharedPoints;
use crate::snapshot::Snapshot;

const DAY_MS: i64 = 86_400_000;
/// 1 June 2026.
const NOW_MS: i64 = 1_780_272_000_000;

/// A KPI of which the same is asked with many values.
#[derive(Clone, Copy)]
struct Case {
    shape: &'static str,
    unit: &'static str,
    target: &'static str,
    /// Further lines of the catalogue.
    more: &'static str,
    /// What stands behind the digits of a value; empty for words.
    suffix: &'static str,
}

const fn case(shape: &'static str, unit: &'static str, target: &'static str, suffix: &'static str) -> Case {
    Case { shape, unit, target, more: "", suffix }
}

const fn with(more: &'static str, of: Case) -> Case {
    Case { more, ..of }
}

/// Every shape with every kind of target that it may have, in units that could be written in several ways.
const CASES: [Case; 35] = [
    case("higher", "count", "1,000", ""),
    case("higher", "count", "10K", ""),
    case("higher", "USD", "$2M", ""),
    case("higher", "%", "90%", "%"),
    case("higher", "%", ">99.5%", "%"),
    case("higher", "/10", "7/10", "/10"),
    case("higher", ":1", "4.5:1 minimum", ":1"),
    case("higher", "/day", "10/day", "/day"),
    case("higher", "/week", "1/day", "/day"),
    case("higher", "tokens/s", "12.5", " tokens/s"),
    case("higher", "%", "80% of theoretical max", "%"),
    case("higher", "days", "30 days", " days"),
    case("lower", "days", "<24 hours", " hours"),
    case("lower", "s", "<3 seconds", " seconds"),
    case("lower", "min", "<1 hour", " hours"),
    case("lower", "s", "<100ms", "ms"),
    case("lower", "KB", "<500KB", "KB"),
    case("lower", "B", "<2 GB", " GB"),
    case("lower", "/KLOC", "<0.5/KLOC", "/KLOC"),
    case("lower", "%", "<0.1%", "%"),
    case("lower", "min", "<10", " min"),
    case("near-100", "%", "99.95%", "%"),
    case("near-100", "%", ">99.5%", "%"),
    case("band", "%", "70-80%", "%"),
    case("band", "s", "1-2 min", " min"),
    with("aggregate = \"mean\"", case("band", "%", "70-80%", "%")),
    with("aggregate = \"mean\"", case("lower", "days", "<24 hours", " hours")),
    with("aggregate = \"p75\"", case("higher", "%", "90%", "%")),
    with("aggregate = \"sum\"", case("higher", "count", "100", "")),
    with("better = \"lower\"\ncurrent = \"200\"", case("reduction", "s", "20% reduction", "%")),
    with("better = \"higher\"\ncurrent = \"200\"", case("reduction", "s", "40% improvement", "%")),
    with("better = \"lower\"\ncurrent = \"200\"", case("multiple", "ms", "2x improvement", "x")),
    with("reading = \"improvement\"", case("multiple", "x", "3x", "x")),
    with("reading = \"improvement\"", case("reduction", "%", "50%", "%")),
    case("zero-tolerance", "severity", "0 High", ""),
];

/// Targets that a word answers.
const WORDS: [Case; 4] = [
    case("zero-tolerance", "severity", "0 Low+", ""),
    case("level", "judged", "AA level", ""),
    case("recurrence", "judged", "Monthly", ""),
    case("higher", "count", "N/A", ""),
];

fn catalogue(case: &Case) -> Arc<Catalogue> {
    let Case { shape, unit, target, more, .. } = case;
    let document = format!(
        "[catalogue]\nid = \"one\"\nname = \"One\"\nversion = \"1\"\n[policy]\ncurrent_phase = 1\n\
         [[phase]]\nnumber = 1\nname = \"Phase 1\"\ngate_share_percent = 100\n[[phase]]\nnumber = 2\nname = \"Phase 2\"\n\
         [[track]]\nid = \"all\"\nname = \"All\"\n[[kpi]]\nid = \"one\"\nname = \"One KPI\"\ntrack = \"all\"\nsection = \"All\"\n\
         group = \"All\"\ndescription = \"One.\"\nmethod = \"Counting\"\nunit = \"{unit}\"\nshape = \"{shape}\"\n{more}\n\
         targets = {{ 1 = \"{target}\" }}\nwindow = \"7 days\"\ncadence = \"2 days\"\nowner = \"nobody\"\nconnect = \"a counter\"\n"
    );
    let parsed = Catalogue::parse(&document);
    Arc::new(parsed.unwrap_or_else(|errors| panic!("{errors:?} {document}")))
}

/// The values to try, as what is observed: so that the number which is compared lies on, beside and far from each line.
fn tried(kpi: &Kpi, goal: Option<Goal>) -> Vec<f64> {
    let lines = goal.map_or_else(|| vec![1.0], Goal::lines);
    if actual_unit(kpi).dimension == kpi::unit::Dimension::Judged {
        return vec![0.0, 1.0];
    }
    if kpi.unit.dimension == kpi::unit::Dimension::Severity {
        return vec![0.0, 1.0, 2.0, 3.0, 4.0];
    }
    let mut values = Vec::new();
    for line in lines {
        values.extend([line, line.next_up(), line.next_down(), line * (1.0 + 1e-9), line * (1.0 - 1e-9)]);
        values.extend([1e-5, 4e-4, 5e-4, 0.004, 0.0083].map(|part| line * (1.0 + part)));
        values.extend([1e-5, 4e-4, 5e-4, 0.004, 0.0083].map(|part| line * (1.0 - part)));
        values.extend(
            [0.0, 0.2, 0.49, 0.5, 0.51, 0.69, 0.7, 0.71, 0.99, 1.3, 1.42, 1.99, 2.01, 50.0].map(|of| line * of),
        );
    }
    if kpi.needs_baseline() {
        // Observed is the quantity behind an improvement over the baseline of 200 of the KPI's unit.
        let baseline = kpi.unit.to_base(200.0);
        let higher = kpi.better == kpi::shape::Better::Higher;
        values = values
            .into_iter()
            .map(|improvement| match (kpi.shape, higher) {
                (Shape::Multiple, true) => baseline * improvement,
                (Shape::Multiple, false) => baseline / improvement.max(1e-3),
                (_, true) => baseline * (1.0 + improvement / 100.0),
                (_, false) => baseline * (1.0 - improvement / 100.0),
            })
            .collect();
    }
    values
}

/// What a case shows when its latest observations are these.
struct Shown {
    what: String,
    kpi: Kpi,
    snapshot: Snapshot,
    goal: Option<Goal>,
    model: chart::ChartModel,
    /// The CSV of the page of history, which is computed page by page.
    csv: String,
    level: Condition,
}

impl Shown {
    async fn of(case: &Case, observed: &[(i64, f64)]) -> Self {
        let catalogue = catalogue(case);
        let series = SharedPoints::in_memory();
        for (time_ms, value) in observed {
            let point = Point {
                time_ms: *time_ms,
                value: *value,
                recorded_ms: *time_ms,
                origin: Origin::Measured,
                labels: LabelSet::NONE,
                weight: 1,
            };
            series.write().add("one", point);
        }
        let series = series.read();
        let snapshot = Snapshot::of(Arc::clone(&catalogue), &series, NOW_MS).await.unwrap();
        let kpi = catalogue.kpis[0].clone();
        let target = catalogue.kpis[0].target_shown_in(1);
        let goal = target.and_then(|target| goal(&kpi, target));
        let numbers = series.ask(|source| history(&catalogue, &kpi, source, NOW_MS, 100)).await.unwrap();
        let paged = series.ask(|source| Pages::new(&catalogue, &kpi, source, NOW_MS)?.numbers(None, None));
        let paged = paged.await.unwrap();
        assert_eq!(numbers, paged, "{} {observed:?}", case.target);
        let level = conditions(&catalogue, &snapshot.evaluation, &[])
            .into_iter()
            .find(|condition| condition.key == Key::new(Kind::Level, "one"))
            .unwrap();
        Self {
            what: format!("{} {} {} {observed:?}", case.shape, case.unit, case.target),
            goal,
            model: history_model(&catalogue, &catalogue.kpis[0], &numbers),
            csv: chart::csv(&history_model(&catalogue, &catalogue.kpis[0], &paged)),
            level,
            snapshot,
            kpi,
        }
    }

    fn status(&self) -> Status {
        self.snapshot.evaluation.statuses[0].current.status
    }

    fn actual(&self) -> Option<f64> {
        self.snapshot.evaluation.statuses[0].known.and_then(|known| known.actual)
    }

    fn value(&self) -> &str {
        self.snapshot.rows[0].value.as_deref().unwrap_or_default()
    }

    fn attained_percent(&self) -> Option<f64> {
        let text = self.snapshot.rows[0].attainment.as_ref()?;
        Some(text.strip_suffix('%').unwrap().parse().unwrap())
    }

    /// Whether the number meets the target, as one reads the target's text.
    fn is_met(&self) -> bool {
        let actual = self.actual().unwrap();
        match self.goal.unwrap() {
            Goal::AtLeast(line) => actual >= line,
            Goal::Above(line) => actual > line,
            Goal::Below(line) => actual < line,
            Goal::Within(low, high) => low <= actual && actual <= high,
            Goal::NoFinding(severity) => actual < severity.rank(),
            Goal::Reached => actual >= 1.0,
        }
    }

    fn holds(&self) {
        let what = &self.what;
        let row = &self.snapshot.rows[0];
        assert_eq!(row.status.name, self.status().name(), "{what}");
        let Some(_) = self.actual().filter(|_| self.goal.is_some()) else {
            return self.says_nothing_of_a_target();
        };
        let met = self.is_met();
        let percent = self.attained_percent().unwrap();
        assert_eq!(met, percent >= 100.0, "{what}: {percent}% of the way");
        match self.status() {
            Status::Met => assert!(met, "{what}"),
            Status::Near => assert!(!met && percent >= 70.0, "{what}: {percent}%"),
            Status::Yellow => assert!(!met && (50.0..70.0).contains(&percent), "{what}: {percent}%"),
            Status::Red => assert!(!met && percent < 50.0, "{what}: {percent}%"),
            Status::Stale => {}
            other => panic!("{what}: {other:?}"),
        }
        let verb = if met { "meets" } else { "misses" };
        let takeaway = chart::takeaway(&self.model);
        assert!(takeaway.contains(&format!("which {verb} the current target")), "{what}: {takeaway}");
        let summary = chart::summary(&self.model);
        assert!(summary.contains(&format!("and {verb} it")), "{what}: {summary}");
        self.bullet_agrees(verb);
        self.points_agree(met);
        self.alert_agrees(met);
    }

    fn says_nothing_of_a_target(&self) {
        let what = &self.what;
        assert!(matches!(self.status(), Status::NoData | Status::NoTarget), "{what}: {:?}", self.status());
        let told = format!("{} {}", chart::takeaway(&self.model), chart::summary(&self.model));
        assert!(!told.contains("meets") && !told.contains("misses"), "{what}: {told}");
        assert_eq!((self.attained_percent(), self.level.severity), (None, None), "{what}");
        assert!(self.snapshot.rows[0].bullet_text.is_empty(), "{what}");
    }

    fn bullet_agrees(&self, verb: &str) {
        let (row, what) = (&self.snapshot.rows[0], &self.what);
        if row.bullet_svg.is_empty() {
            return;
        }
        assert!(row.bullet_text.contains(&format!("and {verb} it")), "{what}: {}", row.bullet_text);
        assert!(row.bullet_text.starts_with(self.value()), "{what}: {} of {}", self.value(), row.bullet_text);
        // The end of the bar that is not zero, and the ticks of the target.
        let drawn = |class: &str| -> Vec<f64> {
            let class = format!("class=\"{class}\"");
            let parts = row.bullet_svg.split(class.as_str()).skip(1);
            parts
                .map(|part| {
                    let data = part.split("d=\"M").nth(1).unwrap().split('"').next().unwrap();
                    let end = data.split('H').nth(1).map_or(data, |end| end.split('V').next().unwrap());
                    end.split(' ').next().unwrap().parse().unwrap()
                })
                .collect()
        };
        let (bars, ticks) = (drawn("bullet-value"), drawn("bullet-target-current"));
        let (Some(bar), Some(actual)) = (bars.first(), self.actual()) else { return };
        for (tick, line) in ticks.iter().zip(self.goal.unwrap().lines()) {
            assert!(if actual < line { bar <= tick } else { bar >= tick || actual < 0.0 }, "{what}: {bar} {tick}");
        }
    }

    /// The last point of the chart, the last measured row, the last of the CSV and the cursor are the value.
    fn points_agree(&self, met: bool) {
        let (what, unit) = (&self.what, actual_unit(&self.kpi));
        let goal = in_unit(chart_goal(self.goal.unwrap()), &unit);
        let last = self.model.series[0].points.last().unwrap();
        let expected = unit.from_base(self.actual().unwrap());
        assert!((last.y - expected).abs() <= expected.abs() * 1e-12, "{what}: {} for {expected}", last.y);
        assert_eq!(goal.is_met(last.y), met, "{what}: drawn at {}", last.y);
        let table = chart::table(&self.model);
        let cells = &table.rows[table.measured - 1];
        assert_eq!(cells[1], self.value(), "{what}");
        let side = if met { ["inside", "above", "exactly", "below"] } else { ["above", "below", "exactly", "outside"] };
        assert!(side.iter().any(|side| cells[2].starts_with(side)), "{what}: {}", cells[2]);
        let stop = chart::cursor_texts(&self.model).into_iter().rfind(|stop| !stop.is_forecast).unwrap();
        assert!(stop.text.contains(&format!(", {}, {}", self.value(), cells[2])), "{what}: {}", stop.text);
        let written: f64 = self.csv.lines().last().unwrap().split(',').nth(2).unwrap().parse().unwrap();
        assert_eq!(written.to_bits(), last.y.to_bits(), "{what}");
        let takeaway = chart::takeaway(&self.model);
        assert!(takeaway.contains(&format!("was {} on", self.value())), "{what}: {takeaway}");
        let mut labels: Vec<String> = chart::axes(&self.model).y.into_iter().map(|tick| tick.label).collect();
        let count = labels.len();
        labels.sort();
        labels.dedup();
        assert_eq!(labels.len(), count, "{what}: the axis says {labels:?}");
    }

    fn alert_agrees(&self, met: bool) {
        let what = &self.what;
        let severity = match self.status() {
            Status::Red => Some(Severity::Red),
            Status::Yellow => Some(Severity::Yellow),
            _ => None,
        };
        assert_eq!(self.level.severity, severity, "{what}");
        if self.status() == Status::Stale {
            assert!(!self.level.known, "{what}: stale neither raises nor ends an alert");
            return;
        }
        let text = &self.level.text;
        assert_eq!(text.contains("meets its target"), met, "{what}: {text}");
        if text.contains(" is at ") {
            assert!(
                text.contains(&format!(" is at {}, its target is {}", self.value(), self.target())),
                "{what}: {text}"
            );
            assert!(text.contains(self.status().words().to_lowercase().as_str()), "{what}: {text}");
            assert!(text.contains(&format!("{}% of the way", self.attained_percent().unwrap())), "{what}: {text}");
        }
    }

    fn target(&self) -> &str {
        self.snapshot.rows[0].target.as_deref().unwrap_or_default()
    }

    /// The value in the target's unit, and as it is written on the same side of the target as it is.
    fn is_written_like_the_target(&self, suffix: &str) {
        let (what, value) = (&self.what, self.value());
        let singular = suffix.strip_suffix('s').unwrap_or(suffix);
        let digits = value.strip_suffix(suffix).or_else(|| value.strip_suffix(singular));
        let digits = digits.unwrap_or_else(|| panic!("{what}: {value} is not in{suffix}"));
        let number: f64 = digits.replace(['$', ','], "").parse().unwrap_or_else(|_| panic!("{what}: {value}"));
        let written = |text: &str| -> f64 {
            let digits = |letter: &char| letter.is_ascii_digit() || ",.".contains(*letter);
            let text = text.trim_start_matches('$');
            let number: f64 =
                text.chars().take_while(digits).filter(|digit| *digit != ',').collect::<String>().parse().unwrap();
            match text.trim_start_matches(|letter: char| digits(&letter)) {
                "K" => number * 1e3,
                "M" => number * 1e6,
                _ => number,
            }
        };
        let target = self.target();
        let met = match target.split_once('-').filter(|_| matches!(self.goal, Some(Goal::Within(..)))) {
            Some((low, high)) => (written(low)..=written(high)).contains(&number),
            None if target.starts_with('<') => number < written(&target[1..]),
            None if target.starts_with('>') => number > written(&target[1..]),
            None => number >= written(target),
        };
        assert_eq!(met, self.is_met(), "{what}: {value} beside {target}");
    }
}

/// Observations that end with `value`: alone, after others, and long ago.
fn series_of(value: f64) -> [Vec<(i64, f64)>; 4] {
    [
        vec![(NOW_MS, value)],
        (1..8).rev().map(|day| (NOW_MS - day * DAY_MS, value * 0.9)).chain([(NOW_MS, value)]).collect(),
        vec![(NOW_MS - 9 * DAY_MS, value * 3.0), (NOW_MS - 6 * DAY_MS, value * 1.5), (NOW_MS - DAY_MS, value)],
        vec![(NOW_MS - 43 * DAY_MS, value * 0.5), (NOW_MS - 40 * DAY_MS, value)],
    ]
}

#[tokio::test]
async fn every_part_of_a_page_agrees_for_every_shape_target_and_status() {
    let mut seen = std::collections::BTreeSet::new();
    for case in &CASES {
        let kpi = catalogue(case).kpis[0].clone();
        let goal = kpi.target_shown_in(1).and_then(|target| goal(&kpi, target));
        for value in tried(&kpi, goal) {
            let steps = if kpi.unit.dimension == kpi::unit::Dimension::Severity { 1 } else { 4 };
            for observed in series_of(value).iter().take(steps) {
                let shown = Shown::of(case, observed).await;
                shown.holds();
                if shown.kpi.unit.dimension != kpi::unit::Dimension::Severity && shown.actual().is_some() {
                    shown.is_written_like_the_target(case.suffix);
                }
                seen.insert((case.shape, shown.status().name()));
            }
        }
        let nothing = Shown::of(case, &[]).await;
        assert_eq!((nothing.status(), nothing.value()), (Status::NoData, ""));
        nothing.holds();
        seen.insert((case.shape, nothing.status().name()));
    }
    for shape in ["higher", "lower", "band", "near-100", "reduction", "multiple"] {
        for status in ["met", "near", "yellow", "red", "stale", "no-data"] {
            assert!(seen.contains(&(shape, status)), "{shape} was never {status}");
        }
    }
}

#[tokio::test]
async fn what_is_judged_due_or_open_agrees_too() {
    for case in &WORDS {
        let kpi = catalogue(case).kpis[0].clone();
        let goal = kpi.target_shown_in(1).and_then(|target| goal(&kpi, target));
        for value in tried(&kpi, goal) {
            for age in [0, 10, 29, 32, 70] {
                let before = (NOW_MS - (age + 5) * DAY_MS, 0.0);
                let shown = Shown::of(case, &[before, (NOW_MS - age * DAY_MS, value)]).await;
                shown.holds();
                if let (true, Some(actual)) = (case.shape != "zero-tolerance", shown.actual()) {
                    let word = if actual >= 1.0 { "met" } else { "not met" };
                    assert!(shown.goal.is_none() || shown.value() == word, "{}: {}", shown.what, shown.value());
                }
            }
        }
        Shown::of(case, &[]).await.holds();
    }
}
