//! When KPIs will meet their targets, from their own history. A forecast is made once for the same history.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ::forecast::{Crossing, Forecast, MOST_STEPS, crossing};
use kpi::catalogue::Kpi;
use kpi::evaluation::{KpiStatus, actual_unit, history};
use kpi::shape::Goal;
use kpi::status::{Status, goal};
use kpi::unit::Dimension;

use crate::dashboard::Dashboard;
use crate::snapshot::Snapshot;
use storage::StoreError;

/// How far ahead is looked: two years. What lies further depends on more than a history.
const HORIZON_MS: i64 = 2 * 365 * DAY_MS;
const DAY_MS: i64 = 86_400_000;
/// How many values of the history are taken; a model needs fewer.
const MOST_VALUES: usize = 2_000;
/// A history of so many days is looked at by the day, however often it is observed.
const DAILY_FROM_DAYS: i64 = 14;

/// When a KPI meets a target.
#[derive(Debug, Clone, PartialEq)]
pub enum Outlook {
    /// It is met now.
    Met,
    /// The target is no number that grows: judged, recurring, or about findings.
    NoNumber,
    /// There is no forecast, and why.
    None(String),
    /// A forecast, and when it meets the target.
    At(Arc<Forecast>, Crossing),
}

/// A history, as far as it tells whether a forecast of it is still right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    count: usize,
    latest_ms: i64,
    value_bits: u64,
    step: i64,
}

/// A forecast, or a sentence that says why there is none.
pub type Made = Result<Arc<Forecast>, String>;

/// The forecasts that were made.
#[derive(Default)]
pub(crate) struct ForecastCache(Mutex<HashMap<String, (Seen, Made)>>);

impl Dashboard {
    /// When the KPI at `position` meets the target of `phase`.
    ///
    /// # Errors
    /// [`StoreError`] where the observations can't be read.
    pub async fn outlook(&self, snapshot: &Snapshot, position: usize, phase: u8) -> Result<Outlook, StoreError> {
        let catalogue = &*snapshot.catalogue;
        let (Some(kpi), Some(status)) = (catalogue.kpis.get(position), snapshot.evaluation.statuses.get(position))
        else {
            return Ok(Outlook::NoNumber);
        };
        let Some(goal) = kpi.target_shown_in(phase).and_then(|target| goal(kpi, target)) else {
            return Ok(Outlook::NoNumber);
        };
        let index = catalogue.phases.iter().position(|known| known.number == phase);
        let verdict = index.and_then(|index| status.by_phase.get(index));
        if verdict.is_some_and(|verdict| verdict.status == Status::Met) {
            return Ok(Outlook::Met);
        }
        if matches!(goal, Goal::Reached | Goal::NoFinding(_)) {
            return Ok(Outlook::NoNumber);
        }
        Ok(match self.forecast(snapshot, kpi, status).await? {
            Ok(forecast) => {
                let when = crossing(&forecast, goal);
                Outlook::At(forecast, when)
            }
            Err(reason) => Outlook::None(reason),
        })
    }

    /// The forecast of a KPI from what was known at the snapshot's instant, or a sentence that says why there is none.
    ///
    /// # Errors
    /// [`StoreError`] where the observations can't be read.
    pub async fn forecast(&self, snapshot: &Snapshot, kpi: &Kpi, status: &KpiStatus) -> Result<Made, StoreError> {
        let instant_ms = snapshot.evaluation.instant_ms;
        let Some(known) = status.known else { return Ok(Err("not enough data: it was never observed".to_owned())) };
        let Some(actual) = known.actual else { return Ok(Err("not enough data: it has no baseline yet".to_owned())) };
        let seen = Seen {
            count: known.count,
            latest_ms: known.latest_ms,
            value_bits: actual.to_bits(),
            step: instant_ms.div_euclid(kpi.cadence_ms.max(1)),
        };
        if let Some((_, made)) = self.forecasts.lock().get(&kpi.id).filter(|(of, _)| *of == seen) {
            return Ok(made.clone());
        }
        let series = self.read_series();
        let values = series.ask(|source| history(&snapshot.catalogue, kpi, source, instant_ms, MOST_VALUES)).await?;
        let made = forecast_of(kpi, &values, instant_ms).map(Arc::new);
        self.forecasts.lock().insert(kpi.id.clone(), (seen, made.clone()));
        Ok(made)
    }
}

impl ForecastCache {
    // Each entry is whole after every step, so a thread that died while it held the lock left nothing half done.
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Seen, Made)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn forecast_of(kpi: &Kpi, values: &[(i64, f64)], instant_ms: i64) -> Result<Forecast, String> {
    let step_ms = step_ms(kpi, values);
    let steps = usize::try_from(HORIZON_MS / step_ms).unwrap_or(MOST_STEPS).clamp(1, MOST_STEPS);
    let forecast = Forecast::of(values, step_ms, instant_ms, steps).map_err(|reason| reason.to_string())?;
    Ok(match actual_unit(kpi).dimension {
        // A reduction may be negative: it then got worse.
        Dimension::Percent if !kpi.shape.is_relative() => forecast.bounded(0.0, 100.0),
        Dimension::Score(maximum) => forecast.bounded(0.0, f64::from(maximum)),
        Dimension::Percent => forecast.bounded(f64::NEG_INFINITY, 100.0),
        Dimension::Money(_) => forecast,
        _ => forecast.bounded(0.0, f64::INFINITY),
    })
}

/// The distance of the values that are looked at: the KPI's cadence, but days where that is shorter and the history long.
fn step_ms(kpi: &Kpi, values: &[(i64, f64)]) -> i64 {
    let span_ms = match (values.first(), values.last()) {
        (Some((first_ms, _)), Some((last_ms, _))) => last_ms - first_ms,
        _ => 0,
    };
    if kpi.cadence_ms < DAY_MS && span_ms >= DAILY_FROM_DAYS * DAY_MS { DAY_MS } else { kpi.cadence_ms.max(1) }
}
