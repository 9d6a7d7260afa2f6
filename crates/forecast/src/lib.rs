//! Forecasts: when a KPI is expected to meet a target, how sure that is, and when a gate may open.
//!
//! Pure: it reads no clock, draws no random number and keeps no state. Equal input gives equal output. The method, its
//! sources and its limits stand in `docs/forecasts.md`.

pub mod back_test;
pub mod crossing;
mod forecast;
mod grid;
pub mod model;
mod no_forecast;
mod number;
mod scale;
mod smoothing;

pub use back_test::BackTest;
pub use crossing::{Crossing, crossing, gate};
pub use forecast::{Forecast, ForecastPoint, LEVEL_PERCENT, MOST_STEPS};
pub use grid::{MOST_BINS, NEEDED_BINS};
pub use model::Model;
pub use no_forecast::NoForecast;
