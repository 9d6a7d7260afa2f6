//! Invoices, charges and subscriptions.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::money::amount;
use crate::entry::Entry;
use crate::plain::Id;
use crate::text::shorten;

/// What an event says about itself.
pub(super) struct Happening<'a> {
    pub(super) id: &'a str,
    pub(super) kind: &'a str,
    pub(super) time_ms: i64,
    /// The attributes that changed, as they were.
    pub(super) before: Option<&'a RawValue>,
}

impl Happening<'_> {
    fn entry(&self, entry: Entry, series: &str) -> Entry {
        entry.time(Some(self.time_ms)).id(Some(format!("stripe:{}:{series}", self.id)))
    }

    fn sample(&self, series: &str, smallest: i64, currency: &str) -> Entry {
        let (value, unit) = amount(smallest, currency);
        self.entry(Entry::sample(series, value, Some(&unit)), series)
    }

    fn event(&self, series: &str) -> Entry {
        self.entry(Entry::event(series), series)
    }
}

#[derive(Deserialize)]
pub(super) struct Invoice {
    amount_paid: i64,
    currency: String,
    customer: Option<Id>,
}

#[derive(Deserialize)]
pub(super) struct Charge {
    amount_refunded: i64,
    currency: String,
    customer: Option<Id>,
}

#[derive(Deserialize)]
struct ChargeBefore {
    #[serde(default)]
    amount_refunded: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Subscription {
    id: String,
    status: String,
    customer: Option<Id>,
    items: Items,
}

#[derive(Deserialize)]
struct Items {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    quantity: Option<i64>,
    price: Price,
}

#[derive(Deserialize)]
struct Price {
    id: String,
    #[serde(default)]
    nickname: Option<String>,
    #[serde(default)]
    lookup_key: Option<String>,
    /// None where the price has tiers or a fraction of the smallest unit.
    unit_amount: Option<i64>,
    currency: String,
    recurring: Option<Recurring>,
}

#[derive(Deserialize)]
struct Recurring {
    interval: String,
    interval_count: i64,
}

pub(super) fn invoice(happening: &Happening<'_>, invoice: &Invoice) -> Vec<Entry> {
    let customer = id_of(invoice.customer.as_ref());
    let mut entries =
        vec![happening.sample("revenue", invoice.amount_paid, &invoice.currency).known("customer", customer)];
    if customer.is_some() {
        entries.push(happening.event("customer.active").known("customer", customer));
    }
    entries
}

/// A charge tells all that was ever given back; an event is about the difference to the one before.
pub(super) fn refund(happening: &Happening<'_>, charge: &Charge) -> Vec<Entry> {
    let before = happening.before.and_then(|raw| serde_json::from_str::<ChargeBefore>(raw.get()).ok());
    let earlier = before.and_then(|before| before.amount_refunded).unwrap_or(0);
    let back = charge.amount_refunded.saturating_sub(earlier);
    vec![
        happening.sample("revenue.refunded", back, &charge.currency).known("customer", id_of(charge.customer.as_ref())),
    ]
}

pub(super) fn subscription(happening: &Happening<'_>, subscription: &Subscription) -> Result<Vec<Entry>, String> {
    let first = subscription.items.data.first().map(|item| &item.price);
    let currency = first.map(|price| price.currency.as_str()).ok_or("the subscription has no items")?;
    let plan = first.map(|price| {
        price.lookup_key.as_deref().or(price.nickname.as_deref()).filter(|name| !name.is_empty()).unwrap_or(&price.id)
    });
    let customer = id_of(subscription.customer.as_ref());
    let event = match happening.kind.rsplit('.').next() {
        Some("created") => "started",
        Some("deleted") => "ended",
        _ => "changed",
    };
    // A subscription that is not paid for brings nothing, whatever its price.
    let is_paying = event != "ended" && matches!(subscription.status.as_str(), "active" | "past_due");
    let yearly = if is_paying { yearly(&subscription.items.data, currency)? } else { 0 };
    let mut entries = vec![
        happening
            .sample("subscription", yearly, currency)
            .label("subscription", &subscription.id)
            .known("customer", customer)
            .known("plan", plan)
            .label("status", &subscription.status)
            .label("event", event),
    ];
    if event == "started" && customer.is_some() {
        entries.push(happening.event("customer.milestone").known("customer", customer).label("step", "signed"));
    }
    if event != "ended" && subscription.status == "active" && customer.is_some() {
        entries.push(happening.event("customer.active").known("customer", customer).known("plan", plan));
    }
    Ok(entries)
}

/// What the items bring in a year of 365 days or 12 months, in the currency's smallest unit.
fn yearly(items: &[Item], currency: &str) -> Result<i64, String> {
    items.iter().try_fold(0_i64, |sum, item| {
        let price = &item.price;
        let what = || format!("the price {}", shorten(&price.id));
        let amount = price.unit_amount.ok_or_else(|| format!("{} has no amount for a unit", what()))?;
        if price.currency != currency {
            return Err(format!("{} is in another currency", what()));
        }
        let recurring = price.recurring.as_ref().ok_or_else(|| format!("{} does not recur", what()))?;
        let times = match recurring.interval.as_str() {
            "day" => 365,
            "week" => 52,
            "month" => 12,
            "year" => 1,
            _ => return Err(format!("{} recurs in an unknown interval", what())),
        };
        amount
            .checked_mul(item.quantity.unwrap_or(1))
            .and_then(|amount| amount.checked_mul(times))
            .and_then(|amount| amount.checked_div(recurring.interval_count))
            .and_then(|amount| sum.checked_add(amount))
            .ok_or_else(|| format!("{} has an impossible amount or interval", what()))
    })
}

fn id_of(id: Option<&Id>) -> Option<&str> {
    id?.0.as_deref()
}
