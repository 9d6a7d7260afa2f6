//! What holds for every model, however odd.

use chart::{
    Annotation, AnnotationKind, Bullet, ChartKind, ChartModel, ChartPoint, ForecastBand, ForecastPoint, Goal, Position,
    Series, SvgRole, TargetLine, UnitLabel, annotation_marks, axes, bullet_svg, bullet_text, csv, cursor_texts, legend,
    sparkline_svg, sparkline_text, summary, svg_with_role, table, takeaway, target_marks,
};
use proptest::prelude::*;

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![4 => -1e6..1e6_f64, 1 => any::<f64>(), 1 => Just(0.0), 1 => Just(f64::NAN), 1 => Just(f64::NEG_INFINITY)]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-z<>&\"'= ]{0,8}", 1 => any::<String>()]
}

fn position() -> impl Strategy<Value = Position> {
    prop_oneof![
        4 => (0..1_000_i64).prop_map(|hours| Position::Time(1_790_000_000_000 + hours * 3_600_000)),
        1 => any::<i64>().prop_map(Position::Time),
        2 => text().prop_map(Position::Category),
    ]
}

fn series() -> impl Strategy<Value = Series> {
    let point = (position(), value(), prop::option::of(text())).prop_map(|(x, y, note)| ChartPoint { x, y, note });
    (text(), prop::collection::vec(point, 0..12)).prop_map(|(name, points)| Series { name, points })
}

fn model() -> impl Strategy<Value = ChartModel> {
    let time = || prop::option::of((0..1_000_i64).prop_map(|hours| 1_790_000_000_000 + hours * 3_600_000));
    let target = (text(), value(), any::<bool>(), any::<bool>(), time(), time()).prop_map(
        |(label, value, higher, current, from_ms, until_ms)| {
            let goal = if higher { Goal::AtLeast(value) } else { Goal::Below(value) };
            TargetLine { label, goal, current, from_ms, until_ms }
        },
    );
    let parts = (
        (text(), text(), text()),
        0..4_usize,
        any::<bool>(),
        prop::collection::vec(series(), 0..8),
        prop::collection::vec(target, 0..4),
        any::<bool>(),
        prop::option::of(forecast()),
        (prop::collection::vec((position(), value()), 0..4), prop::collection::vec(annotation(), 0..20)),
    );
    parts.prop_map(
        |((id, title, subject), decimals, is_history, series, targets, zero_based, forecast, (path, annotations))| {
            ChartModel {
                id,
                title,
                subject,
                unit: UnitLabel::with_suffix(decimals, " <ms>"),
                kind: if is_history { ChartKind::History } else { ChartKind::Bars },
                series,
                targets,
                zero_based,
                period: None,
                forecast,
                path: path.into_iter().map(|(x, y)| ChartPoint { x, y, note: None }).collect(),
                annotations,
            }
        },
    )
}

fn forecast() -> impl Strategy<Value = ForecastBand> {
    let point = (position(), value(), value(), value()).prop_map(|(x, mean, lower, upper)| ForecastPoint {
        x,
        mean,
        lower,
        upper,
    });
    (prop::collection::vec(point, 0..6), value(), text()).prop_map(|(points, level_percent, caption)| ForecastBand {
        points,
        level_percent,
        caption,
    })
}

fn annotation() -> impl Strategy<Value = Annotation> {
    (position(), prop::sample::select(AnnotationKind::ALL.to_vec()), text()).prop_map(|(x, kind, label)| Annotation {
        x,
        kind,
        label,
    })
}

/// Fails unless the text is well-formed flat SVG without style, whose path coordinates lie in the view box.
#[expect(clippy::unwrap_used, reason = "a malformed path must fail the test")]
fn assert_sound(svg: &str, width: f64, height: f64) {
    assert!(!svg.contains("style=") && !svg.contains("<style"), "{svg}");
    let tags: Vec<&str> = svg.split('<').skip(1).collect();
    assert_eq!(svg.matches('<').count(), svg.matches('>').count(), "{svg}");
    assert!(tags.iter().all(|tag| ["svg ", "/svg>", "path "].iter().any(|name| tag.starts_with(name))), "{svg}");
    for tag in &tags {
        assert!(tag.ends_with('>'), "text between elements in {svg}");
        assert_eq!(tag.matches('"').count() % 2, 0, "{svg}");
    }
    for tag in tags.iter().filter(|tag| tag.starts_with("path ")) {
        let data = tag.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        check_path(data, width, height);
    }
}

#[expect(clippy::unwrap_used, reason = "a malformed path must fail the test")]
fn check_path(data: &str, width: f64, height: f64) {
    let data = data.replace("h0.01", " ").replace('z', " ");
    for subpath in data.split('M').skip(1) {
        let spread = subpath.replace('H', " H").replace('V', " V");
        let mut is_x = true;
        for word in spread.split_whitespace() {
            let (limit, number) = match (word.strip_prefix('H'), word.strip_prefix('V')) {
                (Some(x), _) => (width, x),
                (_, Some(y)) => (height, y),
                _ => {
                    is_x = !is_x;
                    (if is_x { height } else { width }, word)
                }
            };
            let number: f64 = number.parse().unwrap();
            assert!((0.0..=limit).contains(&number), "{number} outside 0 to {limit} in {data}");
        }
    }
}

