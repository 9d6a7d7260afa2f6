//! Invoices, charges and subscriptions.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::discount::{Discount, Discounts};
use super::money::amount;
use super::price::Items;
use crate::entry::Entry;
use crate::plain::Id;

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

    fn sample(&self, series: &str, smallest: f64, currency: &str) -> Result<Entry, String> {
        let (value, unit) = amount(smallest, currency)?;
        Ok(self.entry(Entry::sample(series, value, Some(&unit)), series))
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
    #[serde(default)]
    discount: Option<Box<Discount>>,
    #[serde(default)]
    discounts: Discounts,
    #[serde(default)]
    pause_collection: Option<Pause>,
}

#[derive(Deserialize)]
struct Pause {
    behavior: String,
}

/// What an event becomes: samples, and what of it can't be known.
pub(super) type Found = (Vec<Entry>, Option<String>);

pub(super) fn invoice(happening: &Happening<'_>, invoice: &Invoice) -> Found {
    let customer = id_of(invoice.customer.as_ref());
    let revenue = happening.sample("revenue", whole(invoice.amount_paid), &invoice.currency);
    let mut found = split(revenue.map(|revenue| revenue.known("customer", customer)));
    if customer.is_some() {
        found.0.push(happening.event("customer.active").known("customer", customer));
    }
    found
}

/// A charge tells all that was ever given back; an event is about the difference to the one before.
pub(super) fn refund(happening: &Happening<'_>, charge: &Charge) -> Found {
    let before = happening.before.and_then(|raw| serde_json::from_str::<ChargeBefore>(raw.get()).ok());
    let earlier = before.and_then(|before| before.amount_refunded).unwrap_or(0);
    let back = charge.amount_refunded.saturating_sub(earlier);
    let refunded = happening.sample("revenue.refunded", whole(back), &charge.currency);
    split(refunded.map(|refunded| refunded.known("customer", id_of(charge.customer.as_ref()))))
}

pub(super) fn subscription(happening: &Happening<'_>, subscription: &Subscription) -> Found {
    let status = subscription.status.to_ascii_lowercase();
    let first = subscription.items.data.first().map(|item| &item.price);
    let plan = first.map(|price| {
        let name = price.lookup_key.as_deref().or(price.nickname.as_deref()).filter(|name| !name.is_empty());
        name.unwrap_or(&price.id).to_owned()
    });
    let customer = id_of(subscription.customer.as_ref()).map(str::to_owned);
    let (customer, plan) = (customer.as_deref(), plan.as_deref());
    let event = match happening.kind.rsplit('.').next() {
        Some("created") => "started",
        Some("deleted") => "ended",
        _ => "changed",
    };
    let sample = brought(happening, event, &status, subscription).map(|sample| {
        sample
            .label("subscription", &subscription.id)
            .known("customer", customer)
            .known("plan", plan)
            .label("status", &status)
            .label("event", event)
    });
    let (mut entries, problem) = split(sample);
    if event == "started" && customer.is_some() {
        entries.push(happening.event("customer.milestone").known("customer", customer).label("step", "signed"));
    }
    if event != "ended" && status == "active" && customer.is_some() {
        entries.push(happening.event("customer.active").known("customer", customer).known("plan", plan));
    }
    (entries, problem)
}

/// What a subscription brings in a year; where that can't be known, why.
fn brought(happening: &Happening<'_>, event: &str, status: &str, subscription: &Subscription) -> Result<Entry, String> {
    let items = &subscription.items;
    let currency = items.data.first().map(|item| item.price.currency.as_str());
    let currency = currency.ok_or("the subscription has no items")?;
    // A subscription that is not paid for brings nothing, whatever its price.
    let is_paying = event != "ended" && matches!(status, "active" | "past_due") && !subscription.is_given_away();
    if !is_paying {
        return happening.sample("subscription", 0.0, currency);
    }
    if items.has_others() {
        return Err(format!("the event tells {} of the subscription's items and not all", items.data.len()));
    }
    let time_s = happening.time_ms.div_euclid(1_000);
    let mut all = Vec::with_capacity(items.data.len());
    for item in &items.data {
        if let Some(mut brings) = item.brings(currency)? {
            item.discounts.lessen(std::slice::from_mut(&mut brings), None, currency, time_s)?;
            all.push(brings);
        }
    }
    subscription.discounts.lessen(&mut all, subscription.discount.as_deref(), currency, time_s)?;
    let yearly: f64 = all.iter().map(|brings| brings.amount * brings.times).sum();
    happening.sample("subscription", yearly.round(), currency)
}

impl Subscription {
    /// Whether its invoices are not meant to be paid at present. Drafts that are kept will be.
    fn is_given_away(&self) -> bool {
        self.pause_collection.as_ref().is_some_and(|pause| pause.behavior != "keep_as_draft")
    }
}

fn split(entry: Result<Entry, String>) -> Found {
    match entry {
        Ok(entry) => (vec![entry], None),
        Err(problem) => (Vec::new(), Some(problem)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "Stripe's amounts have at most twelve digits")]
fn whole(smallest: i64) -> f64 {
    smallest as f64
}

fn id_of(id: Option<&Id>) -> Option<&str> {
    id?.0.as_deref()
}
