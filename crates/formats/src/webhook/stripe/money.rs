//! Amounts as Stripe writes them: whole numbers of the currency's smallest unit.

use kpi::unit::Unit;

use crate::text::quote;

/// Currencies whose amounts have other decimals at Stripe than in ISO 4217, by Stripe's documentation of currencies ("Zero-decimal
/// currencies", "Special cases"). HUF and TWD are without decimals in payouts alone.
const OWN_DECIMALS: [(&str, u8); 3] = [("ISK", 2), ("UGX", 2), ("MGA", 0)];

/// The amount in whole units, and the currency's code in capitals: Stripe writes small letters.
///
/// # Errors
/// A currency that ISO 4217 does not name, or names without a smallest unit.
pub(super) fn amount(smallest: f64, currency: &str) -> Result<(f64, String), String> {
    let code = currency.trim().to_ascii_uppercase();
    let own = OWN_DECIMALS.iter().find(|(known, _)| *known == code).map(|(_, decimals)| *decimals);
    let decimals = own.or_else(|| Unit::currency_decimals(&code)).ok_or_else(|| {
        format!("{} is no currency of ISO 4217 with a smallest unit, so its amounts can't be read", quote(currency))
    })?;
    Ok((smallest / 10_f64.powi(i32::from(decimals)), code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_in_whole_units_of_the_currency() {
        for (smallest, currency, expected, code) in [
            (14_700.0, "eur", 147.0, "EUR"),
            (100_000_000.0, "huf", 1_000_000.0, "HUF"),
            (1_000.0, "jpy", 1_000.0, "JPY"),
            (5_120.0, "kwd", 5.12, "KWD"),
            (5_120.0, "bhd", 5.12, "BHD"),
            (1_000.0, "clp", 1_000.0, "CLP"),
            (500.0, "isk", 5.0, "ISK"),
            (500.0, "ugx", 5.0, "UGX"),
            (500.0, "twd", 5.0, "TWD"),
            (500.0, "mga", 500.0, "MGA"),
            (500.0, "Usd", 5.0, "USD"),
        ] {
            assert_eq!(amount(smallest, currency), Ok((expected, code.to_owned())), "{currency}");
        }
        for currency in ["usdc", "zzz", "", "xau"] {
            assert!(amount(100.0, currency).is_err_and(|error| error.contains("ISO 4217")), "{currency}");
        }
    }
}
