//! Discounts of a subscription or of one of its items, which lessen what it brings in a year.
//!
//! A coupon for ever, or for months that are not over yet, counts; one for a single invoice does not, because what a subscription
//! brings is what recurs. An event of a new version of Stripe's interface names discounts by their ids alone: then nobody knows.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::price::Brings;
use crate::plain::Plain;
use crate::text::shorten;

/// Discounts as they are written: each whole, or an id.
#[derive(Default)]
pub(super) struct Discounts(Vec<Written>);

enum Written {
    Id(String),
    Whole(Box<Discount>),
}

#[derive(Deserialize)]
pub(super) struct Discount {
    #[serde(default)]
    id: Option<Plain>,
    /// When it begins, in seconds since 1970.
    #[serde(default)]
    start: Option<i64>,
    /// When it ends, the same.
    #[serde(default)]
    end: Option<i64>,
    #[serde(default)]
    coupon: Option<CouponOrId>,
    /// Where newer versions have the coupon.
    #[serde(default)]
    source: Option<Source>,
}

#[derive(Deserialize)]
struct Source {
    #[serde(default)]
    coupon: Option<CouponOrId>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum CouponOrId {
    Whole(Box<Coupon>),
    #[expect(dead_code, reason = "an id tells nothing about the coupon")]
    Id(String),
}

#[derive(Deserialize)]
struct Coupon {
    #[serde(default)]
    duration: Option<String>,
    #[serde(default)]
    percent_off: Option<f64>,
    #[serde(default)]
    amount_off: Option<i64>,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    applies_to: Option<AppliesTo>,
}

#[derive(Deserialize)]
struct AppliesTo {
    #[serde(default)]
    products: Vec<String>,
}

impl<'de> Deserialize<'de> for Discounts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: Option<Vec<&'de RawValue>> = Option::deserialize(deserializer)?;
        let read = |raw: &RawValue| match serde_json::from_str::<Plain>(raw.get()) {
            Ok(Plain::Text(id)) => Written::Id(id),
            _ => serde_json::from_str(raw.get()).map_or_else(|_| Written::Id("?".to_owned()), Written::Whole),
        };
        Ok(Self(raw.unwrap_or_default().into_iter().map(read).collect()))
    }
}

impl Discounts {
    /// Lessens what items bring, one discount after the other. `first` is the first discount of a subscription, which older versions
    /// write whole in a field of its own, beside the ids of all.
    pub(super) fn lessen(
        &self,
        items: &mut [Brings],
        first: Option<&Discount>,
        currency: &str,
        time_s: i64,
    ) -> Result<(), String> {
        let first_id = first.and_then(|first| first.id.as_ref()?.scalar());
        let is_first = |id: Option<String>| id.is_some() && id == first_id;
        let others = self.0.iter().filter(|discount| match discount {
            Written::Id(id) => !is_first(Some(id.clone())),
            Written::Whole(discount) => !is_first(discount.id.as_ref().and_then(Plain::scalar)),
        });
        let others = others.map(|discount| match discount {
            Written::Id(id) => Err(format!("the event does not tell the discount {}", shorten(id))),
            Written::Whole(discount) => Ok(discount.as_ref()),
        });
        for discount in first.map(Ok).into_iter().chain(others) {
            let discount = discount?;
            if discount.end.is_some_and(|end| end <= time_s) || discount.start.is_some_and(|start| start > time_s) {
                continue;
            }
            let coupon = discount.coupon()?;
            if coupon.duration.as_deref() == Some("once") {
                continue;
            }
            let products = coupon.applies_to.as_ref().map(|applies| applies.products.as_slice());
            let mut meant: Vec<&mut Brings> = items
                .iter_mut()
                .filter(|item| products.is_none_or(|ids| item.product.as_ref().is_some_and(|id| ids.contains(id))))
                .collect();
            match (coupon.percent_off, coupon.amount_off) {
                (Some(percent), _) if (0.0..=100.0).contains(&percent) => {
                    for item in meant {
                        item.amount *= 1.0 - percent / 100.0;
                    }
                }
                (None, Some(amount)) if amount >= 0 => {
                    if !coupon.currency.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(currency)) {
                        return Err("a discount is in another currency".to_owned());
                    }
                    take_off(&mut meant, amount)?;
                }
                _ => return Err("a discount takes off what can't be read".to_owned()),
            }
        }
        Ok(())
    }
}

impl Discount {
    fn coupon(&self) -> Result<&Coupon, String> {
        let source = self.source.as_ref().and_then(|source| source.coupon.as_ref());
        match self.coupon.as_ref().or(source) {
            Some(CouponOrId::Whole(coupon)) => Ok(coupon),
            _ => Err("the event does not tell the coupon of a discount".to_owned()),
        }
    }
}

/// Takes an amount off each invoice, of which nothing less than nothing is left.
fn take_off(items: &mut [&mut Brings], amount: i64) -> Result<(), String> {
    let times = items.first().map_or(1.0, |item| item.times);
    if items.iter().any(|item| (item.times - times).abs() > f64::EPSILON) {
        return Err("a discount of an amount is on items of different intervals".to_owned());
    }
    #[expect(clippy::cast_precision_loss, reason = "Stripe's amounts have at most twelve digits")]
    let mut left = amount as f64;
    for item in items {
        let off = left.min(item.amount.max(0.0));
        item.amount -= off;
        left -= off;
    }
    Ok(())
}
