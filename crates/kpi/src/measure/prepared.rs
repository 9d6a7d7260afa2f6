//! A derived measurement and whom it asks, at many instants.

use super::series::DEPTH;
use super::{Derived, Measure, Operand, Rule, Span, Window};
use crate::aggregate::as_f64;
use crate::catalogue::Catalogue;
use crate::point::{Pending, Point};
use crate::unit::Dimension;
use crate::window::{Ask, Samples, WindowAggregate, WindowSource};

const EVER: Span = Span { from_ms: i64::MIN, until_ms: i64::MAX };

/// A derived measurement over the samples of one source.
pub(crate) struct Prepared<'a> {
    measure: &'a Measure,
    window: Window,
    /// Part and whole of a ratio.
    sides: Option<[Side<'a>; 2]>,
    ask: Ask<'a>,
}

enum Side<'a> {
    Count(Samples<'a>),
    Sum(Samples<'a>),
    Measure(Box<Prepared<'a>>),
    /// Another measurement that the catalogue does not have, or that refers back to this one.
    Nothing,
}

/// A number, how many samples it is of, and what it was divided of.
struct Computed {
    value: f64,
    count: usize,
    parts: Option<(f64, f64)>,
}

impl Computed {
    fn plain(value: Option<f64>, count: usize) -> Option<Self> {
        value.map(|value| Self { value, count, parts: None })
    }
}

impl<'a> Prepared<'a> {
    pub(crate) fn new(
        catalogue: &'a Catalogue,
        measure: &'a Measure,
        kpi_window_ms: i64,
        source: &'a dyn WindowSource,
    ) -> Self {
        Self::at_depth(catalogue, measure, kpi_window_ms, source, DEPTH)
    }

    fn at_depth(
        catalogue: &'a Catalogue,
        measure: &'a Measure,
        kpi_window_ms: i64,
        source: &'a dyn WindowSource,
        depth: usize,
    ) -> Self {
        let side = |operand: &'a Operand| match operand {
            Operand::Count(of) => Side::Count(Samples::of(of)),
            Operand::Sum(of) => Side::Sum(Samples::of(of)),
            Operand::Measure(id) => match (catalogue.measure(id), depth.checked_sub(1)) {
                (Some(other), Some(depth)) => {
                    Side::Measure(Box::new(Self::at_depth(catalogue, other, kpi_window_ms, source, depth)))
                }
                _ => Side::Nothing,
            },
        };
        let sides = match &measure.rule {
            Rule::Ratio { part, whole } => Some([side(part), side(whole)]),
            _ => None,
        };
        let window = measure.window.clone().unwrap_or(Window::Rolling(kpi_window_ms));
        Self { measure, window, sides, ask: Ask(source) }
    }

    pub(crate) fn window(&self) -> &Window {
        &self.window
    }

    /// The value at an instant, over the measurement's own window.
    pub(crate) fn at(&self, instant_ms: i64) -> Result<Option<Derived>, Pending> {
        match (self.window.span(instant_ms), self.window.span_before(instant_ms)) {
            (Some(span), Some(before)) => self.over(span, before, instant_ms),
            _ => Ok(None),
        }
    }

    /// The value over `span`; `before` is the stretch before it. The latest sample is taken up to `instant_ms`.
    pub(crate) fn over(&self, span: Span, before: Span, instant_ms: i64) -> Result<Option<Derived>, Pending> {
        // Both are asked for, so that what is missing of both is loaded at once.
        let (latest, computed) = (self.latest(instant_ms), self.compute(span, before));
        let (Some(latest), Some(Computed { value, count, parts })) = (latest?, computed?) else { return Ok(None) };
        let (latest_ms, origin) = (latest.time_ms, latest.origin);
        Ok(Some(Derived { value, latest_ms, origin, count, window: span, parts }))
    }

    /// Whether it is a number of the values of samples, so that without samples there is none. Counting gives zero.
    pub(crate) fn needs_samples(&self) -> bool {
        matches!(
            self.measure.rule,
            Rule::Statistic(..) | Rule::OfEach { .. } | Rule::Last(_) | Rule::Duration { .. } | Rule::NetPromoter(_)
        )
    }

    /// The last instant at which a sample of `latest_ms`, its latest one, lets its value count as fresh. `by_cadence_ms` is
    /// the one that the cadence alone gives.
    pub(crate) fn fresh_until_ms(&self, latest_ms: i64, by_cadence_ms: i64) -> i64 {
        let in_window_ms = self.window.last_with(latest_ms).unwrap_or(by_cadence_ms);
        match (&self.measure.rule, &self.window) {
            // Nobody promises that events come at a cadence: a window that holds one is no sign of a broken source.
            (Rule::Count(_) | Rule::Sum(_) | Rule::Rate(_) | Rule::Distinct { .. } | Rule::Duration { .. }, _) => {
                by_cadence_ms.max(in_window_ms)
            }
            (Rule::Statistic(..) | Rule::OfEach { .. } | Rule::NetPromoter(_), Window::Rolling(_)) => {
                by_cadence_ms.min(in_window_ms)
            }
            _ => by_cadence_ms,
        }
    }

    /// The latest sample up to an instant that speaks for the value, as [`Derived::latest_ms`] describes.
    pub(crate) fn latest(&self, instant_ms: i64) -> Result<Option<Point>, Pending> {
        match &self.measure.rule {
            Rule::Duration { to, .. } => self.ask.latest(Samples::of(to), instant_ms),
            _ if self.needs_samples() => self.latest_selected(instant_ms),
            _ => {
                let of_series = |of: &Samples<'_>| self.ask.latest(Samples::all(of.series), instant_ms);
                latest_of(self.selections().iter().map(of_series))
            }
        }
    }

    /// The latest sample of its selections up to an instant.
    pub(crate) fn latest_selected(&self, instant_ms: i64) -> Result<Option<Point>, Pending> {
        latest_of(self.selections().into_iter().map(|of| self.ask.latest(of, instant_ms)))
    }

    /// From when on it gives the value: the time of the first sample of its selections; where each entity counts once, of the
    /// sample with which there were enough of them for the first time, so that a few don't put an end to what was known before.
    pub(crate) fn first_ms(&self) -> Result<Option<i64>, Pending> {
        if let Rule::OfEach { of, entity, .. } = &self.measure.rule {
            let nth = WindowAggregate::NthEntity { entity, nth: self.minimum().max(1) };
            return Ok(self.ask.sample(Samples::of(of), EVER, nth)?.map(|sample| sample.time_ms));
        }
        let firsts: Vec<_> =
            self.selections().into_iter().map(|of| self.ask.sample(of, EVER, WindowAggregate::First)).collect();
        let firsts = firsts.into_iter().collect::<Result<Vec<_>, Pending>>()?;
        Ok(firsts.into_iter().flatten().map(|sample| sample.time_ms).min())
    }

    fn selections(&self) -> Vec<Samples<'a>> {
        match &self.sides {
            Some(sides) => sides.iter().flat_map(Side::selections).collect(),
            None => self.measure.rule.selections().into_iter().map(Samples::of).collect(),
        }
    }

    fn compute(&self, span: Span, before: Span) -> Result<Option<Computed>, Pending> {
        let ask = self.ask;
        let number = |of, aggregate| {
            let (value, count) = ask.number(Samples::of(of), span, aggregate)?;
            Ok(Computed::plain(value, count))
        };
        let computed = match &self.measure.rule {
            Rule::Count(of) => {
                let count = ask.count(Samples::of(of), span)?;
                Computed::plain(Some(as_f64(count)), count)
            }
            Rule::Sum(of) => {
                let (sum, count) = ask.sum(Samples::of(of), span)?;
                Computed::plain(Some(sum), count)
            }
            Rule::Statistic(of, statistic) => number(of, WindowAggregate::Statistic(*statistic))?,
            Rule::OfEach { of, entity, statistic } => {
                number(of, WindowAggregate::OfEach { entity, statistic: *statistic })?
            }
            // However old: the latest value stands until there is another one.
            Rule::Last(of) => {
                let (latest, count) = (ask.latest(Samples::of(of), span.until_ms), ask.count(Samples::of(of), span));
                Computed::plain(latest?.map(|latest| latest.value), count?.max(1))
            }
            Rule::Ratio { .. } => self.ratio(span, before)?,
            Rule::Rate(of) => {
                let count = ask.count(Samples::of(of), span)?;
                Computed::plain(Some(as_f64(count) / span.days()), count)
            }
            Rule::Share { of, among, entity, among_before } => {
                let among_span = if *among_before { before } else { span };
                let share = WindowAggregate::Share { entity, among: Samples::of(among), among_span };
                let (both, among) = ask.share(Samples::of(of), span, share)?;
                ratio(as_f64(both), as_f64(among), 100.0, among)
            }
            Rule::Distinct { of, entity } => {
                let of = Samples::of(of);
                let (distinct, count) = (ask.things(of, span, WindowAggregate::Distinct(entity)), ask.count(of, span));
                Computed::plain(Some(as_f64(distinct?)), count?)
            }
            Rule::Duration { from, to, entity, statistic } => {
                let from = Samples::of(from);
                number(to, WindowAggregate::Durations { from, entity, statistic: *statistic })?
            }
            Rule::NetPromoter(of) => net_promoter(ask.promoters(Samples::of(of), span)?),
        };
        Ok(computed.filter(|computed| computed.count >= self.minimum() && computed.value.is_finite()))
    }

    fn ratio(&self, span: Span, before: Span) -> Result<Option<Computed>, Pending> {
        let Some([part, whole]) = &self.sides else { return Ok(None) };
        let (part, whole) = (part.value(self.ask, span, before), whole.value(self.ask, span, before));
        let (Some((part, _)), Some((whole, count))) = (part?, whole?) else { return Ok(None) };
        let scale = if self.measure.unit.dimension == Dimension::Percent { 100.0 } else { 1.0 };
        Ok(ratio(part, whole, scale, count))
    }

    fn minimum(&self) -> usize {
        usize::try_from(self.measure.minimum).unwrap_or(usize::MAX)
    }
}

