//! Derived measurements: every rule and window.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kpi::catalogue::Catalogue;
use kpi::measure::{Derived, Measure, Operand, Period, Rule, Selection, Span, Statistic, Window};
use kpi::unit::Unit;
use proptest::prelude::*;

use crate::support::{DAY_MS, START_MS, Series, framework, value, value_over};

const HOUR_MS: i64 = 3_600_000;

pub fn select(series: &str, labels: &[(&str, &[&str])]) -> Selection {
    let labels = labels
        .iter()
        .map(|(name, values)| ((*name).to_owned(), values.iter().map(|value| (*value).to_owned()).collect()));
    Selection { series: series.to_owned(), labels: labels.collect() }
}

pub fn measure(id: &str, unit: &str, rule: Rule) -> Measure {
    Measure { id: id.to_owned(), unit: Unit::parse(unit).unwrap(), rule, window: None, minimum: 0 }
}

fn ms(written: &str) -> i64 {
    written.parse::<Timestamp>().unwrap().as_millisecond()
}

/// Read once: a property asks for it hundreds of times.
static FRAMEWORK: LazyLock<Catalogue> = LazyLock::new(framework);

/// The value of one measure over the last seven days of a catalogue without any other.
fn derived(measure: &Measure, series: &Series, instant_ms: i64) -> Option<Derived> {
    value(&FRAMEWORK, measure, 7 * DAY_MS, series, instant_ms)
}

fn number(unit: &str, rule: Rule, series: &Series, instant_ms: i64) -> Option<f64> {
    derived(&measure("m", unit, rule), series, instant_ms).map(|derived| derived.value)
}

/// A week of runs: on day d at noon, of `d * 10` seconds, every third of them failed, on the branches main and topic.
fn runs() -> Series {
    let mut series = Series::default();
    for day in 0..10 {
        let time_ms = START_MS + day * DAY_MS + DAY_MS / 2;
        let result = if day % 3 == 0 { "failure" } else { "success" };
        let branch = if day % 2 == 0 { "main" } else { "topic" };
        let seconds = f64::from(i32::try_from(day * 10).unwrap());
        let labels = [("result", result), ("branch", branch), ("run", &day.to_string())];
        series.add_labelled("ci.run", time_ms, seconds, time_ms, &labels);
    }
    series
}

#[test]
fn every_rule_computes_its_number() {
    let runs = runs();
    // The seven days until the end of day 9 hold the runs of days 3 to 9.
    let instant_ms = START_MS + 10 * DAY_MS;
    let all = || select("ci.run", &[]);
    let failed = || select("ci.run", &[("result", &["failure"])]);
    let failed_main = || select("ci.run", &[("branch", &["main"]), ("result", &["failure"])]);
    let distinct = Rule::Distinct { of: failed(), entity: "run".to_owned() };
    let share = Rule::Share { of: failed(), among: all(), entity: "run".to_owned(), among_before: false };
    let cases: &[(&str, Rule, f64)] = &[
        ("count", Rule::Count(all()), 7.0),
        ("count", Rule::Count(failed()), 3.0),
        ("count", Rule::Count(failed_main()), 1.0),
        ("count", Rule::Count(select("ci.run", &[("result", &["failure", "success"])])), 7.0),
        ("count", Rule::Count(select("ci.run", &[("result", &["skipped"])])), 0.0),
        ("count", Rule::Count(select("ci.run", &[("host", &["a"])])), 0.0),
        ("s", Rule::Sum(failed()), 180.0),
        ("min", Rule::Statistic(all(), Statistic::Mean), 60.0),
        ("s", Rule::Statistic(all(), Statistic::Percentile(50.0)), 60.0),
        ("s", Rule::Statistic(all(), Statistic::Percentile(95.0)), 87.0),
        ("s", Rule::Statistic(failed(), Statistic::Percentile(100.0)), 90.0),
        ("s", Rule::Last(select("ci.run", &[("branch", &["main"])])), 80.0),
        ("%", Rule::Ratio { part: Operand::Count(failed()), whole: Operand::Count(all()) }, 300.0 / 7.0),
        ("count", Rule::Ratio { part: Operand::Count(failed()), whole: Operand::Count(all()) }, 3.0 / 7.0),
        ("s", Rule::Ratio { part: Operand::Sum(all()), whole: Operand::Count(all()) }, 60.0),
        ("/week", Rule::Rate(failed()), 3.0 / 7.0),
        ("count", distinct, 3.0),
        ("%", share, 300.0 / 7.0),
    ];
    for (unit, rule, expected) in cases {
        let value = number(unit, rule.clone(), &runs, instant_ms).unwrap_or(f64::NAN);
        assert!((value - expected).abs() < 1e-9, "{rule:?}: {value}");
    }
}

