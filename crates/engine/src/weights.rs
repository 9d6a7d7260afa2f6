//! The seeded source of the reference model's weights and prompts.
//!
//! The weights are normal with standard deviation 1/sqrt(fan-in), as networks are initialised and, roughly, as trained
//! matrices look. They lack the outliers of trained models, which make quantisation harder.

use candle_core::{Device, Result, Tensor};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

/// The stream of random numbers kept for prompts, apart from those of all tensors.
const PROMPT_STREAM: u32 = u32::MAX;

/// Draws tensors, each from a stream of its own, so that none depends on the order in which they are drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WeightSource {
    seed: u32,
}

impl WeightSource {
    pub(crate) const fn new(seed: u32) -> Self {
        Self { seed }
    }

    fn stream(self, stream: u32) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(u64::from(self.seed) << 32 | u64::from(stream))
    }

    /// A matrix of `rows` by `columns` normal values around 0.
    pub(crate) fn normal(self, stream: u32, rows: usize, columns: usize, deviation: f32) -> Result<Tensor> {
        let mut generator = self.stream(stream);
        let values = (0..rows * columns)
            .map(|_| {
                let value: f32 = StandardNormal.sample(&mut generator);
                value * deviation
            })
            .collect();
        Tensor::from_vec(values, (rows, columns), &Device::Cpu)
    }

    /// `count` tokens, each below `vocabulary_size`.
    pub(crate) fn prompt(self, count: usize, vocabulary_size: u32) -> Vec<u32> {
        let mut generator = self.stream(PROMPT_STREAM);
        (0..count).map(|_| generator.next_u32() % vocabulary_size.max(1)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(tensor: &Tensor) -> Vec<f32> {
        tensor.flatten_all().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn the_same_seed_gives_the_same_values_for_ever() {
        let source = WeightSource::new(7);
        let first = values(&source.normal(3, 2, 256, 1.0).unwrap());
        assert_eq!(first, values(&source.normal(3, 2, 256, 1.0).unwrap()));
        assert_ne!(first, values(&source.normal(4, 2, 256, 1.0).unwrap()));
        assert_ne!(first, values(&WeightSource::new(8).normal(3, 2, 256, 1.0).unwrap()));
        // A new version of the generator that draws otherwise would make old and new results incomparable.
        assert_eq!(source.prompt(4, 1000), [460, 266, 905, 36]);
        for (drawn, expected) in first.iter().zip([1.113_070_7, 0.753_096_34, -0.616_449_95_f32]) {
            assert!((drawn - expected).abs() < 1e-6, "{drawn} is not {expected}");
        }
    }

    #[test]
    fn values_are_normal_with_the_deviation_asked_for() {
        let drawn = values(&WeightSource::new(1).normal(0, 64, 256, 0.5).unwrap());
        let count = f64::from(u32::try_from(drawn.len()).unwrap());
        let mean = drawn.iter().map(|value| f64::from(*value)).sum::<f64>() / count;
        let deviation = (drawn.iter().map(|value| (f64::from(*value) - mean).powi(2)).sum::<f64>() / count).sqrt();
        assert!(mean.abs() < 0.02, "{mean}");
        assert!((deviation - 0.5).abs() < 0.02, "{deviation}");
    }
}
