//! What may come after the last value: drawn, told and listed apart from what was measured.

use crate::model::{ChartKind, ChartModel, Position};
use crate::number::is_drawable;
use crate::sentence::append;
use crate::unit_label::UnitLabel;

/// A forecast with its interval; it continues the first series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ForecastBand {
    /// The expected values. Those not after the last value of the chart are left out, and so are those without a time.
    pub points: Vec<ForecastPoint>,
    /// How often the interval should hold, such as 80.
    pub level_percent: f64,
    /// What it is called, such as `Forecast by exponential smoothing`; may be empty.
    pub caption: String,
}

/// One expected value, in the unit of the chart's values.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastPoint {
    /// When.
    pub x: Position,
    /// The expected value.
    pub mean: f64,
    /// The lower end of the interval.
    pub lower: f64,
    /// The upper end of the interval.
    pub upper: f64,
}

impl ForecastBand {
    /// What legend and summary call it; always says that it is a forecast.
    pub(crate) fn name(&self) -> String {
        match self.caption.trim() {
            "" => "Forecast".to_owned(),
            caption if caption.to_lowercase().contains("forecast") => caption.to_owned(),
            caption => format!("Forecast ({caption})"),
        }
    }

    /// The level, such as `80%`; none if it is no percentage.
    pub(crate) fn level_text(&self) -> Option<String> {
        (0.0..=100.0).contains(&self.level_percent).then(|| format!("{}%", self.level_percent))
    }

    /// `between 900 and 1,200 with 80%`.
    pub(crate) fn interval_text(&self, unit: &UnitLabel, dot: &ForecastDot<'_>) -> String {
        let mut text = format!("between {} and {}", unit.text(dot.lower), unit.text(dot.upper));
        if let Some(level) = self.level_text() {
            append(&mut text, format_args!(" with {level}"));
        }
        text
    }
}

/// An expected value with a place in the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ForecastDot<'a> {
    pub x: &'a Position,
    pub time_ms: i64,
    pub mean: f64,
    pub lower: f64,
    pub upper: f64,
}

/// The part of a forecast that can be shown.
#[derive(Debug, Default)]
pub(crate) struct Ahead<'a> {
    /// Sorted by time, each time once.
    pub dots: Vec<ForecastDot<'a>>,
    /// How many expected values cannot be shown.
    pub left_out: usize,
}

impl<'a> Ahead<'a> {
    /// The expected values after the last observation; all of them where there is none.
    pub(crate) fn of(model: &'a ChartModel, last_observation_ms: Option<i64>) -> Self {
        let points = model.forecast.as_ref().map_or(&[][..], |band| &band.points);
        let mut dots: Vec<ForecastDot<'a>> = points
            .iter()
            .filter_map(|point| {
                let Position::Time(time_ms) = point.x else { return None };
                let shown = model.kind == ChartKind::History
                    && last_observation_ms.is_none_or(|last_ms| time_ms > last_ms)
                    && [point.mean, point.lower, point.upper].into_iter().all(is_drawable);
                shown.then(|| ForecastDot {
                    x: &point.x,
                    time_ms,
                    mean: point.mean,
                    lower: point.lower.min(point.upper),
                    upper: point.lower.max(point.upper),
                })
            })
            .collect();
        dots.sort_by_key(|dot| dot.time_ms);
        dots.dedup_by_key(|dot| dot.time_ms);
        let left_out = points.len() - dots.len();
        Self { dots, left_out }
    }

    /// The first and last time; none without a value.
    pub(crate) fn period(&self) -> Option<(i64, i64)> {
        Some((self.dots.first()?.time_ms, self.dots.last()?.time_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(x: Position, mean: f64) -> ForecastPoint {
        ForecastPoint { x, mean, lower: mean + 1.0, upper: mean - 1.0 }
    }

    #[test]
    fn only_what_lies_ahead_is_shown() {
        let points = vec![
            point(Position::Time(30), 3.0),
            point(Position::Time(20), 2.0),
            point(Position::Time(20), 9.0),
            point(Position::Time(10), 1.0),
            point(Position::Time(40), f64::NAN),
            point(Position::Category("a".to_owned()), 5.0),
        ];
        let forecast = Some(ForecastBand { points, ..ForecastBand::default() });
        let mut model = ChartModel { forecast, ..ChartModel::default() };
        let ahead = Ahead::of(&model, Some(10));
        let shown: Vec<(i64, f64, f64, f64)> =
            ahead.dots.iter().map(|dot| (dot.time_ms, dot.lower, dot.mean, dot.upper)).collect();
        assert_eq!(shown, [(20, 1.0, 2.0, 3.0), (30, 2.0, 3.0, 4.0)]);
        assert_eq!((ahead.left_out, ahead.period()), (4, Some((20, 30))));
        assert_eq!(Ahead::of(&model, None).dots.len(), 3);
        model.kind = ChartKind::Bars;
        assert!(Ahead::of(&model, None).dots.is_empty());
    }

    #[test]
    fn a_forecast_is_always_called_one() {
        for (caption, name) in [
            ("", "Forecast"),
            ("Forecast by smoothing", "Forecast by smoothing"),
            ("Theta method", "Forecast (Theta method)"),
        ] {
            assert_eq!(ForecastBand { caption: caption.to_owned(), ..ForecastBand::default() }.name(), name);
        }
    }

    #[test]
    fn a_level_that_is_no_percentage_is_not_told() {
        for (level_percent, text) in [(80.0, Some("80%")), (99.5, Some("99.5%")), (f64::NAN, None), (101.0, None)] {
            let band = ForecastBand { level_percent, ..ForecastBand::default() };
            assert_eq!(band.level_text().as_deref(), text);
        }
    }
}
