//! What the outputs say of every kind of goal: the comparator decides, on the numbers as they are.

use chart::{
    Bullet, ChartModel, ChartPoint, ForecastBand, ForecastPoint, Goal, Position, Series, TargetLine, UnitLabel, axes,
    bullet_text, cursor_texts, summary, table, takeaway, target_marks,
};

const DAY_MS: i64 = 86_400_000;

fn model(values: &[f64], goal: Goal) -> ChartModel {
    let point = |(index, y): (i64, &f64)| ChartPoint { x: Position::Time(index * DAY_MS), y: *y, note: None };
    ChartModel {
        subject: "Load".to_owned(),
        unit: UnitLabel::with_suffix(0, "%"),
        series: vec![Series { name: "Load".to_owned(), points: (0..).zip(values).map(point).collect() }],
        targets: vec![TargetLine { label: "Standing".to_owned(), goal, current: true, ..TargetLine::default() }],
        ..ChartModel::default()
    }
}

#[test]
fn the_comparator_decides_at_and_beside_the_line() {
    let cases = [
        (Goal::AtLeast(80.0), 80.0, "exactly at target", true),
        (Goal::AtLeast(80.0), 80.0_f64.next_down(), "below target", false),
        (Goal::Above(80.0), 80.0, "exactly at target", false),
        (Goal::Above(80.0), 80.0_f64.next_up(), "above target", true),
        (Goal::Below(80.0), 80.0, "exactly at target", false),
        (Goal::Below(80.0), 80.0_f64.next_down(), "below target", true),
        (Goal::Within(70.0, 80.0), 70.0, "inside target", true),
        (Goal::Within(70.0, 80.0), 80.0, "inside target", true),
        (Goal::Within(70.0, 80.0), 80.04, "above target", false),
        (Goal::Within(70.0, 80.0), 69.96, "below target", false),
    ];
    for (goal, value, side, met) in cases {
        let model = model(&[value], goal);
        let verb = if met { "meets" } else { "misses" };
        assert!(takeaway(&model).contains(&format!("which {verb} the current target")), "{}", takeaway(&model));
        assert!(summary(&model).contains(&format!("is {side} and {verb} it")), "{}", summary(&model));
        assert!(cursor_texts(&model)[0].text.contains(side), "{}", cursor_texts(&model)[0].text);
        assert_eq!(table(&model).rows[0][2], side, "{goal:?} {value}");
        let bullet = Bullet { value: Some(value), current_target: Some(goal), maximum: 100.0, ..Bullet::default() };
        let text = bullet_text(&bullet, &model.unit);
        assert!(text.contains(&format!("{side} and {verb} it")), "{text}");
    }
}

#[test]
fn rising_is_an_improvement_only_towards_the_target() {
    let rising = |from: f64| (0..8).map(|step| from + f64::from(step)).collect::<Vec<_>>();
    let cases = [
        (rising(90.0), "trend rising, for the worse"),
        (rising(50.0), "trend rising, an improvement"),
        (rising(71.0), "trend rising"),
        (rising(90.0).into_iter().rev().collect(), "trend falling, an improvement"),
        (rising(50.0).into_iter().rev().collect(), "trend falling, for the worse"),
    ];
    for (values, words) in cases {
        let text = summary(&model(&values, Goal::Within(70.0, 80.0)));
        assert!(text.contains(&format!("{words};")), "{words}: {text}");
    }
}

#[test]
fn a_range_is_crossed_at_both_ends() {
    for (values, words) in [
        (&[60.0, 75.0, 90.0][..], "crossed 2 times"),
        (&[60.0, 90.0], "crossed 1 time"),
        (&[70.0, 80.0], "not crossed"),
    ] {
        let text = summary(&model(values, Goal::Within(70.0, 80.0)));
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_range_has_two_lines_and_each_label_once() {
    let wide = model(&[75.0], Goal::Within(70.0, 80.0));
    assert_eq!(
        target_marks(&wide).iter().map(|mark| mark.label.as_str()).collect::<Vec<_>>(),
        ["Standing", "Standing"]
    );
    let narrow = model(&[10.0, 75.0], Goal::Within(70.0, 70.5));
    assert_eq!(target_marks(&narrow).iter().map(|mark| mark.label.as_str()).collect::<Vec<_>>(), ["Standing"]);
    let other = TargetLine { current: false, ..narrow.targets[0].clone() };
    let text = summary(&ChartModel { targets: vec![other], ..narrow });
    assert!(text.ends_with("Also drawn: Standing."), "{text}");
}

#[test]
fn an_axis_never_says_the_same_twice() {
    let word = |value: f64| if value >= 1.0 { "met" } else { "not met" }.to_owned();
    let labels = |unit: UnitLabel| {
        let model = ChartModel { unit, ..model(&[0.0, 0.0, 1.0], Goal::AtLeast(1.0)) };
        axes(&model).y.into_iter().map(|tick| (tick.percent, tick.label)).collect::<Vec<_>>()
    };
    let expected = [(0, "not met".to_owned()), (100, "met".to_owned())];
    assert_eq!(labels(UnitLabel::new(word).with_levels(&[0.0, 1.0])), expected);
    let told = labels(UnitLabel::new(word));
    assert_eq!(told.iter().filter(|(_, label)| label == "not met").count(), 1, "{told:?}");
}

#[test]
fn the_time_that_is_asked_for_is_drawn_whole() {
    let hours = |from: i64, count: i64| {
        let points =
            (from..from + count).map(|hour| ChartPoint { x: Position::Time(hour * DAY_MS / 24), y: 1.0, note: None });
        ChartModel {
            period: Some((0, DAY_MS)),
            series: vec![Series { name: String::new(), points: points.collect() }],
            ..ChartModel::default()
        }
    };
    let stops = cursor_texts(&hours(18, 6));
    assert_eq!((stops[0].percent, stops[5].percent), (75, 96));
    let x = axes(&hours(18, 6)).x;
    assert_eq!((x[0].percent, x.last().map(|tick| tick.percent)), (0, Some(100)), "{x:?}");
}

#[test]
fn a_table_says_where_its_measured_rows_end() {
    let mut model = model(&[70.0, 71.0], Goal::AtLeast(80.0));
    let ahead = |day: i64| ForecastPoint { x: Position::Time(day * DAY_MS), mean: 72.0, lower: 70.0, upper: 74.0 };
    model.forecast = Some(ForecastBand { points: (2..60).map(ahead).collect(), ..ForecastBand::default() });
    let table = table(&model);
    assert_eq!((table.measured, table.rows.len()), (2, 60));
}
