//! The one scheme of a report that feeds the KPIs, and by how much it is better than f32.
//!
//! It claims nothing about the accuracy of a trained model: the reference model's weights are random.

use serde::{Deserialize, Serialize};

use crate::clock::as_f64;
use crate::report::{SchemeOutcome, SchemeResult};
use crate::scheme::{Scheme, SchemeKind};

/// What the benchmark says in one line, relative to f32 on the same machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Headline {
    /// The scheme that was chosen.
    pub scheme: Scheme,
    /// By how much the stored weights are smaller: `100 * (1 - bytes / f32 bytes)`.
    pub size_reduction_percent: f64,
    /// Generation speed over f32's, medians of both.
    pub speedup_factor: f64,
    /// Prompt speed over f32's, medians of both.
    pub prompt_speedup_factor: f64,
    /// By how much the whole process's resident memory is smaller than f32's; none where memory was not measured.
    pub memory_reduction_percent: Option<f64>,
    /// How many quantised schemes ran; f32 and the half-precision formats are not counted.
    pub supported_schemes: usize,
}

/// Why a report has no headline.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum HeadlineAbsence {
    /// There is nothing to compare with.
    #[error("f32, which every scheme is compared with, was not measured")]
    NoReference,
    /// No quantised scheme ran.
    #[error("no quantised scheme was measured")]
    NoQuantisedScheme,
    /// Every quantised scheme that ran is too far from f32.
    #[error("no quantised scheme has a relative error of at most {limit}: the closest is {closest} with {error:.4}")]
    AllAboveLimit {
        /// The plan's limit.
        limit: f64,
        /// The scheme with the smallest error.
        closest: Scheme,
        /// That error.
        error: f64,
    },
}

/// Chooses the headline: among the quantised schemes whose logits' relative error is at most `error_limit`, the one that
/// generates fastest (by the median); of equally fast ones the one with fewer weight bytes, then the earlier.
///
/// # Errors
/// Why there is none.
pub fn headline(schemes: &[SchemeOutcome], error_limit: f64) -> Result<Headline, HeadlineAbsence> {
    let results = || schemes.iter().filter_map(SchemeOutcome::result);
    let quantised = || results().filter(|result| result.scheme.kind() == SchemeKind::Quantised);
    let reference = results().find(|result| result.scheme == Scheme::F32).ok_or(HeadlineAbsence::NoReference)?;
    let closest = quantised()
        .min_by(|left, right| left.logits_relative_error.total_cmp(&right.logits_relative_error))
        .ok_or(HeadlineAbsence::NoQuantisedScheme)?;
    let chosen = quantised()
        .filter(|result| result.logits_relative_error <= error_limit)
        .min_by(|left, right| {
            generation_speed(right)
                .total_cmp(&generation_speed(left))
                .then_with(|| left.weight_bytes.cmp(&right.weight_bytes))
        })
        .ok_or(HeadlineAbsence::AllAboveLimit {
            limit: error_limit,
            closest: closest.scheme,
            error: closest.logits_relative_error,
        })?;
    let memory = |result: &SchemeResult| result.process_memory.map(|memory| memory.resident_bytes);
    Ok(Headline {
        scheme: chosen.scheme,
        size_reduction_percent: reduction_percent(chosen.weight_bytes, reference.weight_bytes),
        speedup_factor: generation_speed(chosen) / generation_speed(reference),
        prompt_speedup_factor: chosen.prompt.median_tokens_per_second / reference.prompt.median_tokens_per_second,
        memory_reduction_percent: memory(chosen)
            .zip(memory(reference))
            .map(|(bytes, reference_bytes)| reduction_percent(bytes, reference_bytes)),
        supported_schemes: supported_schemes(schemes),
    })
}

/// How many quantised schemes ran; f32 and the half-precision formats are not counted.
pub fn supported_schemes(schemes: &[SchemeOutcome]) -> usize {
    schemes
        .iter()
        .filter_map(SchemeOutcome::result)
        .filter(|result| result.scheme.kind() == SchemeKind::Quantised)
        .count()
}

const fn generation_speed(result: &SchemeResult) -> f64 {
    result.generation.median_tokens_per_second
}

