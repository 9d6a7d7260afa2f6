//! What each output says of small models.

use chart::{
    Axes, ChartKind, ChartModel, ChartPoint, CursorPoint, Goal, Position, Series, SvgRole, TargetLine, Tick, UnitLabel,
    axes, csv, cursor_texts, series_class, summary, svg, svg_with_role, table, takeaway, target_marks,
};

const DAY_MS: i64 = 86_400_000;
/// 1 October 2026.
const START_MS: i64 = 1_790_812_800_000;

fn history(values: &[f64]) -> ChartModel {
    let points = values.iter().zip(0..).map(|(y, day)| point(Position::Time(START_MS + day * DAY_MS), *y));
    ChartModel {
        id: "build".to_owned(),
        title: "Build Time".to_owned(),
        subject: "Build Time".to_owned(),
        unit: UnitLabel::with_suffix(1, " min"),
        kind: ChartKind::History,
        series: vec![Series { name: "CI".to_owned(), points: points.collect() }],
        targets: vec![target("Phase 1: <10 min", 10.0, true)],
        ..ChartModel::default()
    }
}

fn bars(values: &[(&str, f64)]) -> ChartModel {
    let points = values.iter().map(|(name, y)| point(Position::Category((*name).to_owned()), *y)).collect();
    ChartModel { kind: ChartKind::Bars, series: vec![Series { name: "CI".to_owned(), points }], ..history(&[]) }
}

fn point(x: Position, y: f64) -> ChartPoint {
    ChartPoint { x, y, note: None }
}

fn target(label: &str, value: f64, current: bool) -> TargetLine {
    TargetLine { label: label.to_owned(), goal: Goal::Below(value), current, ..TargetLine::default() }
}

#[test]
fn the_summary_is_honest_about_few_points() {
    let cases: [(&[f64], &str); 6] = [
        (&[], "No data yet for Build Time. The current target is Phase 1: <10 min."),
        (
            &[f64::NAN],
            "No data yet for Build Time. The current target is Phase 1: <10 min. 1 value is not drawn: not a finite number.",
        ),
        (
            &[8.0],
            "Build Time over time: 1 point, on 1 October 2026. The only value is 8.0 min on 1 October 2026; the latest value \
             is below target and meets it (Phase 1: <10 min).",
        ),
        (
            &[8.0, 12.0],
            "Build Time over time: 2 points, from 1 October 2026 to 2 October 2026. Latest 12.0 min on 2 October 2026, up \
             from 8.0 min on 1 October 2026; the latest value is above target and misses it (Phase 1: <10 min); the target \
             was crossed 1 time, last between 1 October 2026 and 2 October 2026.",
        ),
        (
            &[10.0, 10.0, 10.0],
            "Build Time over time: 3 points, from 1 October 2026 to 3 October 2026. Latest 10.0 min on 3 October 2026; all \
             values are 10.0 min; too few points to tell a trend; the latest value is exactly at target and misses it (Phase 1: \
             <10 min); the target was not crossed.",
        ),
        (
            &[13.0, 12.0, 10.0, 9.0, f64::INFINITY, 8.0, 7.0],
            "Build Time over time: 6 points, from 1 October 2026 to 7 October 2026. Latest 7.0 min on 7 October 2026; lowest \
             7.0 min on 7 October 2026; highest 13.0 min on 1 October 2026; trend falling, an improvement; the latest value \
             is below target and meets it (Phase 1: <10 min); the target was crossed 1 time, last between 3 October 2026 and \
             4 October 2026. 1 value is not drawn: not a finite number.",
        ),
    ];
    for (values, expected) in cases {
        assert_eq!(summary(&history(values)), expected, "{values:?}");
    }
}

#[test]
fn the_takeaway_is_one_sentence() {
    let mut two_series = history(&[8.0, 9.0]);
    two_series.series.push(Series { name: "Local".to_owned(), points: vec![point(Position::Time(START_MS), 14.0)] });
    let cases = [
        (history(&[]), "No data yet for Build Time."),
        (
            history(&[8.0]),
            "Build Time was 8.0 min on 1 October 2026, which meets the current target (Phase 1: <10 min).",
        ),
        (
            history(&[10.0]),
            "Build Time was 10.0 min on 1 October 2026, which misses the current target (Phase 1: <10 min).",
        ),
        (
            history(&[7.0, 8.0, 9.0, 10.0, 11.0]),
            "Build Time was 11.0 min on 5 October 2026, which misses the current target (Phase 1: <10 min), and the trend is rising.",
        ),
        (
            two_series,
            "Build Time, latest values: CI 9.0 min, Local 14.0 min; 1 of 2 series meets the current target (Phase 1: <10 min).",
        ),
        (
            bars(&[("app", 12.0), ("server", 3.0), ("docs", 10.0)]),
            "Build Time: highest 12.0 min (app), lowest 3.0 min (server); 1 of 3 values meets the current target (Phase 1: <10 min).",
        ),
    ];
    for (model, expected) in cases {
        assert_eq!(takeaway(&model), expected);
    }
}

