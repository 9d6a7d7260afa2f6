//! Error budgets of KPIs near 100 %, and how fast they are spent.
//!
//! A target of 99.5 % allows 0.5 % of errors: the budget. The burn rate is the share of errors divided by the budget; at 1
//! the budget lasts exactly as long as it is meant to. Windows and factors are those of "The Site Reliability Workbook"
//! (Beyer et al. 2018), chapter 5, "Alerting on SLOs", method 6: multiwindow, multi-burn-rate alerts over 30 days.

use crate::alert::Severity;
use crate::catalogue::{Catalogue, Kpi};
use crate::display;
use crate::measure::{Span, Statistic, value_over};
use crate::point::Pending;
use crate::shape::{Goal, Shape};
use crate::status::goal;
use crate::window::{Ask, Samples, WindowAggregate, WindowSource};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// How long a budget is meant to last.
pub const PERIOD_MS: i64 = 30 * DAY_MS;

/// Factor, long window, short window and severity of each rule, the fastest first. They spend 2 %, 5 %, 10 % and 10 % of the
/// budget in their long window.
pub const RULES: [(f64, i64, i64, Severity); 4] = [
    (14.4, HOUR_MS, 5 * MINUTE_MS, Severity::Red),
    (6.0, 6 * HOUR_MS, 30 * MINUTE_MS, Severity::Red),
    (3.0, DAY_MS, 2 * HOUR_MS, Severity::Yellow),
    (1.0, 3 * DAY_MS, 6 * HOUR_MS, Severity::Yellow),
];

/// A rate this share above a factor is still the factor itself: 100 - 85.6 is more than 14.4 in binary.
const ROUNDING: f64 = 1e-9;

/// The error budget of one KPI at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// The position of the KPI in the catalogue.
    pub kpi: usize,
    /// Its target, in percent.
    pub target: f64,
    /// The errors that the target allows, in percent; 0 for a target of 100 %.
    pub budget_percent: f64,
    /// The share of the budget that is spent over the KPI's own window; may exceed 1, and is infinite where errors meet a
    /// target of 100 %. `None` without a value.
    pub spent_share: Option<f64>,
    /// The burn rates, in the order of [`RULES`].
    pub windows: Vec<BurnWindow>,
    /// All of it in a sentence.
    pub sentence: String,
}

/// The burn rates of one rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BurnWindow {
    /// The rate that both windows must exceed.
    pub factor: f64,
    /// How bad it is if they do.
    pub severity: Severity,
    /// The length of the long window in milliseconds.
    pub long_ms: i64,
    /// The length of the short window in milliseconds.
    pub short_ms: i64,
    /// The rate over the long window; infinite where errors meet a target of 100 %, `None` without a value.
    pub long: Option<f64>,
    /// The rate over the short window, likewise.
    pub short: Option<f64>,
    /// Whether both exceed the factor.
    pub burning: bool,
}

impl BurnWindow {
    /// Whether both rates exceed the factor; `None` where a rate is missing and the other one does not settle it.
    pub fn verdict(&self) -> Option<bool> {
        let exceeds = |rate: Option<f64>| rate.map(|rate| rate > self.factor * (1.0 + ROUNDING));
        match (exceeds(self.long), exceeds(self.short)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }
}

impl Budget {
    /// Whether any rule can be judged.
    pub fn is_known(&self) -> bool {
        self.windows.iter().any(|window| window.verdict().is_some())
    }

    /// The worst rule that is exceeded.
    pub fn burning_at_least(&self) -> Option<Severity> {
        self.windows.iter().filter(|window| window.burning).map(|window| window.severity).max()
    }

