//! What each output says of forecast, path, annotations and targets that changed.

use chart::{
    Annotation, AnnotationKind, ChartModel, ChartPoint, ForecastBand, ForecastPoint, Goal, LegendItem, Position,
    Series, SvgRole, TargetLine, UnitLabel, annotation_marks, axes, csv, cursor_texts, legend, summary, svg,
    svg_with_role, table, target_marks,
};

const DAY_MS: i64 = 86_400_000;
/// 1 October 2026.
const START_MS: i64 = 1_790_812_800_000;

fn day_ms(day: i64) -> i64 {
    START_MS + day * DAY_MS
}

fn day(day: i64) -> Position {
    Position::Time(day_ms(day))
}

fn points(values: &[(i64, f64)]) -> Vec<ChartPoint> {
    values.iter().map(|(on, y)| ChartPoint { x: day(*on), y: *y, note: None }).collect()
}

fn history(values: &[(i64, f64)]) -> ChartModel {
    ChartModel {
        id: "users".to_owned(),
        title: "Users".to_owned(),
        subject: "Users".to_owned(),
        unit: UnitLabel::plain(0),
        series: vec![Series { name: "Users".to_owned(), points: points(values) }],
        ..ChartModel::default()
    }
}

fn expected(values: &[(i64, f64)]) -> ForecastBand {
    let point =
        |(on, mean): &(i64, f64)| ForecastPoint { x: day(*on), mean: *mean, lower: mean - 10.0, upper: mean + 10.0 };
    ForecastBand {
        points: values.iter().map(point).collect(),
        level_percent: 80.0,
        caption: "Forecast by smoothing".to_owned(),
    }
}

fn happened(on: Position, kind: AnnotationKind, label: &str) -> Annotation {
    Annotation { x: on, kind, label: label.to_owned() }
}

/// The `d` attribute of the path with this class.
fn drawn<'a>(picture: &'a str, class: &str) -> Option<&'a str> {
    let element = picture.split("<path class=\"").find(|element| element.starts_with(&format!("{class}\"")))?;
    element.split(" d=\"").nth(1)?.split('"').next()
}

#[test]
fn a_forecast_is_drawn_apart_with_an_outlined_band() {
    let mut model = history(&[(0, 40.0), (2, 60.0)]);
    model.forecast = Some(expected(&[(3, 70.0), (4, 80.0), (1, 50.0)]));
    let picture = svg(&model);
    assert_eq!(drawn(&picture, "line series-1"), Some("M0 320 500 192"), "{picture}");
    assert_eq!(drawn(&picture, "forecast-line"), Some("M750 128 1000 64"));
    assert_eq!(drawn(&picture, "forecast-band"), Some("M750 192 1000 128 1000 0 750 64z"));
    assert_eq!(drawn(&picture, "forecast-edge"), Some("M750 192 1000 128M750 64 1000 0"));
    assert!(picture.contains("class=\"forecast-line\" stroke-width=\"2\" stroke-dasharray="));
    assert_eq!(axes(&model).x.last().unwrap().label, "5 Oct", "the axis reaches to the end of the forecast");
}

#[test]
fn one_expected_value_is_a_dot_with_an_upright_line() {
    let mut model = history(&[(0, 40.0), (2, 60.0)]);
    model.forecast = Some(expected(&[(4, 80.0)]));
    let picture = svg(&model);
    assert_eq!(drawn(&picture, "forecast-marker"), Some("M1000 64h0.01"), "{picture}");
    assert_eq!(drawn(&picture, "forecast-edge"), Some("M1000 128 1000 0"));
    assert_eq!(drawn(&picture, "forecast-line"), None);
}

#[test]
fn a_forecast_is_told_as_one() {
    let mut model = history(&[(0, 40.0), (2, 60.0)]);
    model.forecast = Some(expected(&[(3, 70.0), (4, 80.0)]));
    let stops = cursor_texts(&model);
    assert_eq!(stops[1].text, "3 October 2026, 60, point 2 of 2");
    assert_eq!(stops[3].text, "5 October 2026, forecast 80, between 70 and 90 with 80%, forecast 2 of 2");
    assert_eq!((stops[3].percent, stops[3].y_percent), (100, 80));
    assert_eq!(stops.iter().map(|stop| stop.is_forecast).collect::<Vec<_>>(), [false, false, true, true]);
    assert_eq!(
        summary(&model),
        "Users over time: 2 points, from 1 October 2026 to 3 October 2026. Latest 60 on 3 October 2026, up from 40 on 1 \
         October 2026. Forecast by smoothing: 80 on 5 October 2026, between 70 and 90 with 80%."
    );
    let table = table(&model);
    assert_eq!(table.columns, ["Time (UTC)", "Users", "Forecast", "Lower (80%)", "Upper (80%)"]);
    assert_eq!(table.rows[1], ["3 October 2026", "60", "", "", ""]);
    assert_eq!(table.rows[2], ["4 October 2026", "", "70", "60", "80"]);
    assert_eq!(
        csv(&model).lines().collect::<Vec<_>>(),
        [
            "time,series,value,forecast,lower,upper,note",
            "2026-10-01T00:00:00Z,Users,40,,,,",
            "2026-10-03T00:00:00Z,Users,60,,,,",
            "2026-10-04T00:00:00Z,Users,,70,60,80,",
            "2026-10-05T00:00:00Z,Users,,80,70,90,",
        ]
    );
}