#[test]
fn a_ratio_tells_its_parts_and_how_many_samples_it_is_of() {
    let rule = Rule::Ratio {
        part: Operand::Count(select("ci.run", &[("result", &["success"])])),
        whole: Operand::Count(select("ci.run", &[])),
    };
    let instant_ms = START_MS + 10 * DAY_MS;
    let derived = derived(&measure("m", "%", rule), &runs(), instant_ms).unwrap();
    assert_eq!(derived.parts, Some((4.0, 7.0)));
    assert_eq!(derived.count, 7);
    assert_eq!(derived.latest_ms, START_MS + 9 * DAY_MS + DAY_MS / 2);
    assert_eq!(derived.window, Span { from_ms: START_MS + 3 * DAY_MS, until_ms: instant_ms });
}

#[test]
fn the_window_is_open_at_its_start_and_closed_at_its_end() {
    let series = Series::of("event", &[(START_MS, 1.0), (START_MS + 7 * DAY_MS, 1.0)]);
    let count = |instant_ms| number("count", Rule::Count(select("event", &[])), &series, instant_ms);
    assert_eq!(count(START_MS - 1), None);
    assert_eq!(count(START_MS), Some(1.0));
    assert_eq!(count(START_MS + 7 * DAY_MS - 1), Some(1.0));
    assert_eq!(count(START_MS + 7 * DAY_MS), Some(1.0));
    assert_eq!(count(START_MS + 14 * DAY_MS), Some(0.0));
}

fn of_each(minimum: u32, rank: f64) -> Measure {
    let rule =
        Rule::OfEach { of: select("page", &[]), entity: "reader".to_owned(), statistic: Statistic::Percentile(rank) };
    Measure { minimum, ..measure("m", "s", rule) }
}

/// Samples of readers, in seconds; one each second, from the start on.
pub fn pages(series: &str, of_readers: &[(&str, &[f64])]) -> Series {
    let mut pages = Series::default();
    let mut time_ms = START_MS;
    for (reader, values) in of_readers {
        for value in *values {
            time_ms += 1_000;
            let labels: &[(&str, &str)] = if reader.is_empty() { &[] } else { &[("reader", reader)] };
            pages.add_labelled(series, time_ms, *value, time_ms, labels);
        }
    }
    pages
}

#[test]
fn where_each_entity_counts_once_whoever_sends_much_moves_no_more_than_whoever_sends_little() {
    let instant_ms = START_MS + DAY_MS;
    let flood = vec![600.0; 1_000];
    let of_readers: [(&str, &[f64]); 5] =
        [("a", &[1.0]), ("b", &[2.0, 4.0, 90.0]), ("c", &[3.0]), ("flood", &flood), ("", &[7.0])];
    let series = pages("page", &of_readers);
    let mean = Rule::OfEach { of: select("page", &[]), entity: "reader".to_owned(), statistic: Statistic::Mean };
    assert_eq!(number("s", mean, &series, instant_ms), Some((1.0 + 4.0 + 3.0 + 600.0) / 4.0));
    let derived_of = |minimum| derived(&of_each(minimum, 50.0), &series, instant_ms);
    let known = derived_of(4).unwrap();
    assert_eq!((known.value.to_bits(), known.count), (3.5_f64.to_bits(), 4));
    assert_eq!(derived_of(5), None, "a thousand samples of one entity are one entity");
}

#[test]
fn five_of_twenty_one_entities_move_no_quartile_past_what_the_others_have() {
    let names: Vec<String> = (0..21).map(|number| format!("r{number}")).collect();
    for (rank, bad) in [(75.0, 600.0), (25.0, 0.0)] {
        let values: Vec<[f64; 1]> = (0..21).map(|number| [if number < 5 { bad } else { 1.0 }]).collect();
        let readers: Vec<(&str, &[f64])> =
            names.iter().zip(&values).map(|(name, values)| (name.as_str(), values.as_slice())).collect();
        let derived = derived(&of_each(21, rank), &pages("page", &readers), START_MS + DAY_MS).unwrap();
        assert_eq!(derived.value.to_bits(), 1.0_f64.to_bits(), "{rank}");
    }
}