proptest! {
    #[test]
    fn every_picture_is_sound_and_repeatable(model in model()) {
        for role in [SvgRole::Hidden, SvgRole::Image] {
            let svg = svg_with_role(&model, role);
            assert_sound(&svg, 1000.0, 320.0);
            prop_assert_eq!(&svg, &svg_with_role(&model, role));
            prop_assert!(!svg.contains("data-incomplete"));
        }
    }

    #[test]
    fn every_point_is_a_row(model in model()) {
        let table = table(&model);
        let points: usize = model.series.iter().map(|series| series.points.len()).sum();
        let expected = cursor_texts(&model).iter().filter(|stop| stop.is_forecast).count();
        prop_assert_eq!(table.rows.len(), points + expected);
        prop_assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
        prop_assert!(csv(&model).ends_with("\r\n"));
    }

    #[test]
    fn labels_stay_on_the_axes(model in model()) {
        let axes = axes(&model);
        prop_assert!(axes.x.len() <= 5 && axes.y.len() <= 6);
        prop_assert!(axes.x.iter().chain(&axes.y).all(|tick| tick.percent <= 100));
        prop_assert!(axes.x.windows(2).all(|pair| pair[0].percent < pair[1].percent));
        prop_assert!(axes.y.windows(2).all(|pair| pair[1].percent - pair[0].percent == axes.y[1].percent));
        prop_assert!(target_marks(&model).iter().all(|mark| mark.percent <= 100));
        let marks = annotation_marks(&model);
        prop_assert!(marks.iter().all(|mark| mark.percent <= 100 && mark.sign.len() <= 3 && !mark.label.is_empty()));
        prop_assert!(marks.windows(2).all(|pair| pair[1].percent >= pair[0].percent + 10));
        prop_assert!(cursor_texts(&model).iter().all(|point| point.percent <= 100 && point.y_percent <= 100));
    }

    #[test]
    fn every_annotation_is_counted_once(model in model()) {
        let drawn: usize = annotation_marks(&model).iter().map(|mark| mark.count).sum();
        let summary = summary(&model);
        let told = summary.rsplit_once("Marked: ").map_or("", |(_, rest)| rest.split('.').next().unwrap_or_default());
        let (kinds, outside) = told.split_once("; ").unwrap_or((told, ""));
        let number = |text: &str| text.split(' ').next().and_then(|word| word.parse::<usize>().ok()).unwrap_or(0);
        prop_assert_eq!(kinds.split(", ").map(number).sum::<usize>(), model.annotations.len());
        prop_assert_eq!(drawn + number(outside), model.annotations.len());
    }

    #[test]
    fn what_is_expected_stands_apart_from_what_was_measured(model in model()) {
        let table = table(&model);
        let head = |name: &str| table.columns.iter().position(|column| column == name);
        let stops = cursor_texts(&model);
        prop_assert!(stops.windows(2).all(|pair| pair[0].is_forecast <= pair[1].is_forecast));
        prop_assert_eq!(head("Forecast").is_some(), stops.iter().any(|stop| stop.is_forecast));
        prop_assert_eq!(svg_with_role(&model, SvgRole::Hidden).contains("class=\"forecast-"), head("Forecast").is_some());
        if let Some(column) = head("Forecast") {
            // A heading may repeat the subject of the model, so the value's column is counted from its own.
            let value = column - 1 - usize::from(model.targets.iter().any(|target| target.current && target.goal.lines().into_iter().all(f64::is_finite)));
            prop_assert!(table.rows.iter().all(|row| row[column].is_empty() != row[value].is_empty()));
        }
        prop_assert!(legend(&model).iter().all(|item| !item.class.is_empty() && item.shape.starts_with('M')));
    }

    #[test]
    fn there_is_always_something_to_say(model in model()) {
        prop_assert!(!summary(&model).is_empty());
        prop_assert!(takeaway(&model).ends_with('.'));
    }

    #[test]
    fn small_graphics_are_sound(
        points in prop::collection::vec((any::<i64>(), value()), 0..20),
        bands in prop::collection::vec(value(), 0..7),
        targets in prop::collection::vec(value(), 0..4),
        value in prop::option::of(value()),
        lower_is_better in any::<bool>(),
        maximum in value(),
    ) {
        let unit = UnitLabel::plain(1);
        assert_sound(&sparkline_svg(&points, 100, 20), 100.0, 20.0);
        prop_assert!(sparkline_text(&points, &unit).ends_with('.'));
        let current_target = targets.first().copied().map(Goal::Above);
        let bullet = Bullet { value, bands, targets, current_target, lower_is_better, maximum };
        assert_sound(&bullet_svg(&bullet), 200.0, 24.0);
        prop_assert!(bullet_text(&bullet, &unit).ends_with('.'));
    }
}
