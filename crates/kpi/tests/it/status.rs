//! The status of KPIs of the framework, at every boundary.

use kpi::status::Status;

use crate::support::{DAY_MS, START_MS, Series, evaluate_one, framework, status, status_since};

/// The status of one fresh value, in the base unit.
fn of_value(id: &str, measure: &str, value: f64) -> Status {
    status(id, &Series::of(measure, &[(START_MS, value)]), START_MS).current.status
}

#[test]
fn thresholds_are_exact_for_every_shape() {
    let cases: &[(&str, &[(f64, Status)])] = &[
        // higher: 1,000 developers
        (
            "developer-adoption",
            &[
                (1_000.0, Status::Met),
                (999.9, Status::Near),
                (700.0, Status::Near),
                (699.9, Status::Yellow),
                (500.0, Status::Yellow),
                (499.9, Status::Red),
                (0.0, Status::Red),
                (-1.0, Status::Red),
            ],
        ),
        // lower: <10 min
        (
            "pipeline-build-time",
            &[
                (599.0, Status::Met),
                (600.0, Status::Near),
                (857.0, Status::Near),
                (858.0, Status::Yellow),
                (1_201.0, Status::Red),
                (0.0, Status::Met),
            ],
        ),
        // near 100 %: >99%
        (
            "accuracy-retention",
            &[
                (99.000_001, Status::Met),
                (99.0, Status::Near),
                (98.6, Status::Near),
                (98.5, Status::Yellow),
                (97.9, Status::Red),
                (100.0, Status::Met),
            ],
        ),
        // band: 70-80%
        (
            "capacity-utilization",
            &[
                (70.0, Status::Met),
                (80.0, Status::Met),
                (69.9, Status::Near),
                (49.0, Status::Near),
                (48.9, Status::Yellow),
                (34.9, Status::Red),
            ],
        ),
        // zero-tolerance: 0 Critical
        ("security-vulnerabilities", &[(0.0, Status::Met), (3.0, Status::Met), (4.0, Status::Red)]),
        // level
        ("wcag-compliance", &[(1.0, Status::Met), (0.0, Status::Red)]),
        // reduction stated as an improvement: 40% reduction
        (
            "memory-footprint",
            &[
                (40.0, Status::Met),
                (28.0, Status::Near),
                (27.9, Status::Yellow),
                (19.9, Status::Red),
                (-5.0, Status::Red),
            ],
        ),
        // multiple stated as an improvement: 3x
        (
            "inference-speed-improvement",
            &[(3.0, Status::Met), (2.1, Status::Near), (2.09, Status::Yellow), (1.49, Status::Red)],
        ),
    ];
    for (id, values) in cases {
        for (value, expected) in *values {
            assert_eq!(of_value(id, id, *value), *expected, "{id} at {value}");
        }
    }
}

#[test]
fn a_value_a_thousandth_under_its_target_is_not_met() {
    let series = Series::of("platform-availability", &[(START_MS, 99.949)]);
    let by_phase = status("platform-availability", &series, START_MS).by_phase;
    let statuses: Vec<Status> = by_phase.iter().map(|verdict| verdict.status).collect();
    assert_eq!(statuses, [Status::Met, Status::Met, Status::Near, Status::Red]);
}

#[test]
fn a_kpi_turns_stale_after_twice_its_cadence() {
    // Build time is expected daily.
    let series = Series::of("pipeline-build-time", &[(START_MS, 300.0)]);
    assert_eq!(status("pipeline-build-time", &series, START_MS + 2 * DAY_MS).current.status, Status::Met);
    assert_eq!(status("pipeline-build-time", &series, START_MS + 2 * DAY_MS + 1).current.status, Status::Stale);
}

#[test]
fn a_monthly_duty_is_overdue_after_a_calendar_month() {
    let series = Series::of("access-control-audit", &[(START_MS, 1.0)]);
    assert_eq!(status("access-control-audit", &series, START_MS + 30 * DAY_MS).current.status, Status::Met);
    assert_eq!(status("access-control-audit", &series, START_MS + 30 * DAY_MS + 1).current.status, Status::Red);
}

#[test]
fn a_relative_kpi_has_no_data_without_a_baseline_and_none_of_its_improvement_with_only_one() {
    assert_eq!(status("inference-speed", &Series::default(), START_MS).current.status, Status::NoData);
    // The value recorded first is the baseline, even if an older one arrives later.
    let mut series = Series::of("inference-speed", &[(START_MS, 100.0), (START_MS + DAY_MS, 250.0)]);
    series.add("inference-speed", START_MS - DAY_MS, 50.0, START_MS + 2 * DAY_MS);
    let status = status("inference-speed", &series, START_MS + 2 * DAY_MS);
    assert_eq!(status.known.and_then(|known| known.actual), Some(2.5));
    assert_eq!(status.current.status, Status::Met);
}

#[test]
fn a_judged_target_of_a_measured_kpi_waits_for_a_judgement() {
    let series = Series::of("performance-vs-competitors", &[(START_MS, 20.0)]);
    let by_phase = status("performance-vs-competitors", &series, START_MS).by_phase;
    assert_eq!(
        by_phase.iter().map(|verdict| verdict.status).collect::<Vec<_>>(),
        [Status::Met, Status::Met, Status::Met, Status::NoData]
    );
}

#[test]
fn a_percentile_reads_its_window_only() {
    let mut points: Vec<(i64, f64)> = (0..10).map(|day| (START_MS + day * DAY_MS, 1.0)).collect();
    points.insert(0, (START_MS - 60 * DAY_MS, 100.0));
    let known = status("dashboard-load-time", &Series::of("dashboard-load-time", &points), START_MS + 10 * DAY_MS)
        .known
        .unwrap();
    assert_eq!((known.value.to_bits(), known.count), (1.0_f64.to_bits(), 10));
}

#[test]
fn a_status_stands_since_the_first_instant_of_its_run_however_many_observations_follow() {
    use kpi::evaluation::Since;
    let catalogue = framework();
    let since = |id: &str, points: &[(i64, f64)], days: i64| {
        let (position, kpi) = catalogue.kpi(id).unwrap();
        let series = Series::of(&kpi.measure, points);
        let instant_ms = START_MS + days * DAY_MS;
        let status = evaluate_one(&catalogue, position, &series, instant_ms).unwrap();
        (status.current.status, status_since(&catalogue, &status, &series, instant_ms))
    };
    let exactly = |day: i64| Some(Since { time_ms: START_MS + day * DAY_MS, or_before: false });
    // Near a hundred percent of coverage, observed every hour for fifty days after one day of less.
    let hourly: Vec<(i64, f64)> =
        (0..51 * 24).map(|hour| (START_MS + hour * DAY_MS / 24, if hour < 24 { 10.0 } else { 95.0 })).collect();
    assert_eq!(since("code-coverage", &hourly, 51), (Status::Met, exactly(1)));
    // A gap in which it was stale ends the run.
    let gap = [(START_MS, 95.0), (START_MS + 200 * DAY_MS, 95.0)];
    assert_eq!(since("code-coverage", &gap, 200), (Status::Met, exactly(200)));
    // What recurs is off target since the instant after it was due.
    let done = [(START_MS, 1.0)];
    let (status, overdue) = since("access-control-audit", &done, 60);
    assert_eq!((status, overdue.map(|since| since.time_ms)), (Status::Red, Some(START_MS + 30 * DAY_MS + 1)));
}
