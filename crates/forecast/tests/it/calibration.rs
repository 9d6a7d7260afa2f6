//! How many values of synthetic series lie inside the intervals that were forecast for them.

use forecast::Forecast;

use crate::support::{DAY_MS, Noise, daily};

/// How many steps are forecast and compared.
const STEPS: usize = 12;
/// What a series is, and its values.
type Kind = (&'static str, fn(&mut Noise, usize) -> Vec<f64>);

/// Series that the models describe, or nearly.
const KINDS: [Kind; 5] = [
    ("trend and noise", |noise, count| numbered(count).map(|day| 0.3 * day + noise.next()).collect()),
    ("random walk", |noise, count| running(count, || noise.next())),
    ("random walk with drift", |noise, count| running(count, || 0.4 + noise.next())),
    ("saturating", |noise, count| {
        numbered(count).map(|day| 90.0 - 60.0 * (-day / 30.0).exp() + noise.next()).collect()
    }),
    ("level and noise", |noise, count| numbered(count).map(|_| 50.0 + noise.next()).collect()),
];

/// Series that they do not describe.
const OTHER_KINDS: [Kind; 4] = [
    ("weekly season", |noise, count| {
        numbered(count).map(|day| 5.0 * (day * std::f64::consts::TAU / 7.0).sin() + noise.next()).collect()
    }),
    ("exponential growth", |noise, count| {
        numbered(count).map(|day| 100.0 * (0.02 * day + 0.02 * noise.next()).exp()).collect()
    }),
    ("swings about a level", |noise, count| {
        let mut at = 0.0;
        running(count, || {
            let change = noise.next() - 0.3 * at;
            at += change;
            change
        })
    }),
    ("rare jumps", |noise, count| running(count, || if noise.next() > 1.3 { noise.next().abs() } else { 0.0 })),
];

fn numbered(count: usize) -> impl Iterator<Item = f64> {
    (0..u32::try_from(count).unwrap()).map(f64::from)
}

fn running(count: usize, mut change: impl FnMut() -> f64) -> Vec<f64> {
    let mut at = 100.0;
    std::iter::repeat_with(|| {
        at += change();
        at
    })
    .take(count)
    .collect()
}

/// What was seen of one kind of series.
#[derive(Default)]
struct Seen {
    forecasts: f64,
    inside: f64,
    compared: f64,
    told_percent: f64,
    error: f64,
    no_change_error: f64,
    widened_by: f64,
}

impl Seen {
    fn add(&mut self, other: &Self) {
        self.forecasts += other.forecasts;
        self.inside += other.inside;
        self.compared += other.compared;
        self.told_percent += other.told_percent;
        self.error += other.error;
        self.no_change_error += other.no_change_error;
        self.widened_by += other.widened_by;
    }

    fn coverage_percent(&self) -> f64 {
        100.0 * self.inside / self.compared
    }

    fn print(&self, name: &str) {
        println!(
            "{name}: {} series, {:.1} % inside (back-tests say {:.1} %), error {:.2} of that of \"no change\", widened {:.2}",
            self.forecasts,
            self.coverage_percent(),
            self.told_percent / self.forecasts,
            self.error / self.no_change_error,
            self.widened_by / self.forecasts,
        );
    }
}

/// Forecasts `series` of 16 to 172 values, one for each seed, and compares what comes after.
fn seen(series: fn(&mut Noise, usize) -> Vec<f64>, seeds: std::ops::Range<u64>) -> Seen {
    let mut all = Seen::default();
    for seed in seeds {
        let bins = 16 + usize::try_from(seed % 40).unwrap() * 4;
        let values = series(&mut Noise::new(seed), bins + STEPS);
        let (known, later) = values.split_at(bins);
        let now_ms = i64::try_from(bins - 1).unwrap() * DAY_MS;
        // A series that did not move yet has no forecast, and none is counted.
        let Ok(forecast) = Forecast::of(&daily(known), DAY_MS, now_ms, STEPS) else { continue };
        for (point, value) in forecast.points.iter().zip(later) {
            all.inside += f64::from(u8::from((point.lower..=point.upper).contains(value)));
            all.compared += 1.0;
            all.error += (point.mean - value).abs();
            all.no_change_error += (known[bins - 1] - value).abs();
        }
        all.forecasts += 1.0;
        all.told_percent += forecast.back_test.coverage_percent;
        all.widened_by += forecast.back_test.widened_by;
    }
    all
}

#[test]
fn eighty_percent_intervals_cover_about_eighty_percent() {
    let mut all = Seen::default();
    for (name, series) in KINDS {
        let kind = seen(series, 0..40);
        kind.print(name);
        all.add(&kind);
    }
    all.print("all");
    assert!((all.forecasts - 200.0).abs() < 0.5, "every series has a forecast");
    assert!((70.0..=90.0).contains(&all.coverage_percent()), "{}", all.coverage_percent());
    let told_percent = all.told_percent / all.forecasts;
    assert!((all.coverage_percent() - told_percent).abs() < 5.0, "the back-tests say {told_percent}");
    assert!(all.error < all.no_change_error);
}

#[test]
fn series_that_no_model_describes_are_still_covered_by_the_widened_intervals() {
    for (name, series) in OTHER_KINDS {
        let kind = seen(series, 0..40);
        kind.print(name);
        assert!((60.0..=97.0).contains(&kind.coverage_percent()), "{name}: {}", kind.coverage_percent());
    }
}
