//! The targets of a KPI by name, with the verdict against each.

use kpi::catalogue::{Catalogue, Kpi};
use kpi::evaluation::KpiStatus;

use super::TargetRow;
use crate::view::rows;

pub(super) fn named_targets<'kpi>(catalogue: &Catalogue, kpi: &'kpi Kpi) -> Vec<(String, &'kpi kpi::target::Target)> {
    let phase_name =
        |number: u8| catalogue.phase(number).map_or_else(|| format!("Phase {number}"), |phase| phase.name.clone());
    let single = kpi.single_target.iter().map(|target| {
        let name = kpi.from_phase.map_or_else(|| "Standing".to_owned(), |from| format!("From {}", phase_name(from)));
        (name, target)
    });
    kpi.phase_targets.iter().map(|(number, target)| (phase_name(*number), target)).chain(single).collect()
}

pub(super) fn targets(catalogue: &Catalogue, kpi: &Kpi, status: &KpiStatus) -> Vec<TargetRow> {
    let shown = kpi.target_shown_in(catalogue.policy.current_phase);
    let phase_of = |target| {
        catalogue
            .phases
            .iter()
            .position(|phase| kpi.target_shown_in(phase.number).is_some_and(|shown| std::ptr::eq(shown, target)))
    };
    named_targets(catalogue, kpi)
        .into_iter()
        .map(|(phase, target)| {
            let verdict = phase_of(target)
                .and_then(|position| status.by_phase.get(position).copied())
                .unwrap_or(kpi::status::Verdict::without_value(kpi::status::Status::NoTarget));
            TargetRow {
                phase,
                written: target.to_string(),
                status: verdict.status.into(),
                attainment: rows::attained(kpi, Some(target), status.known.as_ref(), verdict),
                current: shown.is_some_and(|shown| std::ptr::eq(shown, target)),
            }
        })
        .collect()
}