#[test]
fn several_series_are_told_one_by_one() {
    let mut model = history(&[8.0, 9.0]);
    model.targets.clear();
    model.series.push(Series { name: "Local".to_owned(), points: vec![point(Position::Time(START_MS), 14.0)] });
    assert_eq!(
        summary(&model),
        "Build Time over time: 3 points in 2 series, from 1 October 2026 to 2 October 2026. CI: latest 9.0 min on 2 October \
         2026, up from 8.0 min on 1 October 2026. Local: the only value is 14.0 min on 1 October 2026."
    );
}

#[test]
fn bars_start_at_zero_and_are_told_by_category() {
    let model = bars(&[("app", 12.0), ("server", 3.0)]);
    assert_eq!(
        summary(&model),
        "Build Time by category: 2 values in 2 categories. Highest 12.0 min (app), lowest 3.0 min (server). 1 of 2 values \
         meets the current target (Phase 1: <10 min)."
    );
    let picture = svg(&model);
    assert!(picture.contains("<path class=\"bar series-1\" fill=\"currentColor\" stroke=\"none\" d=\"M75 0H425V320H75zM575 240H925V320H575z\"/>"), "{picture}");
    assert_eq!(axes(&model).y[0], Tick { percent: 0, label: "0.0 min".to_owned() });
}

#[test]
fn a_negative_bar_hangs_from_zero() {
    let mut model = bars(&[("a", -10.0), ("b", 10.0)]);
    model.targets.clear();
    assert!(svg(&model).contains("M75 160H425V320H75zM575 0H925V160H575z"), "{}", svg(&model));
}

#[test]
fn a_repeated_category_gets_a_bar_of_its_own() {
    let model = bars(&[("a", 1.0), ("a", 2.0)]);
    assert_eq!(axes(&model).x.len(), 2);
    assert_eq!(cursor_texts(&model).len(), 2);
}

#[test]
fn the_picture_of_two_points_is_short() {
    assert_eq!(
        svg(&history(&[8.0, 9.0])),
        "<svg aria-hidden=\"true\" focusable=\"false\" id=\"build-picture\" class=\"chart-picture\" viewBox=\"0 0 1000 320\" \
         preserveAspectRatio=\"none\" overflow=\"visible\" fill=\"none\" stroke=\"currentColor\">\
         <path class=\"grid\" vector-effect=\"non-scaling-stroke\" d=\"M0 320 1000 320M0 240 1000 240M0 160 1000 160M0 80 1000 80M0 0 1000 0\"/>\
         <path class=\"line series-1\" stroke-width=\"2\" vector-effect=\"non-scaling-stroke\" d=\"M0 320 1000 160\"/>\
         <path class=\"target-current\" stroke-width=\"2\" vector-effect=\"non-scaling-stroke\" d=\"M0 0 1000 0\"/>\
         <path class=\"marker series-1\" stroke-width=\"7\" stroke-linecap=\"round\" vector-effect=\"non-scaling-stroke\" \
         d=\"M0 320h0.01M1000 160h0.01\"/></svg>"
    );
}

#[test]
fn an_image_is_named_by_the_takeaway_and_escaped() {
    let picture = svg_with_role(&history(&[8.0]), SvgRole::Image);
    assert!(picture.starts_with(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"Build Time was 8.0 min on 1 October 2026, which meets \
         the current target (Phase 1: &lt;10 min).\""
    ));
}

#[test]
fn gridlines_are_at_the_percents_of_the_labels() {
    for values in [vec![0.3, 0.7], vec![1.0, 44.0, 97.0], vec![-3.0, 12.5], vec![5.0], vec![1e6, 7e6]] {
        let mut model = history(&values);
        model.targets.clear();
        let picture = svg(&model);
        let grid = picture.split("class=\"grid\"").nth(1).unwrap().split(" d=\"").nth(1).unwrap();
        let heights: Vec<f64> = grid
            .split('"')
            .next()
            .unwrap()
            .split('M')
            .skip(1)
            .map(|line| line.split(' ').nth(1).unwrap().parse().unwrap())
            .collect();
        let labels: Vec<f64> =
            axes(&model).y.iter().map(|tick| 320.0 * f64::from(100 - tick.percent) / 100.0).collect();
        assert_eq!(heights, labels, "{values:?}");
    }
}

