//! Measures how long the forecasts of a whole framework take: 110 KPIs with 400 bins each.
//!
//! `cargo run --release -p forecast --example measure`
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::time::Instant;

use forecast::Forecast;

const DAY_MS: i64 = 86_400_000;
const KPIS: u32 = 110;

fn main() {
    let histories: Vec<Vec<(i64, f64)>> = (0..KPIS).map(history).collect();
    let start = Instant::now();
    let points: usize = histories
        .iter()
        .filter_map(|history| Forecast::of(history, DAY_MS, 400 * DAY_MS, 90).ok())
        .map(|forecast| forecast.points.len())
        .sum();
    let elapsed_ms = start.elapsed().as_secs_f64() * 1_000.0;
    println!(
        "{KPIS} forecasts of 400 bins, {points} points: {elapsed_ms:.0} ms, {:.2} ms each",
        elapsed_ms / f64::from(KPIS)
    );
}

/// A rising series with pseudo-random noise, another one for each `seed`.
fn history(seed: u32) -> Vec<(i64, f64)> {
    let mut state = seed;
    (0..400_i32)
        .map(|day| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (i64::from(day) * DAY_MS, f64::from(day) * 0.05 + f64::from(state >> 16) / 6_553.6)
        })
        .collect()
}
