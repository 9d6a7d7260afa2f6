//! A derived measurement with its series at hand, to be asked at many instants.

use super::entities::Entities;
use super::pairs::Pairs;
use super::select::Selected;
use super::series::DEPTH;
use super::{Derived, Measure, Operand, Rule, Span, Statistic, Window};
use crate::aggregate::{Values, as_f64, mean, percentile, sum, weight_usize};
use crate::catalogue::Catalogue;
use crate::point::{Observations, Point};
use crate::unit::Dimension;

/// A derived measurement over the observations of one call.
pub(crate) struct Prepared<'a> {
    measure: &'a Measure,
    rule: Ready<'a>,
    window: Window,
}

enum Ready<'a> {
    Count(Selected<'a>),
    Sum(Selected<'a>),
    Statistic(Selected<'a>, Statistic),
    OfEach { of: Selected<'a>, entities: Entities<'a>, statistic: Statistic },
    Last(Selected<'a>),
    Ratio { part: Side<'a>, whole: Side<'a> },
    Rate(Selected<'a>),
    Share { of: Selected<'a>, among: Selected<'a>, entities: Entities<'a>, among_before: bool },
    Distinct { of: Selected<'a>, entities: Entities<'a> },
    Duration { pairs: Pairs<'a>, statistic: Statistic },
    NetPromoter(Selected<'a>),
}

enum Side<'a> {
    Count(Selected<'a>),
    Sum(Selected<'a>),
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

impl<'a> Prepared<'a> {
    pub(crate) fn new(
        catalogue: &'a Catalogue,
        measure: &'a Measure,
        kpi_window_ms: i64,
        observations: &'a dyn Observations,
    ) -> Self {
        Self::at_depth(catalogue, measure, kpi_window_ms, observations, DEPTH)
    }

    fn at_depth(
        catalogue: &'a Catalogue,
        measure: &'a Measure,
        kpi_window_ms: i64,
        observations: &'a dyn Observations,
        depth: usize,
    ) -> Self {
        let select = |selection| Selected::new(selection, observations);
        let entities = |label: &'a str| Entities::new(label, observations);
        let side = |operand: &'a Operand| match operand {
            Operand::Count(of) => Side::Count(select(of)),
            Operand::Sum(of) => Side::Sum(select(of)),
            Operand::Measure(id) => match (catalogue.measure(id), depth.checked_sub(1)) {
                (Some(other), Some(depth)) => {
                    Side::Measure(Box::new(Self::at_depth(catalogue, other, kpi_window_ms, observations, depth)))
                }
                _ => Side::Nothing,
            },
        };
        let rule = match &measure.rule {
            Rule::Count(of) => Ready::Count(select(of)),
            Rule::Sum(of) => Ready::Sum(select(of)),
            Rule::Statistic(of, statistic) => Ready::Statistic(select(of), *statistic),
            Rule::OfEach { of, entity, statistic } => {
                Ready::OfEach { of: select(of), entities: entities(entity), statistic: *statistic }
            }
            Rule::Last(of) => Ready::Last(select(of)),
            Rule::Ratio { part, whole } => Ready::Ratio { part: side(part), whole: side(whole) },
            Rule::Rate(of) => Ready::Rate(select(of)),
            Rule::Share { of, among, entity, among_before } => Ready::Share {
                of: select(of),
                among: select(among),
                entities: entities(entity),
                among_before: *among_before,
            },
            Rule::Distinct { of, entity } => Ready::Distinct { of: select(of), entities: entities(entity) },
            Rule::Duration { from, to, entity, statistic } => {
                Ready::Duration { pairs: Pairs::new(select(from), select(to), entities(entity)), statistic: *statistic }
            }
            Rule::NetPromoter(of) => Ready::NetPromoter(select(of)),
        };
        let window = measure.window.clone().unwrap_or(Window::Rolling(kpi_window_ms));
        Self { measure, rule, window }
    }

    pub(crate) fn window(&self) -> &Window {
        &self.window
    }

    /// The value at an instant, over the measurement's own window.
    pub(crate) fn at(&self, instant_ms: i64) -> Option<Derived> {
        self.over(self.window.span(instant_ms)?, self.window.span_before(instant_ms)?, instant_ms)
    }

    /// The value over `span`; `before` is the stretch before it. The latest sample is taken up to `instant_ms`.
    pub(crate) fn over(&self, span: Span, before: Span, instant_ms: i64) -> Option<Derived> {
        let latest = self.latest(instant_ms)?;
        let Computed { value, count, parts } = self.compute(span, before)?;
        Some(Derived { value, latest_ms: latest.time_ms, origin: latest.origin, count, window: span, parts })
    }

    /// Whether it is a number of the values of samples, so that without samples there is none. Counting gives zero.
    pub(crate) fn needs_samples(&self) -> bool {
        matches!(
            self.rule,
            Ready::Statistic(..)
                | Ready::OfEach { .. }
                | Ready::Last(_)
                | Ready::Duration { .. }
                | Ready::NetPromoter(_)
        )
    }

    /// The last instant at which a sample of `latest_ms`, its latest one, lets its value count as fresh. `by_cadence_ms` is
    /// the one that the cadence alone gives.
    pub(crate) fn fresh_until_ms(&self, latest_ms: i64, by_cadence_ms: i64) -> i64 {
        let in_window_ms = self.window.last_with(latest_ms).unwrap_or(by_cadence_ms);
        match (&self.rule, &self.window) {
            // Nobody promises that events come at a cadence: a window that holds one is no sign of a broken source.
            (Ready::Count(_) | Ready::Sum(_) | Ready::Rate(_) | Ready::Distinct { .. } | Ready::Duration { .. }, _) => {
                by_cadence_ms.max(in_window_ms)
            }
            (Ready::Statistic(..) | Ready::OfEach { .. } | Ready::NetPromoter(_), Window::Rolling(_)) => {
                by_cadence_ms.min(in_window_ms)
            }
            _ => by_cadence_ms,
        }
    }

    /// The latest sample up to an instant that speaks for the value, as [`Derived::latest_ms`] describes.
    pub(crate) fn latest(&self, instant_ms: i64) -> Option<&'a Point> {
        match &self.rule {
            Ready::Duration { pairs, .. } => pairs.to.latest(instant_ms),
            _ if self.needs_samples() => self.latest_selected(instant_ms),
            _ => latest_of(self.selections().into_iter().filter_map(|of| of.latest_of_series(instant_ms))),
        }
    }

    /// The latest sample of its selections up to an instant.
    pub(crate) fn latest_selected(&self, instant_ms: i64) -> Option<&'a Point> {
        latest_of(self.selections().into_iter().filter_map(|of| of.latest(instant_ms)))
    }

    /// From when on it gives the value: the time of the first sample of its selections; where each entity counts once, of the
    /// sample with which there were enough of them for the first time, so that a few don't put an end to what was known before.
    pub(crate) fn first_ms(&self) -> Option<i64> {
        if let Ready::OfEach { of, entities, .. } = &self.rule {
            return entities.nth_met_ms(of, self.minimum().max(1));
        }
        self.selections().into_iter().filter_map(Selected::first_ms).min()
    }

    fn selections(&self) -> Vec<&Selected<'a>> {
        match &self.rule {
            Ready::Count(of)
            | Ready::Sum(of)
            | Ready::Statistic(of, _)
            | Ready::Last(of)
            | Ready::Rate(of)
            | Ready::Distinct { of, .. }
            | Ready::OfEach { of, .. }
            | Ready::NetPromoter(of) => vec![of],
            Ready::Ratio { part, whole } => [part, whole].into_iter().flat_map(Side::selections).collect(),
            Ready::Share { of, among, .. } => vec![of, among],
            Ready::Duration { pairs, .. } => vec![&pairs.from, &pairs.to],
        }
    }

    fn compute(&self, span: Span, before: Span) -> Option<Computed> {
        let plain = |value, count| Some(Computed { value, count, parts: None });
        let computed = match &self.rule {
            Ready::Count(of) => {
                let count = of.count(span);
                plain(as_f64(count), count)
            }
            Ready::Sum(of) => plain(sum(of.within(span)), of.count(span)),
            Ready::Statistic(of, statistic) => {
                let values = Values::of(of.within(span));
                let count = values.count();
                let value = match statistic {
                    Statistic::Mean => values.mean(),
                    Statistic::Percentile(rank) => values.percentile(*rank),
                };
                plain(value?, count)
            }
            Ready::OfEach { of, entities, statistic } => {
                let mut medians = entities.medians(of, span);
                let count = medians.len();
                plain(statistic.of(&mut medians)?, count)
            }
            // However old: the latest value stands until there is another one.
            Ready::Last(of) => plain(of.latest(span.until_ms)?.value, of.count(span).max(1)),
            Ready::Ratio { part, whole } => {
                let ((part, _), (whole, count)) = (part.value(span, before)?, whole.value(span, before)?);
                let scale = if self.measure.unit.dimension == Dimension::Percent { 100.0 } else { 1.0 };
                ratio(part, whole, scale, count)
            }
            Ready::Rate(of) => {
                let count = of.count(span);
                plain(as_f64(count) / span.days(), count)
            }
            Ready::Share { of, among, entities, among_before } => {
                let among = entities.marked(among, if *among_before { before } else { span });
                let both = entities.marked(of, span).both(&among);
                ratio(as_f64(both), as_f64(among.count), 100.0, among.count)
            }
            Ready::Distinct { of, entities } => plain(as_f64(entities.marked(of, span).count), of.count(span)),
            Ready::Duration { pairs, statistic } => {
                let mut seconds = pairs.seconds_within(span);
                plain(statistic.of(&mut seconds)?, seconds.len())
            }
            Ready::NetPromoter(of) => net_promoter(of, span),
        }?;
        (computed.count >= self.minimum() && computed.value.is_finite()).then_some(computed)
    }
}

impl Prepared<'_> {
    fn minimum(&self) -> usize {
        usize::try_from(self.measure.minimum).unwrap_or(usize::MAX)
    }
}

impl<'a> Side<'a> {
    /// The number and how many samples it is of.
    fn value(&self, span: Span, before: Span) -> Option<(f64, usize)> {
        match self {
            Self::Count(of) => {
                let count = of.count(span);
                Some((as_f64(count), count))
            }
            Self::Sum(of) => Some((sum(of.within(span)), of.count(span))),
            Self::Measure(other) => other.compute(span, before).map(|computed| (computed.value, computed.count)),
            Self::Nothing => None,
        }
    }

    fn selections(&self) -> Vec<&Selected<'a>> {
        match self {
            Self::Count(of) | Self::Sum(of) => vec![of],
            Self::Measure(other) => other.selections(),
            Self::Nothing => Vec::new(),
        }
    }
}

impl Statistic {
    /// The number that these become; `None` of none.
    fn of(self, values: &mut [f64]) -> Option<f64> {
        match self {
            Self::Mean => mean(values),
            Self::Percentile(rank) => percentile(values, rank),
        }
    }
}

/// `part / whole` times `scale`; nothing of nothing is no number.
fn ratio(part: f64, whole: f64, scale: f64, count: usize) -> Option<Computed> {
    let value = part / whole * scale;
    (whole != 0.0).then_some(Computed { value, count, parts: Some((part, whole)) })
}

fn net_promoter(of: &Selected<'_>, span: Span) -> Option<Computed> {
    let (mut promoters, mut detractors, mut answers) = (0_usize, 0_usize, 0_usize);
    // What is not between 0 and 10 is no answer to this question.
    for point in of.within(span).filter(|point| (0.0..=10.0).contains(&point.value)) {
        let weight = weight_usize(point.weight);
        answers = answers.saturating_add(weight);
        promoters = promoters.saturating_add(if point.value >= 9.0 { weight } else { 0 });
        detractors = detractors.saturating_add(if point.value <= 6.0 { weight } else { 0 });
    }
    let share = |count| as_f64(count) / as_f64(answers) * 100.0;
    (answers > 0).then(|| Computed { value: share(promoters) - share(detractors), count: answers, parts: None })
}

fn latest_of<'a>(points: impl Iterator<Item = &'a Point>) -> Option<&'a Point> {
    points.max_by_key(|point| (point.time_ms, point.recorded_ms))
}
