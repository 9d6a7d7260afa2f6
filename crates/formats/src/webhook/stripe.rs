//! Stripe's webhooks: money, and customers that come and go.
//!
//! | event | becomes |
//! | --- | --- |
//! | `invoice.paid` | `revenue`: what was paid, in its currency; `customer`. And `customer.active` |
//! | `charge.refunded` | `revenue.refunded`: what was given back since the event before; `customer` |
//! | `customer.subscription.created`, `.updated`, `.paused`, `.resumed`, `.deleted` | `subscription`: what it brings in a year, in its currency, after recurring discounts and without what is metered, 0 once it is over; `subscription`, `customer`, `plan`, `status`, `event` (started, changed, ended). While its status is active also `customer.active`: `customer`, `plan` |
//! | `customer.subscription.created` | `customer.milestone`: `customer`, `step` (signed) |
//!
//! All other events are left out; `invoice.payment_succeeded` comes beside `invoice.paid` and would count twice. So are
//! events of the other mode: a source takes either live or test events. External ids are Stripe's ids of events. An amount that the
//! event does not tell in full (further items, tiers, discounts by id, an unknown currency) is a problem of its row; what else the
//! event says is kept.

mod discount;
mod money;
mod object;
mod price;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::collect::Collector;
use crate::report::{self, wrong};
use crate::{Limits, Received, Refusal};
use object::Happening;

const EXPECTED: &str = "an event of Stripe: {\"id\", \"type\", \"created\", \"data\": {\"object\"}}";

/// Which of Stripe's two worlds a source is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Live,
    Test,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    created: i64,
    livemode: bool,
    #[serde(borrow)]
    data: Data<'a>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    object: &'a RawValue,
    #[serde(borrow, default)]
    previous_attributes: Option<&'a RawValue>,
}

/// The samples of one event.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, or no event of Stripe.
pub fn read(body: &[u8], mode: Mode, limits: &Limits) -> Result<Received, Refusal> {
    let text = report::text(body)?;
    let envelope: Envelope<'_> = report::document(text, EXPECTED)?;
    let mut collector = Collector::new(limits);
    let row = collector.row()?;
    if envelope.livemode != (mode == Mode::Live) {
        collector.leave_out("event of the other mode");
        return Ok(collector.received);
    }
    let happening = Happening {
        id: &envelope.id,
        kind: &envelope.kind,
        time_ms: envelope.created.saturating_mul(1000),
        before: envelope.data.previous_attributes,
    };
    let found = match envelope.kind.as_str() {
        "invoice.paid" => report::typed(&mut collector, row, envelope.data.object, EXPECTED)
            .map(|invoice| object::invoice(&happening, &invoice)),
        "charge.refunded" => report::typed(&mut collector, row, envelope.data.object, EXPECTED)
            .map(|charge| object::refund(&happening, &charge)),
        "customer.subscription.created"
        | "customer.subscription.updated"
        | "customer.subscription.paused"
        | "customer.subscription.resumed"
        | "customer.subscription.deleted" => report::typed(&mut collector, row, envelope.data.object, EXPECTED)
            .map(|subscription| object::subscription(&happening, &subscription)),
        _ => {
            collector.leave_out("event of another kind");
            None
        }
    };
    if let Some((entries, problem)) = found {
        for entry in entries {
            collector.entry(row, entry)?;
        }
        if let Some(detail) = problem {
            collector.problem(row, wrong("data.object", "wrong-type", detail, EXPECTED));
        }
    }
    Ok(collector.received)
}
