//! The status of every KPI at an instant: one pure function of catalogue, observations and instant.

mod pages;
mod past;
mod since;
mod source;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::catalogue::{Catalogue, Kpi};
use crate::measure::{self, Span};
use crate::pace::{self, Pace};
use crate::point::{Origin, Pending};
use crate::shape::Shape;
use crate::status::{Compared, Verdict, verdict};
use crate::target::Recurrence;
use crate::unit::{Dimension, Unit};
use crate::window::{Ask, Samples, WindowAggregate, WindowSource};

pub use pages::{After, Pages};
pub use past::history;
pub use since::{Since, status_since};
pub(crate) use source::Source;

/// What is known of a KPI's value at an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// The aggregated or computed value, in the base unit.
    pub value: f64,
    /// The number that targets are about: the value, or its improvement over the baseline; `None` where that is
    /// undefined.
    pub actual: Option<f64>,
    /// The baseline, in the base unit, where the KPI is relative to one.
    pub baseline: Option<f64>,
    /// The time of the latest observation.
    pub latest_ms: i64,
    /// Where the latest observation came from.
    pub origin: Origin,
    /// How many observations lie in the window.
    pub count: usize,
    /// Whether the latest observation is older than twice the cadence.
    pub stale: bool,
    /// Part and whole, in base units, of a computed ratio or share.
    pub parts: Option<(f64, f64)>,
    /// Whether the value was computed by the catalogue's derived measurement, not recorded as it is.
    pub computed: bool,
}

/// The status of one KPI at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct KpiStatus {
    /// The position of the KPI in the catalogue.
    pub kpi: usize,
    /// Its value, if it has one.
    pub known: Option<Known>,
    /// The verdict against the current phase's target, or the standing one.
    pub current: Verdict,
    /// The verdict against each phase's target, in the order of the catalogue's phases.
    pub by_phase: Vec<Verdict>,
    /// How it stands against the path to the current phase's target, where there is such a path.
    pub pace: Option<Pace>,
}

/// Every status at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The instant, in milliseconds since the Unix epoch.
    pub instant_ms: i64,
    /// One status for each KPI, in the order of the catalogue.
    pub statuses: Vec<KpiStatus>,
}

/// The status of every KPI of the catalogue, as known at `instant_ms`.
///
/// # Errors
/// [`Pending`] where the source has not everything at hand.
pub fn evaluate(catalogue: &Catalogue, source: &dyn WindowSource, instant_ms: i64) -> Result<Evaluation, Pending> {
    // All are asked, so that what is missing of all is loaded at once.
    let statuses: Vec<_> =
        (0..catalogue.kpis.len()).map(|kpi| evaluate_one(catalogue, kpi, source, instant_ms)).collect();
    let statuses = statuses.into_iter().collect::<Result<Vec<_>, Pending>>()?.into_iter().flatten().collect();
    Ok(Evaluation { instant_ms, statuses })
}

/// The status of the KPI at `position`; `None` where the catalogue has no such position.
///
/// # Errors
/// [`Pending`] where the source has not everything at hand.
pub fn evaluate_one(
    catalogue: &Catalogue,
    position: usize,
    source: &dyn WindowSource,
    instant_ms: i64,
) -> Result<Option<KpiStatus>, Pending> {
    let Some(kpi) = catalogue.kpis.get(position) else { return Ok(None) };
    let source = Source::new(catalogue, kpi, source)?;
    status_of(catalogue, position, &source, instant_ms).map(Some)
}

fn status_of(
    catalogue: &Catalogue,
    position: usize,
    source: &Source<'_>,
    instant_ms: i64,
) -> Result<KpiStatus, Pending> {
    let known = source.known(instant_ms)?;
    let verdict_in = |phase| verdict_in(catalogue, source.kpi, known, phase);
    let pace = match known.and_then(|known| known.actual) {
        Some(actual) => pace::of(catalogue, source, actual, instant_ms)?,
        None => None,
    };
    Ok(KpiStatus {
        kpi: position,
        known,
        current: verdict_in(catalogue.policy.current_phase),
        by_phase: catalogue.phases.iter().map(|phase| verdict_in(phase.number)).collect(),
        pace,
    })
}

fn verdict_in(catalogue: &Catalogue, kpi: &Kpi, known: Option<Known>, phase: u8) -> Verdict {
    let compared = match known {
        Some(Known { actual: Some(actual), stale, .. }) => Compared::Value { actual, stale },
        _ => Compared::Nothing,
    };
    verdict(kpi, &catalogue.policy, kpi.target_shown_in(phase), compared)
}

/// What is known of a KPI's value at an instant, without a verdict.
///
/// # Errors
/// [`Pending`] where the source has not everything at hand.
pub fn known(
    catalogue: &Catalogue,
    kpi: &Kpi,
    source: &dyn WindowSource,
    instant_ms: i64,
) -> Result<Option<Known>, Pending> {
    Source::new(catalogue, kpi, source)?.known(instant_ms)
}

/// How many observations about times up to `instant_ms`, of every series that the KPI reads, were recorded after it.
///
/// Where it is not zero, the KPI's status as of then may differ from the one that was shown then, which
/// [`crate::window::AsKnownAt`] gives back.
///
/// # Errors
/// [`Pending`] where the source has not everything at hand.
pub fn corrections(
    catalogue: &Catalogue,
    kpi: &Kpi,
    source: &dyn WindowSource,
    instant_ms: i64,
) -> Result<usize, Pending> {
    let span = Span { from_ms: i64::MIN, until_ms: instant_ms };
    let of = |series| Ask(source).things(Samples::all(series), span, WindowAggregate::Corrections(instant_ms));
    let counts: Vec<_> = measure::series_of(catalogue, &kpi.measure).into_iter().map(of).collect();
    counts.into_iter().sum()
}

/// When something done at `done_ms` is due again, by the calendar in UTC.
pub fn due_ms(period: Recurrence, done_ms: i64) -> Option<i64> {
    use jiff::ToSpan;
    let span = match period {
        Recurrence::Daily => 1.day(),
        Recurrence::Weekly => 1.week(),
        Recurrence::Monthly => 1.month(),
        Recurrence::Quarterly => 3.months(),
        Recurrence::Yearly => 1.year(),
    };
    let done = Timestamp::from_millisecond(done_ms).ok()?.to_zoned_datetime(TimeZone::UTC);
    done.checked_add(span).ok().map(|due| due.timestamp().as_millisecond())
}

/// The unit in which [`Known::actual`] and [`history`] are shown: the KPI's own, that of the improvement, or for what recurs
/// a verdict, whether it was done in time.
pub fn actual_unit(kpi: &Kpi) -> Unit {
    let improvement = |dimension, symbol: &str| Unit { dimension, scale: 1.0, symbol: symbol.to_owned() };
    match kpi.shape {
        Shape::Multiple => improvement(Dimension::Factor, "x"),
        Shape::Reduction => improvement(Dimension::Percent, "%"),
        Shape::Recurrence => improvement(Dimension::Judged, "judged"),
        _ => kpi.unit.clone(),
    }
}