#[test]
fn low_traffic_says_nothing() {
    let ratio = Rule::Ratio {
        part: Operand::Count(select("ci.run", &[("result", &["success"])])),
        whole: Operand::Count(select("ci.run", &[])),
    };
    for (minimum, defined) in [(0, true), (7, true), (8, false)] {
        let measure = Measure { minimum, ..measure("m", "%", ratio.clone()) };
        assert_eq!(derived(&measure, &runs(), START_MS + 10 * DAY_MS).is_some(), defined, "{minimum}");
    }
}

#[test]
fn a_division_by_nothing_and_a_number_of_nothing_are_no_value() {
    let mut series = runs();
    series.add("zero", START_MS + 9 * DAY_MS, 0.0, START_MS);
    let none = || select("ci.run", &[("result", &["skipped"])]);
    let entity = || "run".to_owned();
    let cases = [
        Rule::Ratio { part: Operand::Count(select("ci.run", &[])), whole: Operand::Count(none()) },
        Rule::Ratio { part: Operand::Count(none()), whole: Operand::Sum(select("zero", &[])) },
        Rule::Ratio { part: Operand::Measure("no-such".to_owned()), whole: Operand::Count(select("ci.run", &[])) },
        Rule::Statistic(none(), Statistic::Mean),
        Rule::Statistic(none(), Statistic::Percentile(50.0)),
        Rule::Last(none()),
        Rule::NetPromoter(none()),
        Rule::Share { of: none(), among: none(), entity: entity(), among_before: false },
        Rule::Duration { from: none(), to: none(), entity: entity(), statistic: Statistic::Mean },
        Rule::Count(select("never.sent", &[])),
    ];
    for rule in cases {
        assert_eq!(number("%", rule.clone(), &series, START_MS + 10 * DAY_MS), None, "{rule:?}");
    }
}

#[test]
fn a_sum_that_is_too_large_for_a_number_is_no_value() {
    let series = Series::of("event", &[(START_MS, f64::MAX), (START_MS, f64::MAX)]);
    assert_eq!(number("count", Rule::Sum(select("event", &[])), &series, START_MS), None);
}

#[test]
fn a_duration_runs_from_each_start_to_the_first_later_end_of_the_same_entity() {
    let mut series = Series::default();
    for (name, hour, entity) in [
        ("commit", 0, "a"),
        ("commit", 1, "a"),
        ("commit", 1, "b"),
        ("deployment", 2, "a"),
        ("deployment", 3, "a"),
        ("commit", 5, "c"),
        ("deployment", 5, "c"),
        ("deployment", 9, "b"),
        ("deployment", 10, "unknown"),
        ("commit", 11, "never"),
        ("deployment", 12, "c"),
    ] {
        let time_ms = START_MS + hour * HOUR_MS;
        series.add_labelled(name, time_ms, 1.0, time_ms, &[("change", entity)]);
    }
    series.add("commit", START_MS, 1.0, START_MS);
    series.add("deployment", START_MS + HOUR_MS, 1.0, START_MS);
    let rule = |statistic| Rule::Duration {
        from: select("commit", &[]),
        to: select("deployment", &[]),
        entity: "change".to_owned(),
        statistic,
    };
    let at = |hour: i64, statistic| {
        derived(&measure("m", "h", rule(statistic)), &series, START_MS + hour * HOUR_MS)
            .map(|derived| (derived.value / 3_600.0, derived.count))
    };
    assert_eq!(at(1, Statistic::Mean), None);
    // 2 h and 1 h; then 8 h for b; then 7 h for c, whose deployment of the same instant came with it, not after it.
    assert_eq!(at(2, Statistic::Mean), Some((1.5, 2)));
    assert_eq!(at(9, Statistic::Percentile(50.0)), Some((2.0, 3)));
    assert_eq!(at(12, Statistic::Percentile(100.0)), Some((8.0, 4)));
    // It counts in the window in which it ends.
    assert_eq!(at(7 * 24 + 9, Statistic::Mean), Some((7.0, 1)));
    assert_eq!(at(7 * 24 + 12, Statistic::Mean), None);
}

