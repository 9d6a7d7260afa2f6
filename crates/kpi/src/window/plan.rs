//! What an evaluation asks first, as data: so that a source can bring all of it at once.

use super::{Samples, WindowAggregate, WindowQuery};
use crate::aggregate::Aggregate;
use crate::catalogue::{Catalogue, Kpi};
use crate::measure::{DEPTH, Measure, Operand, Rule, Span, Statistic, Window};

/// The questions of a whole evaluation at an instant that are known before any of them is answered. Others follow from the answers: where
/// the latest sample is stale, where a path began, what was first.
pub fn plan(catalogue: &Catalogue, instant_ms: i64) -> Vec<WindowQuery<'_>> {
    let mut queries = Vec::new();
    for kpi in &catalogue.kpis {
        of_kpi(catalogue, kpi, instant_ms, &mut queries);
    }
    queries
}

/// The same of one KPI.
pub(crate) fn of_kpi<'c>(catalogue: &'c Catalogue, kpi: &'c Kpi, instant_ms: i64, queries: &mut Vec<WindowQuery<'c>>) {
    let mut ask = |of, span, aggregate| queries.push(WindowQuery { of, span, known_at_ms: None, aggregate });
    if let Some(measure) = catalogue.measure(&kpi.measure) {
        return of_measure(catalogue, measure, kpi.window_ms, instant_ms, DEPTH, &mut ask);
    }
    let direct = Samples::all(&kpi.measure);
    ask(direct, super::ask::until(instant_ms), WindowAggregate::Latest);
    let span = Span { from_ms: instant_ms.saturating_sub(kpi.window_ms), until_ms: instant_ms };
    ask(direct, span, WindowAggregate::Count);
    match kpi.aggregate {
        Aggregate::Last => {}
        Aggregate::Sum => ask(direct, span, WindowAggregate::Sum),
        Aggregate::Mean => ask(direct, span, WindowAggregate::Statistic(Statistic::Mean)),
        Aggregate::Percentile(rank) => ask(direct, span, WindowAggregate::Statistic(Statistic::Percentile(rank))),
    }
}

fn of_measure<'c>(
    catalogue: &'c Catalogue,
    measure: &'c Measure,
    kpi_window_ms: i64,
    instant_ms: i64,
    depth: usize,
    ask: &mut dyn FnMut(Samples<'c>, Span, WindowAggregate<'c>),
) {
    let window = measure.window.clone().unwrap_or(Window::Rolling(kpi_window_ms));
    let (Some(span), Some(before)) = (window.span(instant_ms), window.span_before(instant_ms)) else { return };
    over(catalogue, measure, (span, before), depth, ask);
}

fn over<'c>(
    catalogue: &'c Catalogue,
    measure: &'c Measure,
    (span, before): (Span, Span),
    depth: usize,
    ask: &mut dyn FnMut(Samples<'c>, Span, WindowAggregate<'c>),
) {
    match &measure.rule {
        Rule::Count(of) | Rule::Rate(of) => ask(Samples::of(of), span, WindowAggregate::Count),
        Rule::Sum(of) => ask(Samples::of(of), span, WindowAggregate::Sum),
        Rule::Statistic(of, statistic) => ask(Samples::of(of), span, WindowAggregate::Statistic(*statistic)),
        Rule::OfEach { of, entity, statistic } => {
            ask(Samples::of(of), span, WindowAggregate::OfEach { entity, statistic: *statistic });
        }
        Rule::Last(of) => ask(Samples::of(of), super::ask::until(span.until_ms), WindowAggregate::Latest),
        Rule::Ratio { part, whole } => {
            for operand in [part, whole] {
                match operand {
                    Operand::Count(of) => ask(Samples::of(of), span, WindowAggregate::Count),
                    Operand::Sum(of) => ask(Samples::of(of), span, WindowAggregate::Sum),
                    Operand::Measure(id) => {
                        if let (Some(other), Some(depth)) = (catalogue.measure(id), depth.checked_sub(1)) {
                            over(catalogue, other, (span, before), depth, ask);
                        }
                    }
                }
            }
        }
        Rule::Share { of, among, entity, among_before } => {
            let among_span = if *among_before { before } else { span };
            let share = WindowAggregate::Share { entity, among: Samples::of(among), among_span };
            ask(Samples::of(of), span, share);
        }
        Rule::Distinct { of, entity } => ask(Samples::of(of), span, WindowAggregate::Distinct(entity)),
        Rule::Duration { from, to, entity, statistic } => {
            let durations = WindowAggregate::Durations { from: Samples::of(from), entity, statistic: *statistic };
            ask(Samples::of(to), span, durations);
        }
        Rule::NetPromoter(of) => ask(Samples::of(of), span, WindowAggregate::Promoters),
    }
}
