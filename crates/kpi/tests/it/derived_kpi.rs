//! KPIs whose value is computed by a derived measurement: direct observations, staleness, baselines and history.

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use kpi::catalogue::Catalogue;
use kpi::evaluation::{Known, Pages};
use kpi::measure::{Measure, Operand, Period, Rule, Statistic, Window, readers, series_of};
use kpi::point::InMemory;
use kpi::status::Status;
use kpi::window::RunsSource;
use proptest::prelude::*;

use crate::derived::{measure, pages, select};
use crate::support::{DAY_MS, START_MS, Series, evaluate_one, framework, history, known, status_since};

/// The framework with one derived measurement in the place of the direct one.
fn with(measure: Measure) -> Catalogue {
    let mut catalogue = framework();
    catalogue.measures.retain(|other| other.id != measure.id);
    catalogue.measures.push(measure);
    catalogue
}

fn success_rate() -> Catalogue {
    with(measure(
        "build-success-rate",
        "%",
        Rule::Ratio {
            part: Operand::Count(select("ci.run", &[("result", &["success"])])),
            whole: Operand::Count(select("ci.run", &[])),
        },
    ))
}

fn run(series: &mut Series, day: i64, result: &str) {
    let time_ms = START_MS + day * DAY_MS;
    series.add_labelled("ci.run", time_ms, 60.0, time_ms, &[("result", result)]);
}

fn at(catalogue: &Catalogue, id: &str, series: &Series, day: i64) -> Option<Known> {
    known(catalogue, catalogue.kpi(id).unwrap().1, series, START_MS + day * DAY_MS)
}

fn status(catalogue: &Catalogue, id: &str, series: &Series, day: i64) -> Status {
    let (position, _) = catalogue.kpi(id).unwrap();
    evaluate_one(catalogue, position, series, START_MS + day * DAY_MS).unwrap().current.status
}

#[test]
fn a_direct_observation_stands_until_the_first_sample_arrives() {
    let catalogue = success_rate();
    let mut series = Series::of("build-success-rate", &[(START_MS, 99.0), (START_MS + 5 * DAY_MS, 98.0)]);
    run(&mut series, 3, "success");
    run(&mut series, 4, "failure");
    let value = |day| at(&catalogue, "build-success-rate", &series, day).map(|known| (known.value, known.computed));
    assert_eq!(value(-1), None);
    assert_eq!(value(2), Some((99.0, false)));
    assert_eq!(value(3), Some((100.0, true)));
    assert_eq!(value(5), Some((50.0, true)));
    let parts = at(&catalogue, "build-success-rate", &series, 5).unwrap().parts;
    assert_eq!(parts, Some((1.0, 2.0)));
    // The history begins with what was recorded directly.
    let (_, kpi) = catalogue.kpi("build-success-rate").unwrap();
    let numbers = history(&catalogue, kpi, &series, START_MS + 5 * DAY_MS, 10);
    let day = |day: i64| START_MS + day * DAY_MS;
    assert_eq!(numbers, [(day(0), 99.0), (day(3), 100.0), (day(4), 50.0), (day(5), 50.0)]);
    assert_eq!(history(&catalogue, kpi, &series, START_MS + 5 * DAY_MS, 2), [(day(4), 50.0), (day(5), 50.0)]);
}

#[test]
fn a_direct_observation_stands_until_enough_entities_were_seen() {
    let catalogue = framework();
    let id = "dashboard-load-time";
    assert_eq!(catalogue.measure(id).unwrap().minimum, 21);
    let names: Vec<String> = (0..21).map(|number| format!("r{number}")).collect();
    let with = |count: usize| {
        let readers: Vec<(&str, &[f64])> = names[..count].iter().map(|name| (name.as_str(), &[9.0][..])).collect();
        let mut series = pages("dashboard.load", &readers);
        series.add_labelled(id, START_MS, 0.4, START_MS, &[]);
        at(&catalogue, id, &series, 1).map(|known| (known.value, known.computed))
    };
    assert_eq!(with(0), Some((0.4, false)));
    assert_eq!(with(20), Some((0.4, false)), "twenty are too few to say anything");
    assert_eq!(with(21), Some((9.0, true)));
}

#[test]
fn samples_that_no_selection_accepts_leave_a_direct_observation_in_force() {
    let critical = select("incident.opened", &[("severity", &["critical"])]);
    let catalogue = with(measure("incident-frequency", "/month", Rule::Rate(critical)));
    let mut series = Series::default();
    series.add_labelled("incident.opened", START_MS, 1.0, START_MS, &[("severity", "minor")]);
    // Nothing was recorded directly: none of the incidents is critical.
    let none = at(&catalogue, "incident-frequency", &series, 1).unwrap();
    assert_eq!((none.value.to_bits(), none.computed), (0.0_f64.to_bits(), true));
    series.add("incident-frequency", START_MS, 4.0, START_MS);
    let direct = at(&catalogue, "incident-frequency", &series, 1).unwrap();
    assert_eq!((direct.value.to_bits(), direct.computed), (4.0_f64.to_bits(), false));
}