#[test]
fn axes_carry_round_labels() {
    assert_eq!(
        axes(&history(&[8.0, 9.0])),
        Axes {
            x: [(0, "1 Oct"), (50, "12:00"), (100, "2 Oct")]
                .map(|(percent, label)| Tick { percent, label: label.to_owned() })
                .to_vec(),
            y: [(0, "8.0 min"), (25, "8.5 min"), (50, "9.0 min"), (75, "9.5 min"), (100, "10.0 min")]
                .map(|(percent, label)| Tick { percent, label: label.to_owned() })
                .to_vec(),
        }
    );
}

#[test]
fn no_more_than_five_categories_are_labelled() {
    let names: Vec<String> = (0..12).map(|index| format!("part {index}")).collect();
    let values: Vec<(&str, f64)> = names.iter().map(|name| (name.as_str(), 1.0)).collect();
    let labels: Vec<String> = axes(&bars(&values)).x.into_iter().map(|tick| tick.label).collect();
    assert_eq!(labels, ["part 0", "part 3", "part 6", "part 9"]);
}

#[test]
fn a_far_target_is_named_but_does_not_flatten_the_picture() {
    let mut model = history(&[8.0, 9.0, 12.0]);
    model.targets.push(target("Phase 2: <8 min", 8.0, false));
    model.targets.push(target("Phase 0: <900 min", 900.0, false));
    assert!(summary(&model).ends_with("Also drawn: Phase 2: <8 min. Too far off to be drawn: Phase 0: <900 min."));
    assert_eq!(axes(&model).y.last().unwrap().label, "12.0 min");
    let marks: Vec<String> = target_marks(&model).into_iter().map(|mark| mark.label).collect();
    assert_eq!(marks, ["Phase 2: <8 min", "Phase 1: <10 min"]);
}

#[test]
fn close_targets_share_a_mark() {
    let mut model = history(&[0.0, 100.0]);
    model.targets.push(target("Phase 2: <9 min", 9.0, false));
    let marks = target_marks(&model);
    assert_eq!(marks.len(), 1);
    assert_eq!((marks[0].label.as_str(), marks[0].current), ("Phase 2: <9 min, Phase 1: <10 min", true));
}

#[test]
fn the_table_has_every_point_in_order_of_time() {
    let mut model = history(&[]);
    model.series[0].points = vec![
        point(Position::Time(START_MS + DAY_MS), f64::NAN),
        ChartPoint { note: Some("new runner".to_owned()), ..point(Position::Time(START_MS), 8.25) },
    ];
    let table = table(&model);
    assert_eq!(table.columns, ["Time (UTC)", "Build Time", "Against Phase 1: <10 min", "Note"]);
    assert_eq!(
        table.rows,
        [
            ["1 October 2026", "8.2 min", "below target", "new runner"],
            ["2 October 2026", "not a number", "unknown", ""]
        ]
    );
}

#[test]
fn the_csv_is_for_machines() {
    let mut model = history(&[0.1 + 0.2]);
    model.series[0].name = "=HYPERLINK(\"x\")".to_owned();
    model.series[0].points[0].note = Some("a, b".to_owned());
    assert_eq!(
        csv(&model),
        "time,series,value,note\r\n2026-10-01T00:00:00Z,\"'=HYPERLINK(\"\"x\"\")\",0.30000000000000004,\"a, b\"\r\n"
    );
    assert_eq!(csv(&bars(&[("-x", 1.0)])), "category,series,value,note\r\n'-x,CI,1,\r\n");
}

#[test]
fn the_cursor_reads_place_value_side_and_number() {
    let mut model = history(&[8.0, 12.0]);
    assert_eq!(
        cursor_texts(&model)[1],
        CursorPoint {
            percent: 100,
            y_percent: 100,
            text: "2 October 2026, 12.0 min, above target, point 2 of 2".to_owned(),
            is_forecast: false,
        }
    );
    model.series.push(Series { name: "Local".to_owned(), points: vec![point(Position::Time(START_MS), 10.0)] });
    assert_eq!(
        cursor_texts(&model)[0].text,
        "1 October 2026, CI 8.0 min, below target; Local 10.0 min, exactly at target, point 1 of 2"
    );
}

#[test]
fn a_long_history_is_drawn_thin_and_kept_whole() {
    let values: Vec<f64> = (0..10_000_u32).map(|index| f64::from(index * 7_919 % 1_000)).collect();
    let model = history(&values);
    let cursor = cursor_texts(&model);
    assert!(cursor.len() <= 2_000);
    assert!(cursor.last().unwrap().text.ends_with("point 10000 of 10000"));
    assert_eq!(table(&model).rows.len(), 10_000);
    assert_eq!(csv(&model).lines().count(), 10_001);
    assert!(svg(&model).len() < 40_000);
    assert!(summary(&model).ends_with("the table holds every point."));
}

#[test]
fn seven_series_use_six_looks() {
    assert_eq!(series_class(0), "series-1");
    assert_eq!(series_class(5), "series-6");
    assert_eq!(series_class(6), "series-1");
}
