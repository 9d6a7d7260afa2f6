//! How a derived value is computed, in words.

use kpi::catalogue::{Catalogue, Kpi};
use kpi::display;
use kpi::evaluation::Known;
use kpi::measure::{Measure, Operand, Period, Rule, Selection, Statistic, Window, series_of};

use super::kpi_page::DerivedView;
use crate::instant;

/// What a KPI's value is computed of; `None` where it is observed as it is. `sent` are those of its series that have a sample.
pub fn derived(catalogue: &Catalogue, kpi: &Kpi, known: Option<&Known>, sent: &[&str]) -> Option<DerivedView> {
    let measure = catalogue.measure(&kpi.measure)?;
    let is_sent = |name: &str| sent.contains(&name);
    let has_direct = is_sent(&measure.id);
    let is_of_each = matches!(measure.rule, Rule::OfEach { .. });
    let note = match known {
        Some(known) if !known.computed && is_of_each => " Until so many were seen, values entered directly count.",
        Some(known) if !known.computed => " None of its series is sent, so values entered directly count.",
        Some(_) if has_direct => " Values entered directly are kept, but do not count while a series is sent.",
        _ => "",
    };
    let minimum = match &measure.rule {
        _ if measure.minimum <= 1 => String::new(),
        Rule::OfEach { entity, .. } => {
            format!(" Below {} different values of {entity} there is no value.", measure.minimum)
        }
        _ => format!(" Below {} samples there is no value.", measure.minimum),
    };
    Some(DerivedView {
        rule: format!("{}, {}.{minimum}{note}", sentence(&measure.rule), window(measure, kpi)),
        parts: known
            .filter(|known| known.computed)
            .and_then(|known| known.parts)
            .map(|(part, whole)| format!("{} of {}", display::number(part, 4), display::number(whole, 4))),
        series: series_of(catalogue, &measure.id)
            .into_iter()
            .filter(|name| *name != measure.id)
            .map(|name| (name.to_owned(), is_sent(name)))
            .collect(),
    })
}

fn sentence(rule: &Rule) -> String {
    match rule {
        Rule::Count(of) => format!("The number of {}", selection(of)),
        Rule::Sum(of) => format!("The sum of {}", selection(of)),
        Rule::Statistic(of, statistic) => format!("{} of {}", statistic_words(*statistic), selection(of)),
        Rule::OfEach { of, entity, statistic } => {
            format!("{} of the medians that each {entity} has in {}", statistic_words(*statistic), selection(of))
        }
        Rule::Last(of) => format!("The latest of {}", selection(of)),
        Rule::Ratio { part, whole } => format!("This is {} divided by {}", operand(part), operand(whole)),
        Rule::Rate(of) => format!("How often {} happen", selection(of)),
        Rule::Share { of, among, entity, among_before } => format!(
            "Of each {entity} in {}{}, the percentage that is also in {}",
            selection(among),
            if *among_before { " of the window before" } else { "" },
            selection(of)
        ),
        Rule::Distinct { of, entity } => format!("The number of different values of {entity} in {}", selection(of)),
        Rule::Duration { from, to, entity, statistic } => format!(
            "{} of the time from {} to {} of the same {entity}",
            statistic_words(*statistic),
            selection(from),
            selection(to)
        ),
        Rule::NetPromoter(of) => format!("The share of answers 9 and 10 less that of 0 to 6, of {}", selection(of)),
    }
}

fn selection(of: &Selection) -> String {
    let labels: Vec<String> =
        of.labels.iter().map(|(name, values)| format!("{name} {}", values.join(" or "))).collect();
    if labels.is_empty() { of.series.clone() } else { format!("{} ({})", of.series, labels.join(", ")) }
}

fn operand(of: &Operand) -> String {
    match of {
        Operand::Count(of) => format!("the number of {}", selection(of)),
        Operand::Sum(of) => format!("the sum of {}", selection(of)),
        Operand::Measure(id) => format!("\"{id}\""),
    }
}

fn statistic_words(statistic: Statistic) -> String {
    match statistic {
        Statistic::Mean => "The mean".to_owned(),
        Statistic::Percentile(rank) => format!("The {rank}th percentile"),
    }
}

fn window(measure: &Measure, kpi: &Kpi) -> String {
    match &measure.window {
        None => format!("over the last {}", instant::duration(kpi.window_ms)),
        Some(Window::Rolling(length_ms)) => format!("over the last {}", instant::duration(*length_ms)),
        Some(Window::Calendar { period, complete, time_zone }) => {
            let name = match period {
                Period::Day => "day",
                Period::Week => "week",
                Period::Month => "month",
                Period::Quarter => "quarter",
            };
            let which = if *complete { "in the last complete" } else { "in the running" };
            format!("{which} {name}, {}", time_zone.iana_name().unwrap_or("UTC"))
        }
    }
}
