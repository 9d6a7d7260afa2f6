//! Forecasts in sentences.

use ::forecast::{Crossing, Forecast};

use crate::forecasts::Outlook;
use crate::instant;

/// When a KPI may meet its target, a sentence.
pub fn sentence(outlook: &Outlook) -> String {
    match outlook {
        Outlook::Met => "Met now.".to_owned(),
        Outlook::NoNumber => "No forecast: the target is judged, not a number that grows.".to_owned(),
        Outlook::None(reason) => format!("No forecast: {reason}."),
        Outlook::At(forecast, crossing) => dates(*crossing, forecast.level_percent),
    }
}

/// When something may be reached: a date with its interval.
pub fn dates(crossing: Crossing, level_percent: f64) -> String {
    let far = || "later than two years from now".to_owned();
    let date = |time_ms: Option<i64>| time_ms.map_or_else(far, instant::date);
    match (crossing.earliest_ms, crossing.expected_ms) {
        (None, None) => "At the present trend not within two years.".to_owned(),
        (earliest, None) => {
            format!("At the present trend not within two years; with luck on {} (1 chance in 10).", date(earliest))
        }
        (earliest, Some(expected)) => format!(
            "About {} ({level_percent}% interval: {} to {}).",
            instant::date(expected),
            date(earliest),
            date(crossing.latest_ms)
        ),
    }
}

/// How well the method did on the held-out end of this very series, a sentence.
pub fn back_test(forecast: &Forecast) -> String {
    let test = &forecast.back_test;
    let widened = if test.widened_by >= 1.05 {
        format!(" after they were made {:.1} times as wide", test.widened_by)
    } else {
        String::new()
    };
    let against = if test.beats_no_change() { "better than" } else { "no better than" };
    format!(
        "By {} from {} values. Tested on {} held-out values of this series: {:.0}% lay inside the {}% interval{widened}; the \
         expected value was {against} \"no change\".",
        forecast.model.name(),
        forecast.bins,
        test.compared,
        test.coverage_percent,
        forecast.level_percent
    )
}
