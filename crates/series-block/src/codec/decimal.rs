//! Decimal numbers with few places as whole numbers of the last place, where that gives the very same number back.
//!
//! The idea of ALP (Afroozeh, Kuffó & Boncz, SIGMOD 2023): most measured numbers were decimals before they were floats.

/// Powers of ten; each is exact, so that dividing a whole number under 2^53 by one rounds once, as reading the decimal does.
const POWERS: [f64; 10] = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/// Whole numbers below this are exact as floats, and so are they with a half added.
const EXACT_BELOW: u64 = 1 << 52;

/// The fewest places with which every value is a decimal, and the values as whole numbers of the last place. None where a value
/// has more than nine places or sixteen digits, is negative zero or is no number.
pub(crate) fn as_units(values: &[f64]) -> Option<(u8, Vec<i64>)> {
    let mut places = 0;
    let mut changed_at = 0;
    let mut units = Vec::with_capacity(values.len());
    for (index, &value) in values.iter().enumerate() {
        let unit = loop {
            if let Some(unit) = unit_of(value, places) {
                break unit;
            }
            places += 1;
            changed_at = index;
            POWERS.get(places)?;
        };
        units.push(unit);
    }
    // What was read with fewer places is read again.
    for (unit, &value) in units.iter_mut().zip(values).take(changed_at) {
        *unit = unit_of(value, places)?;
    }
    Some((u8::try_from(places).ok()?, units))
}

/// The value of so many units of the last place. None for places that [`as_units`] does not give.
pub(crate) fn from_units(places: u8, units: &[i64]) -> Option<Vec<f64>> {
    let power = POWERS.get(usize::from(places))?;
    Some(units.iter().map(|&unit| exact(unit) / power).collect())
}

#[expect(clippy::cast_precision_loss, reason = "as_units keeps to numbers that are exact")]
fn exact(unit: i64) -> f64 {
    unit as f64
}

#[expect(clippy::cast_possible_truncation, reason = "a unit that does not give the value back is not used")]
fn unit_of(value: f64, places: usize) -> Option<i64> {
    let power = POWERS.get(places)?;
    let scaled = value * power;
    let unit = (scaled + 0.5_f64.copysign(scaled)) as i64;
    let same = unit.unsigned_abs() < EXACT_BELOW && (exact(unit) / power).to_bits() == value.to_bits();
    same.then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_become_units_of_the_last_place() {
        assert_eq!(as_units(&[1.0, 2.5, -0.25, 3.0]), Some((2, vec![100, 250, -25, 300])));
        assert_eq!(as_units(&[0.1, 0.2]), Some((1, vec![1, 2])));
        assert_eq!(as_units(&[4_503_599_627_370_495.0]), Some((0, vec![4_503_599_627_370_495])));
    }

    #[test]
    fn what_would_not_read_back_is_left_to_others() {
        for value in [-0.0, f64::NAN, f64::INFINITY, 0.1 + 0.2, 1e16, 1.0 / 3.0, 5e-324] {
            assert_eq!(as_units(&[1.0, value]), None, "{value}");
        }
        assert_eq!(as_units(&[4_503_599_627_370_495.0, 0.5]), None);
    }
}
