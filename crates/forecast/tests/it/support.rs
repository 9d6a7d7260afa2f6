//! Histories and repeatable noise.

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// One value a day, from the epoch on.
pub fn daily(values: &[f64]) -> Vec<(i64, f64)> {
    values.iter().zip(0..).map(|(value, day)| (day * DAY_MS, *value)).collect()
}

/// Normal noise with mean 0 and deviation 1, the same for the same seed.
pub struct Noise(u64);

impl Noise {
    /// A sequence of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    /// A number between 0 and 1 (splitmix64: S. Vigna, public domain).
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        f64::from(u32::try_from(mixed >> 32).unwrap()) / f64::from(u32::MAX)
    }

    /// The next number: the sum of twelve uniform ones, less its mean.
    pub fn next(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}
