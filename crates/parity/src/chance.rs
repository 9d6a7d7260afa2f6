//! `SplitMix64` (Steele, Lea and Flood 2014): the same numbers on every machine.

/// A source of numbers.
pub struct Chance(u64);

impl Chance {
    /// The source of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A whole number below `bound`, which is not zero.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.bits() % bound).unwrap_or(0)
    }

    /// A number from 0 up to, but not including, 1.
    pub fn share(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
        let share = (self.bits() >> 11) as f64 / (1u64 << 53) as f64;
        share
    }

    /// A number as measurements are: mostly moderate, sometimes zero, negative, tiny or huge.
    pub fn measurement(&mut self) -> f64 {
        match self.below(12) {
            0 => 0.0,
            1 => -self.share() * 100.0,
            2 => self.share() * 1e-9,
            3 => self.share() * 1e15,
            4 => 100.0 - self.share() * 0.2,
            _ => self.share() * 150.0,
        }
    }
}