#[test]
fn a_ratio_turns_stale_after_twice_its_cadence_and_keeps_its_value() {
    let catalogue = success_rate();
    let mut series = Series::default();
    run(&mut series, 0, "success");
    assert_eq!(status(&catalogue, "build-success-rate", &series, 2), Status::Met);
    assert_eq!(status(&catalogue, "build-success-rate", &series, 3), Status::Stale);
    // The window is empty by now.
    let known = at(&catalogue, "build-success-rate", &series, 30).unwrap();
    assert_eq!((known.value.to_bits(), known.count, known.stale), (100.0_f64.to_bits(), 0, true));
}

#[test]
fn a_count_of_events_is_fresh_while_its_window_holds_one() {
    let catalogue = with(measure("incident-frequency", "/month", Rule::Rate(select("incident.opened", &[]))));
    let series = Series::of("incident.opened", &[(START_MS, 1.0)]);
    // Observed hourly, over 30 days: an incident is no heartbeat.
    assert_eq!(status(&catalogue, "incident-frequency", &series, 29), Status::Met);
    assert_eq!(status(&catalogue, "incident-frequency", &series, 30), Status::Stale);
}

#[test]
fn too_few_samples_are_no_data() {
    let mut catalogue = success_rate();
    catalogue.measures.last_mut().unwrap().minimum = 2;
    let mut series = Series::default();
    run(&mut series, 0, "failure");
    assert_eq!(status(&catalogue, "build-success-rate", &series, 0), Status::NoData);
    run(&mut series, 1, "success");
    assert_eq!(status(&catalogue, "build-success-rate", &series, 1), Status::Yellow);
}

#[test]
fn the_baseline_of_a_relative_kpi_is_its_first_computed_value() {
    let speed = Rule::Statistic(select("tokens", &[]), Statistic::Mean);
    let catalogue = with(measure("inference-speed", "tokens/s", speed));
    let points: Vec<(i64, f64)> =
        (0..60).map(|day| (START_MS + day * DAY_MS, if day < 10 { 100.0 } else { 300.0 })).collect();
    let series = Series::of("tokens", &points);
    let baseline = |day| at(&catalogue, "inference-speed", &series, day).and_then(|known| known.baseline);
    assert_eq!(baseline(0), Some(100.0));
    assert_eq!(baseline(59), Some(100.0));
    let known = at(&catalogue, "inference-speed", &series, 59).unwrap();
    assert_eq!(known.actual, Some(3.0));
    let (_, kpi) = catalogue.kpi("inference-speed").unwrap();
    let numbers = history(&catalogue, kpi, &series, START_MS + 59 * DAY_MS, 400);
    assert_eq!(numbers.last(), Some(&(START_MS + 59 * DAY_MS, 3.0)));
    // One value a week and the one of the instant, not one for each of the sixty samples.
    assert!((9..=10).contains(&numbers.len()), "{numbers:?}");
}

#[test]
fn the_history_of_a_calendar_window_has_one_value_for_each_period() {
    for (complete, expected) in [(true, vec![(2, 24.0), (3, 24.0), (4, 24.0)]), (false, vec![(3, 24.0), (4, 24.0)])] {
        let mut deployments = measure("documentation-views", "count", Rule::Count(select("docs.view", &[])));
        deployments.window = Some(Window::Calendar { period: Period::Day, complete, time_zone: TimeZone::UTC });
        let catalogue = with(deployments);
        let midnight_ms = START_MS.div_euclid(DAY_MS) * DAY_MS;
        let points: Vec<(i64, f64)> = (0..200).map(|hour| (midnight_ms + hour * DAY_MS / 24, 1.0)).collect();
        let series = Series::of("docs.view", &points);
        let (_, kpi) = catalogue.kpi("documentation-views").unwrap();
        let numbers = history(&catalogue, kpi, &series, midnight_ms + 5 * DAY_MS + DAY_MS / 4, 3);
        let mut wanted: Vec<(i64, f64)> =
            expected.iter().map(|(day, value)| (midnight_ms + (day + 1) * DAY_MS - 1, *value)).collect();
        if !complete {
            // From midnight to six o'clock, both included.
            wanted.push((midnight_ms + 5 * DAY_MS + DAY_MS / 4, 7.0));
        }
        assert_eq!(numbers, wanted);
    }
}