#[test]
fn a_forecast_that_was_overtaken_is_not_shown() {
    let mut model = history(&[(0, 40.0), (5, 60.0)]);
    model.forecast = Some(expected(&[(3, 70.0), (5, 80.0)]));
    assert!(!svg(&model).contains("forecast"));
    assert!(cursor_texts(&model).iter().all(|stop| !stop.is_forecast));
    assert_eq!(table(&model).columns, ["Time (UTC)", "Users"]);
    assert!(
        summary(&model).ends_with("2 expected values are not drawn: not a finite number at a later time of its own.")
    );
    assert_eq!(legend(&model), []);
}

#[test]
fn a_path_is_drawn_and_told_at_each_point() {
    let mut model = history(&[(0, 10.0), (2, 44.0)]);
    model.path = points(&[(0, 0.0), (4, 100.0)]);
    model.forecast = Some(expected(&[(4, 80.0)]));
    assert_eq!(drawn(&svg(&model), "glide-path"), Some("M0 320 1000 0"), "{}", svg(&model));
    let stops = cursor_texts(&model);
    assert_eq!(stops[1].text, "3 October 2026, 44, path 50, point 2 of 2");
    assert_eq!(stops[2].text, "5 October 2026, forecast 80, between 70 and 90 with 80%, path 100, forecast 1 of 1");
    assert!(summary(&model).contains("; 12% below the path to the target (50)."), "{}", summary(&model));
    let table = table(&model);
    assert_eq!(table.columns.last().unwrap(), "Path");
    assert_eq!(table.rows.iter().map(|row| row.last().unwrap().as_str()).collect::<Vec<_>>(), ["0", "50", "100"]);
    assert_eq!(csv(&model).lines().nth(2), Some("2026-10-03T00:00:00Z,Users,44,,,,50,"));
}

#[test]
fn a_path_does_not_stretch_a_history_but_gives_a_single_value_its_axis() {
    let path = points(&[(-10, 0.0), (10, 100.0)]);
    let wide = ChartModel { path: path.clone(), ..history(&[(0, 50.0), (1, 50.0)]) };
    assert_eq!(axes(&wide).x.first().unwrap().label, "1 Oct");
    let single = ChartModel { path: path.clone(), ..history(&[(0, 50.0)]) };
    assert_eq!(drawn(&svg(&single), "glide-path"), Some("M0 320 1000 0"));
    assert_eq!(cursor_texts(&single)[0].percent, 50);
    let empty = ChartModel { path, ..history(&[]) };
    assert_eq!(summary(&empty), "No data yet for Users. Also drawn: the path to the target.");
    assert!(svg(&empty).contains("glide-path") && cursor_texts(&empty).is_empty());
}

#[test]
fn a_path_that_ended_makes_no_claim_about_later_values() {
    let model = ChartModel { path: points(&[(0, 0.0), (1, 10.0)]), ..history(&[(0, 4.0), (2, 9.0)]) };
    assert_eq!(cursor_texts(&model)[1].text, "3 October 2026, 9, point 2 of 2");
    assert!(summary(&model).ends_with("Also drawn: the path to the target."));
}

#[test]
fn annotations_are_told_at_the_nearest_point() {
    let mut model = history(&[(0, 10.0), (4, 20.0), (10, 30.0)]);
    model.series[0].points[1].note = Some("holiday".to_owned());
    model.annotations = vec![
        happened(day(10), AnnotationKind::Deployment, "1.4"),
        happened(day(3), AnnotationKind::Incident, ""),
        happened(day(99), AnnotationKind::Comment, "later"),
    ];
    let stops: Vec<String> = cursor_texts(&model).into_iter().map(|stop| stop.text).collect();
    assert_eq!(
        stops,
        [
            "1 October 2026, 10, point 1 of 3",
            "5 October 2026, 20, note: holiday, incident on 4 October 2026, point 2 of 3",
            "11 October 2026, 30, deployment: 1.4, comment on 8 January 2027: later, point 3 of 3",
        ]
    );
    let notes: Vec<String> = table(&model).rows.into_iter().map(|mut row| row.pop().unwrap()).collect();
    assert_eq!(notes, ["", "holiday; incident on 4 October 2026", "deployment: 1.4; comment on 8 January 2027: later"]);
    assert!(csv(&model).ends_with("30,\"deployment: 1.4; comment on 8 January 2027: later\"\r\n"));
    assert!(
        summary(&model).ends_with("Marked: 1 deployment, 1 incident, 1 comment; 1 of them outside the picture."),
        "{}",
        summary(&model)
    );
}

