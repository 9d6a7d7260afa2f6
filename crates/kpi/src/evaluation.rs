//! The status of every KPI at an instant: one pure function of catalogue, observations and instant.

mod pages;
mod past;
mod since;
mod source;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::catalogue::{Catalogue, Kpi};
use crate::measure;
use crate::pace::{self, Pace};
use crate::point::{self, Observations, Origin};
use crate::shape::Shape;
use crate::status::{Compared, Verdict, verdict};
use crate::target::Recurrence;
use crate::unit::{Dimension, Unit};

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
pub fn evaluate(catalogue: &Catalogue, observations: &dyn Observations, instant_ms: i64) -> Evaluation {
    let statuses =
        (0..catalogue.kpis.len()).filter_map(|kpi| evaluate_one(catalogue, kpi, observations, instant_ms)).collect();
    Evaluation { instant_ms, statuses }
}

/// The status of the KPI at `position`; `None` where the catalogue has no such position.
pub fn evaluate_one(
    catalogue: &Catalogue,
    position: usize,
    observations: &dyn Observations,
    instant_ms: i64,
) -> Option<KpiStatus> {
    let source = Source::new(catalogue, catalogue.kpis.get(position)?, observations);
    Some(status_of(catalogue, position, &source, instant_ms))
}

fn status_of(catalogue: &Catalogue, position: usize, source: &Source<'_>, instant_ms: i64) -> KpiStatus {
    let known = source.known(instant_ms);
    let verdict_in = |phase| verdict_in(catalogue, source.kpi, known, phase);
    KpiStatus {
        kpi: position,
        known,
        current: verdict_in(catalogue.policy.current_phase),
        by_phase: catalogue.phases.iter().map(|phase| verdict_in(phase.number)).collect(),
        pace: known.and_then(|known| pace::of(catalogue, source, known.actual?, instant_ms)),
    }
}

fn verdict_in(catalogue: &Catalogue, kpi: &Kpi, known: Option<Known>, phase: u8) -> Verdict {
    let compared = match known {
        Some(Known { actual: Some(actual), stale, .. }) => Compared::Value { actual, stale },
        _ => Compared::Nothing,
    };
    verdict(kpi, &catalogue.policy, kpi.target_shown_in(phase), compared)
}

/// What is known of a KPI's value at an instant, without a verdict.
pub fn known(catalogue: &Catalogue, kpi: &Kpi, observations: &dyn Observations, instant_ms: i64) -> Option<Known> {
    Source::new(catalogue, kpi, observations).known(instant_ms)
}

/// How many observations about times up to `instant_ms`, of every series that the KPI reads, were recorded after it.
///
/// Where it is not zero, the KPI's status as of then may differ from the one that was shown then, which
/// [`point::AsKnownAt`] gives back.
pub fn corrections(catalogue: &Catalogue, kpi: &Kpi, observations: &dyn Observations, instant_ms: i64) -> usize {
    let of = |series: &str| {
        let late = point::corrections(observations.points(series), instant_ms);
        // What was superseded by nothing is a correction too; what another one superseded is counted by that one.
        let counted_then = |it: &&point::Superseded| {
            it.point.time_ms <= instant_ms && it.point.recorded_ms <= instant_ms && it.superseded_ms > instant_ms
        };
        late.max(observations.superseded(series).iter().filter(counted_then).count())
    };
    measure::series_of(catalogue, &kpi.measure).into_iter().map(of).sum()
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