#[test]
fn a_status_has_stood_since_the_first_step_of_its_run() {
    let catalogue = success_rate();
    let mut series = Series::default();
    for day in 0..30 {
        run(&mut series, day, if day < 20 { "success" } else { "failure" });
    }
    let (position, _) = catalogue.kpi("build-success-rate").unwrap();
    let since = |day: i64| {
        let instant_ms = START_MS + day * DAY_MS;
        let status = evaluate_one(&catalogue, position, &series, instant_ms).unwrap();
        (status.current.status, status_since(&catalogue, &status, &series, instant_ms).map(|since| since.time_ms))
    };
    // Over seven days one failure is 86 %, three are 57 %, four 43 %.
    assert_eq!(since(10), (Status::Met, Some(START_MS)));
    assert_eq!(since(21), (Status::Near, Some(START_MS + 20 * DAY_MS)));
    assert_eq!(since(26), (Status::Red, Some(START_MS + 23 * DAY_MS)));
    assert_eq!(since(40), (Status::Stale, Some(START_MS + 31 * DAY_MS)));
}

#[test]
fn a_new_sample_concerns_every_kpi_that_reads_its_series() {
    let mut catalogue = success_rate();
    catalogue.measures.retain(|measure| measure.id == "build-success-rate");
    catalogue.measures.push(measure(
        "test-flakiness-rate",
        "%",
        Rule::Ratio {
            part: Operand::Count(select("test.case", &[("result", &["flaky"])])),
            whole: Operand::Measure("build-success-rate".to_owned()),
        },
    ));
    let named = |series: &str| -> Vec<&str> {
        let positions = readers(&catalogue, series);
        positions.into_iter().filter_map(|position| catalogue.kpis.get(position)).map(|kpi| kpi.id.as_str()).collect()
    };
    assert_eq!(named("ci.run"), ["build-success-rate", "test-flakiness-rate"]);
    assert_eq!(named("build-success-rate"), ["build-success-rate"]);
    assert_eq!(named("nobody.reads.this"), Vec::<&str>::new());
    assert_eq!(series_of(&catalogue, "test-flakiness-rate"), ["test-flakiness-rate", "test.case", "ci.run"]);
}

/// Read once: a property asks for it hundreds of times.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(success_rate);

proptest! {
    #[test]
    fn an_evaluation_of_a_derived_kpi_is_the_last_point_of_its_history(
        runs in prop::collection::vec((0i64..60, any::<bool>()), 1..80),
        day in 0i64..70,
    ) {
        let catalogue = &*CATALOGUE;
        let mut series = Series::default();
        for (day, success) in runs {
            run(&mut series, day, if success { "success" } else { "failure" });
        }
        let (_, kpi) = catalogue.kpi("build-success-rate").unwrap();
        let instant_ms = START_MS + day * DAY_MS;
        let numbers = history(catalogue, kpi, &series, instant_ms, 20);
        prop_assert!(numbers.len() <= 20 && numbers.is_sorted_by(|left, right| left.0 < right.0));
        match at(catalogue, "build-success-rate", &series, day) {
            Some(known) if !known.stale => {
                prop_assert_eq!(numbers.last().copied(), known.actual.map(|actual| (instant_ms, actual)));
            }
            Some(_) => prop_assert!(numbers.iter().all(|(time_ms, _)| *time_ms < instant_ms)),
            None => prop_assert!(numbers.is_empty()),
        }
    }

    #[test]
    fn the_pages_of_a_history_join_to_the_whole(
        runs in prop::collection::vec((0i64..60, any::<bool>()), 0..40),
        direct in prop::collection::vec((0i64..60, 0.0f64..100.0), 0..20),
        day in 0i64..70,
        length in 1usize..9,
    ) {
        let catalogue = &*CATALOGUE;
        let direct: Vec<(i64, f64)> = direct.into_iter().map(|(day, value)| (START_MS + day * DAY_MS, value)).collect();
        let mut series = Series::of("build-success-rate", &direct);
        for (day, success) in runs {
            run(&mut series, day, if success { "success" } else { "failure" });
        }
        let (_, kpi) = catalogue.kpi("build-success-rate").unwrap();
        let instant_ms = START_MS + day * DAY_MS + 5;
        let held = InMemory(&series);
        let source = RunsSource::new(&held);
        let pages = Pages::new(catalogue, kpi, &source, instant_ms).unwrap();
        let (mut joined, mut after) = (Vec::new(), None);
        loop {
            let until = pages.end(after, length).unwrap();
            let page = pages.numbers(after, until).unwrap();
            prop_assert!(page.len() <= length);
            joined.extend(page);
            after = until;
            if after.is_none() {
                break;
            }
        }
        prop_assert_eq!(joined, history(catalogue, kpi, &series, instant_ms, usize::MAX));
    }
}