#[test]
fn close_annotations_share_a_mark_with_a_count() {
    let mut model = history(&[(0, 10.0), (100, 20.0)]);
    let days = [(5, AnnotationKind::Deployment), (14, AnnotationKind::Deployment), (15, AnnotationKind::Incident)];
    model.annotations = days.map(|(on, kind)| happened(day(on), kind, "x")).to_vec();
    let marks = annotation_marks(&model);
    let told: Vec<(u8, &str, usize)> =
        marks.iter().map(|mark| (mark.percent, mark.sign.as_str(), mark.count)).collect();
    assert_eq!(told, [(5, "2", 2), (15, "I", 1)]);
    assert_eq!(marks[0].kind, Some(AnnotationKind::Deployment));
    assert_eq!(marks[0].label, "deployment on 6 October 2026: x; deployment on 15 October 2026: x");
    assert_ne!(marks[0].shape, marks[1].shape);
    assert_eq!(drawn(&svg(&model), "annotation-line"), Some("M50 320 50 0M150 320 150 0"));
    model.annotations[1].kind = AnnotationKind::Baseline;
    let mixed = annotation_marks(&model);
    assert_eq!((mixed[0].kind, mixed[0].sign.as_str()), (None, "2"));
    assert_ne!(mixed[0].shape, marks[0].shape);
}

#[test]
fn many_annotations_at_one_point_are_counted_not_read_out() {
    let mut model = history(&[(0, 10.0), (1, 20.0)]);
    model.annotations = (0..120).map(|_| happened(day(0), AnnotationKind::Comment, "hello")).collect();
    assert_eq!(annotation_marks(&model)[0].sign, "99+");
    assert_eq!(
        cursor_texts(&model)[0].text,
        "1 October 2026, 10, comment: hello, comment: hello, comment: hello, and 117 more noted in the table, point 1 of 2"
    );
    assert_eq!(table(&model).rows[0].last().unwrap().matches("comment: hello").count(), 120);
}

#[test]
fn a_picture_that_stands_alone_draws_the_shapes_itself() {
    let mut model = history(&[(0, 10.0), (1, 20.0)]);
    model.annotations = vec![happened(day(0), AnnotationKind::Decision, "")];
    assert!(!svg(&model).contains("annotation-shape"));
    let image = svg_with_role(&model, SvgRole::Image);
    assert_eq!(drawn(&image, "annotation-shape"), Some("M1.5 1.5 16.5 1.5 16.5 16.5 1.5 16.5z"), "{image}");
}

#[test]
fn a_target_that_changed_is_drawn_only_while_it_counted() {
    let line = |label: &str, value, current, from: Option<i64>, until: Option<i64>| TargetLine {
        label: label.to_owned(),
        goal: Goal::AtLeast(value),
        current,
        from_ms: from.map(day_ms),
        until_ms: until.map(day_ms),
    };
    let mut model = history(&[(0, 10.0), (4, 20.0)]);
    model.targets = vec![
        line("15 or more", 15.0, true, Some(1), None),
        line("12 or more", 12.0, false, None, Some(1)),
        line("18 or more", 18.0, false, Some(9), None),
    ];
    let picture = svg(&model);
    assert_eq!(drawn(&picture, "target-current"), Some("M250 160 1000 160"), "{picture}");
    assert_eq!(drawn(&picture, "target"), Some("M0 256 250 256"));
    let marks: Vec<String> = target_marks(&model).into_iter().map(|mark| mark.label).collect();
    assert_eq!(marks, ["12 or more", "15 or more"]);
    assert_eq!(cursor_texts(&model)[0].text, "1 October 2026, 10, below the present target, point 1 of 2");
    assert_eq!(table(&model).rows[0][2], "below the present target");
    let summary = summary(&model);
    assert!(summary.contains("Also drawn: 12 or more (until 2 October 2026)."), "{summary}");
    assert!(summary.ends_with("Outside the picture: 18 or more (from 10 October 2026)."), "{summary}");
    assert!(!summary.contains("crossed"), "only one value since the target counts: {summary}");
}

#[test]
fn a_legend_explains_what_is_drawn_beside_the_values() {
    let mut model = history(&[(0, 10.0), (4, 20.0)]);
    assert_eq!(legend(&model), []);
    model.path = points(&[(0, 0.0), (4, 100.0)]);
    model.forecast = Some(expected(&[(5, 80.0), (6, 80.0)]));
    model.annotations = [AnnotationKind::Incident, AnnotationKind::Deployment, AnnotationKind::Incident]
        .map(|kind| happened(day(2), kind, ""))
        .to_vec();
    let item = |class: &str, shape: &str, label: &str| LegendItem {
        class: class.to_owned(),
        shape: shape.to_owned(),
        label: label.to_owned(),
    };
    let items = legend(&model);
    assert_eq!(
        items[..5],
        [
            item("line series-1", "M0 6H24", "Users"),
            item("forecast-line", "M0 6H24", "Forecast by smoothing"),
            item("forecast-band", "M0 1H24V11H0z", "Interval of the forecast (80%)"),
            item("glide-path", "M0 6H24", "Path to the target"),
            item("annotation-shape", "M7 2 17 2 12 11z", "D: deployment"),
        ]
    );
    assert_eq!((items.len(), items[5].label.as_str()), (6, "I: incident"));
}