    /// The worst rule that is not known to be kept.
    pub fn burning_at_most(&self) -> Option<Severity> {
        self.windows.iter().filter(|window| window.verdict() != Some(false)).map(|window| window.severity).max()
    }
}

/// The budget of every KPI near 100 % that has a target in the current phase: of a derived one from its series, otherwise,
/// and where no series is sent, from its raw observations.
///
/// # Errors
/// [`Pending`] where the source has not everything at hand.
pub fn budgets(catalogue: &Catalogue, source: &dyn WindowSource, instant_ms: i64) -> Result<Vec<Budget>, Pending> {
    budgets_by(catalogue, instant_ms, &|kpi, from_ms, until_ms| {
        if let Some(measure) = catalogue.measure(&kpi.measure)
            && let Some(derived) = value_over(catalogue, measure, source, Span { from_ms, until_ms })?
        {
            return Ok(Some(derived.value));
        }
        raw_mean(kpi, source, from_ms, until_ms)
    })
}

/// Gives a KPI's mean value in percent after one instant and up to another.
pub type MeanOver<'a, E> = &'a dyn Fn(&Kpi, i64, i64) -> Result<Option<f64>, E>;

/// Like [`budgets`], where `mean_over` gives a KPI's mean value in percent after one instant and up to another.
///
/// # Errors
/// What `mean_over` gives.
pub fn budgets_by<E>(catalogue: &Catalogue, instant_ms: i64, mean_over: MeanOver<'_, E>) -> Result<Vec<Budget>, E> {
    let mut budgets = Vec::new();
    for (position, kpi) in catalogue.kpis.iter().enumerate().filter(|(_, kpi)| kpi.shape == Shape::NearHundred) {
        let target = kpi.target_shown_in(catalogue.policy.current_phase);
        let Some(Goal::AtLeast(target) | Goal::Above(target)) = target.and_then(|target| goal(kpi, target)) else {
            continue;
        };
        let over = |length_ms: i64| mean_over(kpi, instant_ms.saturating_sub(length_ms), instant_ms);
        budgets.push(budget(position, kpi, target, &over)?);
    }
    Ok(budgets)
}

/// The mean of the KPI's raw observations after `from_ms` and up to `until_ms`; `None` where there is none.
///
/// # Errors
/// [`Pending`] where the source has not everything at hand.
pub fn raw_mean(kpi: &Kpi, source: &dyn WindowSource, from_ms: i64, until_ms: i64) -> Result<Option<f64>, Pending> {
    let mean = WindowAggregate::Statistic(Statistic::Mean);
    Ok(Ask(source).number(Samples::all(&kpi.measure), Span { from_ms, until_ms }, mean)?.0)
}

fn budget<E>(
    position: usize,
    kpi: &Kpi,
    target: f64,
    mean_over: &dyn Fn(i64) -> Result<Option<f64>, E>,
) -> Result<Budget, E> {
    let rate = |length_ms: i64| Ok(mean_over(length_ms)?.map(|mean| burn_rate(target, mean)));
    let mut windows: Vec<BurnWindow> = Vec::with_capacity(RULES.len());
    for (factor, long_ms, short_ms, severity) in RULES {
        let (long, short) = (rate(long_ms)?, rate(short_ms)?);
        let window = BurnWindow { factor, severity, long_ms, short_ms, long, short, burning: false };
        windows.push(BurnWindow { burning: window.verdict() == Some(true), ..window });
    }
    let spent_share = rate(kpi.window_ms)?;
    let sentence = sentence(target, kpi.window_ms, spent_share, &windows);
    Ok(Budget { kpi: position, target, budget_percent: (100.0 - target).max(0.0), spent_share, windows, sentence })
}

/// Errors divided by what the target allows; infinite for any error where it allows none.
fn burn_rate(target: f64, mean: f64) -> f64 {
    let (errors, allowed) = ((100.0 - mean).max(0.0), 100.0 - target);
    match (errors > 0.0, allowed > 0.0) {
        (false, _) => 0.0,
        (true, true) => errors / allowed,
        (true, false) => f64::INFINITY,
    }
}

fn sentence(target: f64, window_ms: i64, spent_share: Option<f64>, windows: &[BurnWindow]) -> String {
    let burning = windows.iter().find(|window| window.burning).and_then(|window| Some((window, window.long?)));
    match (burning, spent_share) {
        (Some((window, rate)), _) if rate.is_infinite() => {
            format!("The target of 100% allows no error, and the last {} had some.", one_length(window.long_ms))
        }
        (Some((window, rate)), _) => format!(
            "The last {} spent the 30-day error budget {} times as fast as allowed: at that rate a whole budget lasts {}.",
            one_length(window.long_ms),
            display::number(rate, 3),
            lifetime(rate),
        ),
        (None, None) => {
            format!("There is no value of the last {}, so nothing is known of the error budget.", one_length(window_ms))
        }
        (None, Some(share)) if share.is_infinite() => {
            format!("The target of 100% allows no error, and the last {} had some.", one_length(window_ms))
        }
        (None, Some(_)) if target >= 100.0 => {
            format!("The target of 100% allows no error, and the last {} had none.", one_length(window_ms))
        }
        (None, Some(share)) => format!(
            "{}% of the error budget of the last {} is spent.",
            display::number(share * 100.0, 3),
            one_length(window_ms),
        ),
    }
}

/// How long a whole budget lasts at a burn rate.
fn lifetime(rate: f64) -> String {
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "between zero and thirty days")]
    let left_ms = (PERIOD_MS as f64 / rate) as i64;
    length(left_ms)
}

/// A length of time in its two largest units, rounded down: `1 day 20 hours`.
fn length(length_ms: i64) -> String {
    let counted = |count: i64, unit: &str| match count {
        0 => None,
        1 => Some(format!("1 {unit}")),
        _ => Some(format!("{count} {unit}s")),
    };
    let (days, hours, minutes) = (length_ms / DAY_MS, length_ms % DAY_MS / HOUR_MS, length_ms % HOUR_MS / MINUTE_MS);
    let parts = if days > 0 {
        [counted(days, "day"), counted(hours, "hour")]
    } else {
        [counted(hours, "hour"), counted(minutes, "minute")]
    };
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if text.is_empty() { "less than a minute".to_owned() } else { text }
}

/// A length of time after "the last": `hour`, `6 hours`, `day`.
fn one_length(length_ms: i64) -> String {
    let text = length(length_ms);
    match text.strip_prefix("1 ") {
        Some(unit) if !unit.contains(' ') => unit.to_owned(),
        _ => text,
    }
}
