//! Phases stand in order and do not overlap.

use std::ops::Range;

use super::super::Catalogue;
use super::super::errors::Errors;
use super::super::times;

pub(super) fn check(catalogue: &Catalogue, spans: &[Range<usize>], errors: &mut Errors<'_>) {
    let zone = &catalogue.policy.time_zone;
    let mut before: Option<(u8, i64)> = None;
    for ((expected, phase), span) in (1..).zip(&catalogue.phases).zip(spans) {
        let number = phase.number;
        // Zero stands for a number that is missing, which has been told.
        if number != expected && number != 0 {
            let message =
                format!("phases are numbered from 1 without gaps; {number} stands where {expected} is expected");
            errors.add(span, message);
        }
        let Some(dates) = phase.dates else { continue };
        if let Some((other, ends_ms)) = before.filter(|(_, ends_ms)| dates.starts_ms < *ends_ms) {
            let message = format!(
                "phase {number} starts on {}, before phase {other} has ended ({})",
                times::start(dates.starts_ms, zone),
                times::end(ends_ms, zone)
            );
            errors.add(span, message);
        }
        before = Some((number, dates.ends_ms));
    }
    let current = catalogue.policy.current_phase;
    if catalogue.phase(current).is_none() && !catalogue.phases.is_empty() {
        errors.add(&(0..0), format!("current_phase is {current}, and no such [[phase]] exists"));
    }
}
