//! What the items of a subscription bring in a year, in the currency's smallest unit.
//!
//! As Stripe computes recurring revenue: metered items count none, because nobody knows what will be used; packages count whole
//! (`transform_quantity`); tiers are graduated or by volume. A year has 365 days, 52 weeks or 12 months.

use serde::Deserialize;

use super::discount::Discounts;
use crate::plain::Plain;
use crate::text::shorten;

/// Above this a number of the smallest unit is no amount that anybody pays, and not exact.
const MOST: f64 = 9e15;

#[derive(Deserialize)]
pub(super) struct Items {
    pub(super) data: Vec<Item>,
    #[serde(default)]
    has_more: bool,
    /// How many there are in all, where it is told.
    #[serde(default)]
    total_count: Option<u64>,
}

impl Items {
    /// Whether there are items that the event does not tell.
    pub(super) fn has_others(&self) -> bool {
        let told = u64::try_from(self.data.len()).unwrap_or(u64::MAX);
        self.has_more || self.total_count.is_some_and(|total| total > told)
    }
}

#[derive(Deserialize)]
pub(super) struct Item {
    #[serde(default)]
    quantity: Option<u64>,
    pub(super) price: Price,
    #[serde(default)]
    pub(super) discounts: Discounts,
}

#[derive(Deserialize)]
pub(super) struct Price {
    pub(super) id: String,
    #[serde(default)]
    pub(super) nickname: Option<String>,
    #[serde(default)]
    pub(super) lookup_key: Option<String>,
    /// None where the price has tiers or a fraction of the smallest unit.
    unit_amount: Option<i64>,
    #[serde(default)]
    unit_amount_decimal: Option<Plain>,
    pub(super) currency: String,
    recurring: Option<Recurring>,
    #[serde(default)]
    billing_scheme: Option<String>,
    #[serde(default)]
    transform_quantity: Option<Packages>,
    #[serde(default)]
    tiers: Option<Vec<Tier>>,
    #[serde(default)]
    tiers_mode: Option<String>,
    #[serde(default)]
    product: Option<Plain>,
}

#[derive(Deserialize)]
struct Recurring {
    interval: String,
    interval_count: i64,
    #[serde(default)]
    usage_type: Option<String>,
}

/// How many units are sold as one.
#[derive(Deserialize)]
struct Packages {
    divide_by: u64,
    round: String,
}

#[derive(Deserialize)]
struct Tier {
    up_to: Option<u64>,
    #[serde(default)]
    unit_amount: Option<i64>,
    #[serde(default)]
    unit_amount_decimal: Option<Plain>,
    #[serde(default)]
    flat_amount: Option<i64>,
    #[serde(default)]
    flat_amount_decimal: Option<Plain>,
}

/// What an item brings: an amount that comes so many times a year.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Brings {
    pub(super) amount: f64,
    pub(super) times: f64,
    pub(super) product: Option<String>,
}

impl Item {
    /// `None` where only what is used is paid.
    pub(super) fn brings(&self, currency: &str) -> Result<Option<Brings>, String> {
        let price = &self.price;
        let what = format!("the price {}", shorten(&price.id));
        if !price.currency.eq_ignore_ascii_case(currency) {
            return Err(format!("{what} is in another currency"));
        }
        let recurring = price.recurring.as_ref().ok_or_else(|| format!("{what} does not recur"))?;
        if recurring.usage_type.as_deref().is_some_and(|usage| usage.eq_ignore_ascii_case("metered")) {
            return Ok(None);
        }
        let impossible = || format!("{what} has an impossible amount or interval");
        let in_a_year = match recurring.interval.to_ascii_lowercase().as_str() {
            "day" => 365.0,
            "week" => 52.0,
            "month" => 12.0,
            "year" => 1.0,
            _ => return Err(format!("{what} recurs in an unknown interval")),
        };
        if recurring.interval_count < 1 {
            return Err(impossible());
        }
        let amount = price.amount(self.quantity.unwrap_or(1)).map_err(|error| format!("{what} {error}"))?;
        let times = in_a_year / as_f64(recurring.interval_count);
        if !(amount.abs() <= MOST && (amount * times).abs() <= MOST) {
            return Err(impossible());
        }
        Ok(Some(Brings { amount, times, product: price.product.as_ref().and_then(Plain::scalar) }))
    }
}

impl Price {
    /// What so many units cost each time.
    fn amount(&self, quantity: u64) -> Result<f64, String> {
        let quantity = match &self.transform_quantity {
            None => quantity,
            Some(packages) if packages.divide_by == 0 => return Err("has packages of nothing".to_owned()),
            Some(packages) => match packages.round.as_str() {
                "up" => quantity.div_ceil(packages.divide_by),
                "down" => quantity / packages.divide_by,
                _ => return Err("rounds its packages in an unknown way".to_owned()),
            },
        };
        if self.billing_scheme.as_deref() == Some("tiered") || self.tiers.is_some() {
            let tiers = self.tiers.as_deref().ok_or("has tiers, which the event does not tell")?;
            return tiered(tiers, self.tiers_mode.as_deref(), quantity);
        }
        let unit = written(self.unit_amount, self.unit_amount_decimal.as_ref()).ok_or("has no amount for a unit")?;
        // An invoice's line is rounded to the smallest unit, not its price.
        Ok((unit * count(quantity)).round())
    }
}

fn tiered(tiers: &[Tier], mode: Option<&str>, quantity: u64) -> Result<f64, String> {
    let unknown = || "has tiers that can't be read".to_owned();
    let cost = |tier: &Tier, units: u64| {
        let unit = written(tier.unit_amount, tier.unit_amount_decimal.as_ref()).unwrap_or(0.0);
        let flat = written(tier.flat_amount, tier.flat_amount_decimal.as_ref()).unwrap_or(0.0);
        unit * count(units) + flat
    };
    let holds = |tier: &&Tier| tier.up_to.is_none_or(|up_to| quantity <= up_to);
    match mode {
        Some("volume") => tiers.iter().find(holds).map(|tier| cost(tier, quantity).round()).ok_or_else(unknown),
        Some("graduated") => {
            let (mut sum, mut below) = (0.0, 0);
            for tier in tiers {
                let until = tier.up_to.unwrap_or(u64::MAX).min(quantity);
                if until > below || (quantity == 0 && below == 0) {
                    sum += cost(tier, until.saturating_sub(below));
                }
                if holds(&tier) {
                    return Ok(f64::round(sum));
                }
                below = until.max(below);
            }
            Err(unknown())
        }
        _ => Err(unknown()),
    }
}

/// An amount of the smallest unit, which may be a fraction of it.
fn written(whole: Option<i64>, decimal: Option<&Plain>) -> Option<f64> {
    whole.map(as_f64).or_else(|| decimal?.scalar()?.parse().ok().filter(|number: &f64| number.is_finite()))
}

#[expect(clippy::cast_precision_loss, reason = "amounts beyond 9e15 are refused")]
fn as_f64(number: i64) -> f64 {
    number as f64
}

#[expect(clippy::cast_precision_loss, reason = "amounts beyond 9e15 are refused")]
fn count(number: u64) -> f64 {
    number as f64
}