impl<'a> Side<'a> {
    /// The number and how many samples it is of.
    fn value(&self, ask: Ask<'_>, span: Span, before: Span) -> Result<Option<(f64, usize)>, Pending> {
        Ok(match self {
            Self::Count(of) => {
                let count = ask.count(*of, span)?;
                Some((as_f64(count), count))
            }
            Self::Sum(of) => Some(ask.sum(*of, span)?),
            Self::Measure(other) => other.compute(span, before)?.map(|computed| (computed.value, computed.count)),
            Self::Nothing => None,
        })
    }

    fn selections(&self) -> Vec<Samples<'a>> {
        match self {
            Self::Count(of) | Self::Sum(of) => vec![*of],
            Self::Measure(other) => other.selections(),
            Self::Nothing => Vec::new(),
        }
    }
}

/// `part / whole` times `scale`; nothing of nothing is no number.
fn ratio(part: f64, whole: f64, scale: f64, count: usize) -> Option<Computed> {
    let value = part / whole * scale;
    (whole != 0.0).then_some(Computed { value, count, parts: Some((part, whole)) })
}

fn net_promoter([promoters, detractors, answers]: [usize; 3]) -> Option<Computed> {
    let share = |count| as_f64(count) / as_f64(answers) * 100.0;
    (answers > 0).then(|| Computed { value: share(promoters) - share(detractors), count: answers, parts: None })
}

/// The latest of the samples that there are. All are asked for, so that what is missing is loaded at once.
fn latest_of(samples: impl Iterator<Item = Result<Option<Point>, Pending>>) -> Result<Option<Point>, Pending> {
    let samples: Vec<_> = samples.collect();
    let samples = samples.into_iter().collect::<Result<Vec<_>, Pending>>()?;
    Ok(samples.into_iter().flatten().max_by_key(|point| (point.time_ms, point.recorded_ms)))
}
