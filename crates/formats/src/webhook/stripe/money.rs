//! Amounts as Stripe writes them: whole numbers of the currency's smallest unit.

/// Currencies without a smaller unit, by Stripe's documentation ("Zero-decimal currencies").
const WITHOUT_DECIMALS: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];
/// Currencies of a thousand parts ("Three-decimal currencies").
const WITH_THREE_DECIMALS: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// The amount in whole units, and the currency's code in capitals.
#[expect(clippy::cast_precision_loss, reason = "Stripe's amounts have at most twelve digits")]
pub(super) fn amount(smallest: i64, currency: &str) -> (f64, String) {
    let code = currency.to_ascii_uppercase();
    let parts = if WITHOUT_DECIMALS.contains(&code.as_str()) {
        1.0
    } else if WITH_THREE_DECIMALS.contains(&code.as_str()) {
        1000.0
    } else {
        100.0
    };
    (smallest as f64 / parts, code)
}