fn reduction_percent(bytes: u64, reference_bytes: u64) -> f64 {
    100.0 * (1.0 - as_f64(bytes) / as_f64(reference_bytes.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::ProcessMemory;
    use crate::report::Rate;

    fn outcome(scheme: Scheme, speed: f64, error: f64, weight_bytes: u64, resident: Option<u64>) -> SchemeOutcome {
        let rate = Rate::of(&[speed]).unwrap();
        SchemeOutcome::Measured(SchemeResult {
            scheme,
            kind: scheme.kind(),
            parameters: 100,
            weight_bytes,
            bits_per_weight: 8.0,
            weights_build_seconds: 0.1,
            prompt: Rate::of(&[speed * 2.0]).unwrap(),
            generation: rate,
            process_memory: resident
                .map(|resident_bytes| ProcessMemory { resident_bytes, peak_resident_bytes: resident_bytes }),
            logits_relative_error: error,
            first_choice_agreement_share: 1.0,
            threads: 2,
        })
    }

    fn reference() -> SchemeOutcome {
        outcome(Scheme::F32, 10.0, 0.0, 400, Some(1000))
    }

    fn failed(scheme: Scheme) -> SchemeOutcome {
        SchemeOutcome::NotMeasured { scheme, reason: "no".to_owned() }
    }

    #[test]
    fn the_fastest_quantised_scheme_within_the_limit_is_chosen() {
        let cases = [
            // The faster of two within the limit.
            (
                vec![
                    reference(),
                    outcome(Scheme::Q8_0, 30.0, 0.01, 106, None),
                    outcome(Scheme::Q4K, 40.0, 0.08, 57, None),
                ],
                Scheme::Q4K,
            ),
            // The fastest is out, as it errs more than the limit.
            (
                vec![
                    reference(),
                    outcome(Scheme::Q8_0, 30.0, 0.01, 106, None),
                    outcome(Scheme::Q2K, 90.0, 0.5, 33, None),
                ],
                Scheme::Q8_0,
            ),
            // Exactly at the limit is within it.
            (vec![reference(), outcome(Scheme::Q4K, 20.0, 0.1, 57, None)], Scheme::Q4K),
            // Half precision is no quantisation, however fast.
            (
                vec![
                    reference(),
                    outcome(Scheme::F16, 99.0, 0.0, 200, None),
                    outcome(Scheme::Q8_0, 30.0, 0.01, 106, None),
                ],
                Scheme::Q8_0,
            ),
            // Equally fast: the smaller.
            (
                vec![
                    reference(),
                    outcome(Scheme::Q8_0, 30.0, 0.01, 106, None),
                    outcome(Scheme::Q6K, 30.0, 0.02, 82, None),
                ],
                Scheme::Q6K,
            ),
            // Slower than f32 is still told, as what it is.
            (vec![reference(), outcome(Scheme::Q8_0, 5.0, 0.01, 106, None)], Scheme::Q8_0),
        ];
        for (schemes, expected) in cases {
            assert_eq!(headline(&schemes, 0.1).unwrap().scheme, expected, "{schemes:?}");
        }
    }

    #[test]
    fn the_headline_is_relative_to_f32() {
        let schemes = [reference(), outcome(Scheme::Q8_0, 35.0, 0.01, 100, Some(600)), failed(Scheme::Q4K)];
        let headline = headline(&schemes, 0.1).unwrap();
        assert!((headline.size_reduction_percent - 75.0).abs() < 1e-9);
        assert!((headline.speedup_factor - 3.5).abs() < 1e-9);
        assert!((headline.prompt_speedup_factor - 3.5).abs() < 1e-9);
        assert!((headline.memory_reduction_percent.unwrap() - 40.0).abs() < 1e-9);
        assert_eq!(headline.supported_schemes, 1);
    }

    #[test]
    fn memory_that_was_not_measured_is_not_claimed() {
        let schemes = [reference(), outcome(Scheme::Q8_0, 35.0, 0.01, 100, None)];
        assert_eq!(headline(&schemes, 0.1).unwrap().memory_reduction_percent, None);
    }

    #[test]
    fn no_headline_says_why() {
        let quantised = || outcome(Scheme::Q4K, 40.0, 0.3, 57, None);
        let above = HeadlineAbsence::AllAboveLimit { limit: 0.1, closest: Scheme::Q4K, error: 0.3 };
        let cases = [
            (vec![], HeadlineAbsence::NoReference),
            (vec![failed(Scheme::F32), quantised()], HeadlineAbsence::NoReference),
            (vec![reference(), failed(Scheme::Q4K)], HeadlineAbsence::NoQuantisedScheme),
            (vec![reference(), outcome(Scheme::Bf16, 40.0, 0.0, 200, None)], HeadlineAbsence::NoQuantisedScheme),
            (vec![reference(), outcome(Scheme::Q2K, 90.0, 0.5, 33, None), quantised()], above),
        ];
        for (schemes, expected) in cases {
            assert_eq!(headline(&schemes, 0.1).unwrap_err(), expected);
        }
    }
}
