//! Medians and percentiles of a few figures.

/// The value below which a share of the values lies: the nearest rank, no interpolation. Zero without values.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a few values"
    )]
    let place = ((share * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len().max(1)) - 1;
    sorted.get(place).copied().unwrap_or_default()
}

/// The value in the middle.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_values_that_were_measured() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        let near = |share: f64, wanted: f64| assert!((percentile(&values, share) - wanted).abs() < 1e-9, "{share}");
        near(0.5, 50.0);
        near(0.95, 95.0);
        near(1.0, 100.0);
        near(0.0, 1.0);
        assert!(percentile(&[], 0.5).abs() < 1e-9);
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
    }
}