#[test]
fn retention_asks_who_of_the_window_before_came_back() {
    let mut series = Series::default();
    for (day, user) in [(1, "a"), (2, "b"), (3, "c"), (6, "c"), (8, "a"), (9, "new"), (10, "c")] {
        let time_ms = START_MS + day * DAY_MS;
        series.add_labelled("user.active", time_ms, 1.0, time_ms, &[("user", user)]);
    }
    let rule = Rule::Share {
        of: select("user.active", &[]),
        among: select("user.active", &[]),
        entity: "user".to_owned(),
        among_before: true,
    };
    let derived = derived(&measure("m", "%", rule), &series, START_MS + 14 * DAY_MS).unwrap();
    assert_eq!(derived.parts, Some((2.0, 3.0)));
    assert!((derived.value - 200.0 / 3.0).abs() < 1e-9);
}

#[test]
fn a_net_promoter_score_is_promoters_less_detractors() {
    let answers: Vec<(i64, f64)> =
        [10.0, 9.0, 9.0, 8.0, 7.0, 6.0, 0.0, 11.0, -1.0].iter().map(|score| (START_MS, *score)).collect();
    let score = number("count", Rule::NetPromoter(select("nps", &[])), &Series::of("nps", &answers), START_MS);
    assert!((score.unwrap() - 100.0 / 7.0).abs() < 1e-9);
    let worst = Series::of("nps", &[(START_MS, 0.0)]);
    assert_eq!(number("count", Rule::NetPromoter(select("nps", &[])), &worst, START_MS), Some(-100.0));
}

#[test]
fn calendar_windows_count_in_their_time_zone_on_days_of_23_and_25_hours() {
    let berlin = |complete| Window::Calendar {
        period: Period::Day,
        complete,
        time_zone: TimeZone::get("Europe/Berlin").unwrap(),
    };
    // One event every hour over the whole of March and October.
    let mut series = Series::default();
    for start in ["2026-03-25T00:00:00Z", "2026-10-20T00:00:00Z"] {
        for hour in 0..10 * 24 {
            let time_ms = ms(start) + hour * HOUR_MS;
            series.add("event", time_ms, 1.0, time_ms);
        }
    }
    let events = Rule::Count(select("event", &[]));
    for (complete, instant, expected) in [
        (true, "2026-03-30T08:00:00Z", 23.0),
        (true, "2026-03-29T08:00:00Z", 24.0),
        (true, "2026-10-26T08:00:00Z", 25.0),
        (false, "2026-03-29T21:59:59Z", 23.0),
        (false, "2026-03-29T22:00:00Z", 1.0),
        (false, "2026-10-25T22:59:59Z", 25.0),
        (false, "2026-10-25T23:00:00Z", 1.0),
    ] {
        let measure = Measure { window: Some(berlin(complete)), ..measure("m", "count", events.clone()) };
        let value = derived(&measure, &series, ms(instant)).map(|derived| derived.value);
        assert_eq!(value, Some(expected), "{complete} {instant}");
    }
    // Every day has one event an hour, however many hours it has.
    let rate = Measure { window: Some(berlin(true)), ..measure("m", "/hour", Rule::Rate(select("event", &[]))) };
    for instant in ["2026-03-30T08:00:00Z", "2026-10-26T08:00:00Z"] {
        let per_day = derived(&rate, &series, ms(instant)).unwrap().value;
        assert!((per_day - 24.0).abs() < 1e-9, "{instant}: {per_day}");
    }
}

#[test]
fn measurements_refer_to_one_another_over_the_same_window_and_a_circle_ends() {
    let mut catalogue = framework();
    let refer = |part: &str, whole: &str| Rule::Ratio {
        part: Operand::Measure(part.to_owned()),
        whole: Operand::Measure(whole.to_owned()),
    };
    catalogue.measures.push(measure("failed", "count", Rule::Count(select("ci.run", &[("result", &["failure"])]))));
    let yesterday = Window::Calendar { period: Period::Day, complete: true, time_zone: TimeZone::UTC };
    // Its own window does not count when another measurement refers to it.
    let all = measure("all", "count", Rule::Count(select("ci.run", &[])));
    catalogue.measures.push(Measure { window: Some(yesterday), ..all });
    catalogue.measures.push(measure("circle", "%", refer("circle", "all")));
    let at = |rule| value(&catalogue, &measure("m", "%", rule), 7 * DAY_MS, &runs(), START_MS + 10 * DAY_MS);
    assert_eq!(at(refer("failed", "all")).and_then(|derived| derived.parts), Some((3.0, 7.0)));
    assert_eq!(at(refer("circle", "all")), None);
}

