//! A KPI's unit, shape, targets and measurement fit together.

use std::collections::HashMap;
use std::ops::Range;

use super::super::errors::Errors;
use super::super::{Catalogue, Kpi};
use crate::shape::Shape;
use crate::status::goal;
use crate::target::Meaning;
use crate::unit::Dimension;

pub(super) fn check(catalogue: &Catalogue, spans: &[Range<usize>], errors: &mut Errors<'_>) {
    for (kpi, span) in catalogue.kpis.iter().zip(spans) {
        one_kpi(catalogue, kpi, span, errors);
    }
    shared_measures(catalogue, spans, errors);
}

fn one_kpi(catalogue: &Catalogue, kpi: &Kpi, span: &Range<usize>, errors: &mut Errors<'_>) {
    let mut complain = |message: String| errors.add(span, format!("KPI \"{}\": {message}", kpi.id));
    if kpi.phase_targets.is_empty() == kpi.single_target.is_none() {
        complain("it needs either `targets` by phase or one `target`".to_owned());
    }
    for (number, _) in &kpi.phase_targets {
        if catalogue.phase(*number).is_none() {
            complain(format!("its targets name phase {number}, and no such [[phase]] exists"));
        }
    }
    if let Some(from) = kpi.from_phase
        && (kpi.single_target.is_none() || catalogue.phase(from).is_none())
    {
        complain(format!("`from_phase` = {from} needs one `target` and a [[phase]] of that number"));
    }
    for target in kpi.targets().filter(|target| target.is_applicable()) {
        if goal(kpi, target).is_none() && !matches!(target.meaning, Meaning::Judged(_)) {
            complain(format!("the target \"{target}\" can't be compared with values in {}", kpi.unit.named()));
        }
        if let Some(problem) = shape_mismatch(kpi, &target.meaning) {
            complain(format!("the target \"{target}\" {problem}"));
        }
    }
    if let Some(measure) = catalogue.measure(&kpi.measure)
        && measure.unit.dimension != kpi.unit.dimension
    {
        complain(format!(
            "it is measured in {}, and the measurement \"{}\" that it reads in {}",
            kpi.unit.named(),
            measure.id,
            measure.unit.named()
        ));
    }
}

fn shape_mismatch(kpi: &Kpi, meaning: &Meaning) -> Option<String> {
    let fits = match meaning {
        Meaning::Factor(_) => kpi.shape == Shape::Multiple,
        Meaning::Share(_) => kpi.shape == Shape::Reduction,
        Meaning::NoFinding(_) => kpi.shape == Shape::ZeroTolerance && kpi.unit.dimension == Dimension::Severity,
        Meaning::Every(_) => kpi.shape == Shape::Recurrence && kpi.unit.dimension == Dimension::Judged,
        Meaning::Within(..) => kpi.shape == Shape::Band,
        Meaning::Below(_) => kpi.shape == Shape::Lower,
        Meaning::AtLeast(_) | Meaning::Above(_) => {
            !matches!(kpi.shape, Shape::Lower | Shape::Band | Shape::Level | Shape::ZeroTolerance | Shape::Recurrence)
        }
        Meaning::ShareOfCeiling(_) => kpi.shape == Shape::Higher,
        Meaning::Judged(_) | Meaning::NotApplicable => true,
    };
    (!fits).then(|| format!("does not fit the shape \"{}\"", kpi.shape.name()))
}

/// KPIs that share a measurement read the same numbers, so those must mean the same.
fn shared_measures(catalogue: &Catalogue, spans: &[Range<usize>], errors: &mut Errors<'_>) {
    let mut first: HashMap<&str, &Kpi> = HashMap::new();
    for (kpi, span) in catalogue.kpis.iter().zip(spans) {
        let other = first.entry(&kpi.measure).or_insert(kpi);
        if other.unit.dimension != kpi.unit.dimension {
            errors.add(
                span,
                format!(
                    "KPIs \"{}\" and \"{}\" share the measurement \"{}\" but not its kind of unit",
                    other.id, kpi.id, kpi.measure
                ),
            );
        }
    }
}
