//! What a KPI's page says in sentences.

use kpi::aggregate::Aggregate;
use kpi::catalogue::{Catalogue, Kpi};
use kpi::display::{self, Writing};
use kpi::evaluation::KpiStatus;
use kpi::shape::{Goal, Shape};
use kpi::status::goal;

use super::{ForecastView, PaceView};
use crate::forecasts::Outlook;
use crate::instant;
use crate::view::outlook;

pub(super) fn pace(catalogue: &Catalogue, kpi: &Kpi, status: &KpiStatus) -> Option<PaceView> {
    let pace = status.pace?;
    let actual = status.known?.actual?;
    let target = kpi.target_shown_in(catalogue.policy.current_phase);
    let writing = Writing::of(kpi, target);
    let ends = match target.and_then(|target| goal(kpi, target)) {
        // What has gone past the far end of a band is behind too, which the near end alone would contradict.
        Some(Goal::Within(low, high)) => vec![low.min(pace.expected), high.max(pace.expected)],
        _ => vec![pace.expected],
    };
    let asked: Vec<String> = ends.iter().map(|end| writing.apart(*end, &[actual])).collect();
    Some(PaceView {
        words: if pace.on_pace { "On pace" } else { "Behind pace" },
        on_pace: pace.on_pace,
        sentence: format!(
            "{}% of the phase has passed; the path from {} to {} asks for {} now, and the value is {}.",
            display::number((pace.elapsed_share * 100.0).floor(), 3),
            writing.text(pace.start),
            writing.text(pace.target),
            asked.join(" to "),
            writing.apart(actual, &ends)
        ),
    })
}

pub(super) fn forecast_view(target: &str, outlook: &Outlook) -> ForecastView {
    let back_test = match outlook {
        Outlook::At(forecast, _) => outlook::back_test(forecast),
        _ => String::new(),
    };
    let sentence = match outlook {
        Outlook::Met => "Every target from this phase on is met now.".to_owned(),
        Outlook::At(..) => format!("{target}: {}", outlook::sentence(outlook)),
        _ => outlook::sentence(outlook),
    };
    ForecastView { sentence, back_test }
}

pub(super) fn corrections(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some(
            "1 observation about the time up to here was recorded later. It is counted as a correction.".to_owned(),
        ),
        _ => Some(format!(
            "{count} observations about the time up to here were recorded later. They are counted as corrections."
        )),
    }
}

pub(super) fn computed(kpi: &Kpi) -> String {
    let window = instant::duration(kpi.window_ms);
    match kpi.aggregate {
        Aggregate::Last => "the latest observation".to_owned(),
        Aggregate::Mean => format!("the mean of the last {window}"),
        Aggregate::Sum => format!("the sum of the last {window}"),
        Aggregate::Percentile(rank) => format!("the {rank}th percentile of the last {window}"),
    }
}

pub(super) fn attainment_rule(shape: Shape) -> &'static str {
    match shape {
        Shape::Higher => "Attainment is the value divided by the target.",
        Shape::Lower => "Attainment is the target divided by the value.",
        Shape::Reduction => "Attainment is the improvement over the baseline divided by the improvement asked for.",
        Shape::Multiple => "Attainment is the factor over the baseline divided by the factor asked for.",
        Shape::NearHundred => "Attainment compares the error budgets: (100 − target) divided by (100 − value).",
        Shape::Level => "Attainment is 100% once the level is judged as met, else 0%.",
        Shape::Band => "Attainment is 100% inside the range, else the ratio to its nearer end.",
        Shape::ZeroTolerance => "Attainment is 100% while no finding of the severity or worse is open, else 0%.",
        Shape::Recurrence => "Attainment is 100% while it was done within the period, else 0%.",
    }
}

pub(super) fn shared_with(catalogue: &Catalogue, kpi: &Kpi) -> Vec<(String, String)> {
    catalogue
        .kpis
        .iter()
        .filter(|other| other.measure == kpi.measure && other.id != kpi.id)
        .map(|other| (other.id.clone(), other.name.clone()))
        .collect()
}