#[test]
fn a_stretch_of_the_callers_choice_has_a_value_too() {
    let catalogue = framework();
    let measure = measure("m", "count", Rule::Count(select("ci.run", &[])));
    let span = Span { from_ms: START_MS, until_ms: START_MS + 2 * DAY_MS };
    let derived = value_over(&catalogue, &measure, &runs(), span).unwrap();
    assert_eq!((derived.value.to_bits(), derived.window), (2.0_f64.to_bits(), span));
}

proptest! {
    #[test]
    fn counting_is_what_a_plain_loop_counts(
        events in prop::collection::vec((0i64..2_000, 0u8..4, 0u8..3, -5.0f64..5.0), 0..200),
        instant in 0i64..2_500,
        length in 1i64..800,
    ) {
        let mut series = Series::default();
        for (hour, branch, result, value) in &events {
            let labels = [("branch", &*branch.to_string()), ("result", &*result.to_string())];
            series.add_labelled("event", START_MS + hour * HOUR_MS, *value, START_MS, &labels);
        }
        let selection = select("event", &[("branch", &["1", "3"]), ("result", &["0", "1"])]);
        let chosen: Vec<f64> = events
            .iter()
            .filter(|(hour, branch, result, _)| {
                *hour <= instant && *hour > instant - length && [1, 3].contains(branch) && *result < 2
            })
            .map(|(_, _, _, value)| *value)
            .collect();
        let at = |rule| {
            value(&FRAMEWORK, &measure("m", "count", rule), length * HOUR_MS, &series, START_MS + instant * HOUR_MS)
        };
        let some_before = events.iter().any(|(hour, ..)| *hour <= instant);
        let count = u32::try_from(chosen.len()).unwrap();
        let counted = at(Rule::Count(selection.clone())).map(|derived| derived.value);
        prop_assert_eq!(counted, some_before.then(|| f64::from(count)));
        let mean = at(Rule::Statistic(selection.clone(), Statistic::Mean)).map(|derived| derived.value);
        match mean {
            Some(mean) => prop_assert!((mean - chosen.iter().sum::<f64>() / f64::from(count)).abs() < 1e-9),
            None => prop_assert!(chosen.is_empty()),
        }
        let highest = at(Rule::Statistic(selection, Statistic::Percentile(100.0))).map(|derived| derived.value);
        prop_assert_eq!(highest, chosen.iter().copied().max_by(f64::total_cmp));
    }

    #[test]
    fn durations_are_those_of_a_search_for_each_start(
        starts in prop::collection::vec((0i64..200, 0u8..5), 0..40),
        ends in prop::collection::vec((0i64..200, 0u8..5), 0..40),
        instant in 0i64..250,
    ) {
        let mut series = Series::default();
        for (name, events) in [("from", &starts), ("to", &ends)] {
            for (hour, entity) in events {
                let time_ms = START_MS + hour * HOUR_MS;
                series.add_labelled(name, time_ms, 1.0, time_ms, &[("entity", &entity.to_string())]);
            }
        }
        let mut expected = Vec::new();
        for (start, entity) in &starts {
            let later = ends.iter().filter(|(hour, other)| hour > start && other == entity).map(|(hour, _)| *hour).min();
            expected.extend(later.filter(|end| *end <= instant && *end > instant - 7 * 24).map(|end| end - start));
        }
        let rule = Rule::Duration {
            from: select("from", &[]),
            to: select("to", &[]),
            entity: "entity".to_owned(),
            statistic: Statistic::Mean,
        };
        let found = derived(&measure("m", "h", rule), &series, START_MS + instant * HOUR_MS);
        prop_assert_eq!(found.map_or(0, |found| found.count), expected.len());
        if let Some(found) = found {
            let total = f64::from(i32::try_from(expected.iter().sum::<i64>()).unwrap());
            let count = f64::from(u32::try_from(found.count).unwrap());
            prop_assert!((found.value / 3_600.0 - total / count).abs() < 1e-9);
        }
    }
}
