//! How far a scheme's output is from the f32 output.

use candle_core::Tensor;

use crate::clock::as_f64;
use crate::error::EngineError;

/// The difference between two outputs for the same prompt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Difference {
    /// The Euclidean norm of the difference over that of the reference, all positions together; 0 is no difference.
    pub(crate) relative_error: f64,
    /// The share of positions at which both rank the same token first; from 0 to 1.
    pub(crate) first_choice_agreement: f64,
}

/// Compares logits of the same size, positions by vocabulary.
pub(crate) fn compare(reference: &Tensor, candidate: &Tensor) -> Result<Difference, EngineError> {
    let reference: Vec<Vec<f32>> = reference.to_vec2()?;
    let candidate: Vec<Vec<f32>> = candidate.to_vec2()?;
    let pairs = || reference.iter().flatten().zip(candidate.iter().flatten());
    let square = |value: f64| value * value;
    let difference: f64 = pairs().map(|(left, right)| square(f64::from(*left) - f64::from(*right))).sum();
    let norm: f64 = pairs().map(|(left, _)| square(f64::from(*left))).sum();
    let relative_error = (difference / norm).sqrt();
    if !relative_error.is_finite() {
        return Err(EngineError::Output("a logit is not a number, or all of the reference's are zero"));
    }
    let agreeing =
        reference.iter().zip(&candidate).filter(|(left, right)| first_choice(left) == first_choice(right)).count();
    Ok(Difference {
        relative_error,
        first_choice_agreement: as_f64(agreeing as u64) / as_f64(reference.len().max(1) as u64),
    })
}

/// The token ranked first; the lowest of them when several are equal.
pub(crate) fn first_choice(logits: &[f32]) -> usize {
    let mut best = 0;
    for (index, value) in logits.iter().enumerate() {
        if *value > logits[best] {
            best = index;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    fn tensor(rows: [[f32; 2]; 2]) -> Tensor {
        Tensor::new(&rows, &Device::Cpu).unwrap()
    }

    #[test]
    fn the_error_is_relative_to_the_reference() {
        let difference = compare(&tensor([[3.0, 0.0], [0.0, 4.0]]), &tensor([[0.0, 0.0], [0.0, 0.0]])).unwrap();
        assert!((difference.relative_error - 1.0).abs() < 1e-12);
        let difference = compare(&tensor([[3.0, 0.0], [0.0, 4.0]]), &tensor([[3.0, 0.5], [0.0, 4.0]])).unwrap();
        assert!((difference.relative_error - 0.1).abs() < 1e-12);
    }

    #[test]
    fn agreement_counts_positions() {
        let difference = compare(&tensor([[2.0, 1.0], [1.0, 2.0]]), &tensor([[1.0, 2.0], [1.0, 2.0]])).unwrap();
        assert!((difference.first_choice_agreement - 0.5).abs() < 1e-12);
    }

    #[test]
    fn an_output_that_is_no_number_is_refused() {
        let reference = tensor([[2.0, 1.0], [1.0, 2.0]]);
        assert!(compare(&reference, &tensor([[f32::NAN, 1.0], [1.0, 2.0]])).is_err());
        assert!(compare(&tensor([[0.0; 2]; 2]), &reference).is_err());
    }
}
