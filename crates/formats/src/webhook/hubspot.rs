//! `HubSpot`'s webhooks: companies, deals and tickets.
//!
//! | event | becomes |
//! | --- | --- |
//! | `ticket.creation` | `support.ticket`: `ticket` |
//! | `company.propertyChange` of `lifecyclestage` to `customer` | `customer.milestone`: `customer` (the company's id), `step` (signed) |
//! | `deal.creation` | `deal`: `deal`, `event` (created) |
//! | `deal.propertyChange` of `dealstage` | `deal`: `deal`, `stage`, `event` (won, lost, or moved) |
//! | `deal.propertyChange` of `amount` | `deal.amount`: the number, in the deal's currency, which the event does not tell; `deal` |
//! | `deal.propertyChange` of `deal_currency_code` | `deal.currency`: `deal`, `currency` |
//!
//! The same events of the generic kind (`object.creation`, `object.propertyChange`) are read by their `objectTypeId`. All
//! others are left out. Names of properties and internal values are compared without case. Rows count from 1 in the order of the array. An event is recognised by its id, kind, object and time
//! together, since `HubSpot` does not promise that ids are unique.

use serde::Deserialize;

use crate::collect::Collector;
use crate::entry::Entry;
use crate::number::{self, Reading};
use crate::plain::Plain;
use crate::report::{self, wrong};
use crate::text::{quote, utf8};
use crate::{Limits, Received, Refusal};

const EXPECTED: &str =
    "an array of events of HubSpot: [{\"eventId\", \"subscriptionType\", \"objectId\", \"occurredAt\"}]";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Happening {
    event_id: Plain,
    subscription_type: String,
    object_id: Option<Plain>,
    object_type_id: Option<String>,
    occurred_at: i64,
    property_name: Option<String>,
    property_value: Option<String>,
}

/// The samples of one delivery.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, or has more events than the limit of rows.
pub fn read(body: &[u8], limits: &Limits) -> Result<Received, Refusal> {
    let text = utf8(body)?;
    let mut collector = Collector::new(limits);
    report::each_row(text, EXPECTED, |raw| {
        let row = collector.row()?;
        let Some(happening) = report::typed::<Happening>(&mut collector, row, raw, EXPECTED) else { return Ok(()) };
        let Some(object) = happening.object_id.as_ref().and_then(Plain::scalar) else {
            collector.leave_out("event of another kind");
            return Ok(());
        };
        match entry(&happening, &object) {
            Ok(Some(entry)) => {
                if entry.is_of("deal.amount") {
                    collector.leave_out("currency of a deal's amount, which the event does not tell");
                }
                let (id, kind) = (happening.event_id.scalar().unwrap_or_default(), &happening.subscription_type);
                let id = format!("hubspot:{id}:{kind}:{object}:{}", happening.occurred_at);
                collector.entry(row, entry.time(Some(happening.occurred_at)).id(Some(id)))?;
            }
            Ok(None) => collector.leave_out("event of another kind"),
            Err(detail) => collector.problem(row, wrong("propertyValue", "wrong-type", detail, "a finite number")),
        }
        Ok(())
    })?;
    Ok(collector.received)
}

fn entry(happening: &Happening, object: &str) -> Result<Option<Entry>, String> {
    let kind = happening.subscription_type.to_ascii_lowercase();
    let Some((about, what)) = kind.split_once('.') else { return Ok(None) };
    let about = match (about, happening.object_type_id.as_deref()) {
        ("object", Some("0-2")) => "company",
        ("object", Some("0-3")) => "deal",
        ("object", Some("0-5")) => "ticket",
        (about, _) => about,
    };
    let value = happening.property_value.as_deref().unwrap_or_default();
    let property = happening.property_name.as_deref().map(str::to_ascii_lowercase);
    Ok(match (about, what, property.as_deref()) {
        ("ticket", "creation", _) => Some(Entry::event("support.ticket").label("ticket", object)),
        ("company", "propertychange", Some("lifecyclestage")) if value.eq_ignore_ascii_case("customer") => {
            Some(Entry::event("customer.milestone").label("customer", object).label("step", "signed"))
        }
        ("deal", "creation", _) => Some(Entry::event("deal").label("deal", object).label("event", "created")),
        ("deal", "propertychange", Some("dealstage")) => {
            let event = match value.to_ascii_lowercase().as_str() {
                "closedwon" => "won",
                "closedlost" => "lost",
                _ => "moved",
            };
            Some(Entry::event("deal").label("deal", object).label("stage", value).label("event", event))
        }
        ("deal", "propertychange", Some("deal_currency_code")) if !value.is_empty() => {
            Some(Entry::event("deal.currency").label("deal", object).label("currency", value.to_ascii_uppercase()))
        }
        // An amount that is taken away is none.
        ("deal", "propertychange", Some("amount")) if !value.is_empty() => match number::read(value) {
            Reading::Finite(amount) => Some(Entry::sample("deal.amount", amount, None).label("deal", object)),
            Reading::NotFinite | Reading::NotANumber => return Err(format!("{} is no number", quote(value))),
        },
        _ => None,
    })
}
