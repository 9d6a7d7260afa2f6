//! What a subscription of Stripe brings in a year, and what of it can't be known.

use formats::webhook::stripe::{self, Mode};
use formats::{Limits, Received};

use super::{data, line, lines, refused};

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn text() -> String {
    String::from_utf8(data("stripe/subscription-created.json")).unwrap()
}

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn changed(changes: &[(&str, &str)]) -> Received {
    let mut body = text();
    for (from, to) in changes {
        assert!(body.contains(from), "{from}");
        body = body.replacen(from, to, 1);
    }
    stripe::read(body.as_bytes(), Mode::Live, &Limits::default()).unwrap()
}

/// The euros of a year, where they are known; 3 units at 49 EUR a month are 1,764.
fn yearly(changes: &[(&str, &str)]) -> Result<f64, String> {
    let received = changed(changes);
    let known =
        received.samples.samples.iter().find(|sample| sample.series == "subscription").map(|sample| sample.value);
    known.ok_or_else(|| received.samples.problems.iter().map(|problem| problem.detail.clone()).collect())
}

const AMOUNT: &str = r#""unit_amount": 4900"#;
const DECIMAL: &str = r#""unit_amount_decimal": "4900""#;
const USAGE: &str = r#""usage_type": "licensed""#;
const MONTHLY: &str = r#""interval": "month""#;
const ONE: &str = r#""interval_count": 1"#;
const THREE: &str = r#""quantity": 3"#;
const STATUS: &str = r#""status": "active""#;
const HAS_MORE: &str = r#""has_more": false"#;

#[test]
fn a_subscription_brings_what_stripe_counts() {
    let tiers = |mode: &str| {
        format!(
            r#""unit_amount": null, "billing_scheme": "tiered", "tiers_mode": "{mode}", "tiers": [
            {{"up_to": 2, "unit_amount": 1000, "flat_amount": 500}}, {{"up_to": null, "unit_amount": 800, "flat_amount": null}}]"#
        )
    };
    let (graduated, volume) = (tiers("graduated"), tiers("volume"));
    for (changes, expected) in [
        (vec![], 1_764.0),
        (vec![(MONTHLY, r#""interval": "year""#)], 147.0),
        (vec![(MONTHLY, r#""interval": "week""#)], 7_644.0),
        (vec![(MONTHLY, r#""interval": "day""#)], 53_655.0),
        (vec![(ONE, r#""interval_count": 3"#)], 588.0),
        (vec![(ONE, r#""interval_count": 7"#)], 252.0),
        (vec![(THREE, r#""quantity": 0"#)], 0.0),
        // Metered: what will be used is not known, whatever a unit costs.
        (vec![(USAGE, r#""usage_type": "metered""#), (THREE, r#""object": "x""#)], 0.0),
        (vec![(USAGE, r#""usage_type": "metered""#), (AMOUNT, r#""unit_amount": null"#)], 0.0),
        // Half a cent a unit; the line is rounded, not the price.
        (vec![(AMOUNT, r#""unit_amount": null"#), (DECIMAL, r#""unit_amount_decimal": "0.5""#)], 0.24),
        // 3 units in packages of two.
        (vec![(AMOUNT, r#""unit_amount": 4900, "transform_quantity": {"divide_by": 2, "round": "up"}"#)], 1_176.0),
        (vec![(AMOUNT, r#""unit_amount": 4900, "transform_quantity": {"divide_by": 2, "round": "down"}"#)], 588.0),
        // 2 at 10 and 5 for the tier, then one at 8: 33. By volume 3 at 8: 24.
        (vec![(AMOUNT, graduated.as_str())], 396.0),
        (vec![(AMOUNT, volume.as_str())], 288.0),
        (vec![(STATUS, r#""status": "past_due""#)], 1_764.0),
        (vec![(STATUS, r#""status": "trialing""#)], 0.0),
        (vec![(STATUS, r#""status": "paused""#)], 0.0),
        (vec![(STATUS, r#""status": "unpaid""#)], 0.0),
        (vec![(STATUS, r#""status": "canceled""#)], 0.0),
        (vec![(STATUS, r#""status": "incomplete""#)], 0.0),
        (vec![(STATUS, r#""status": "active", "pause_collection": {"behavior": "void", "resumes_at": null}"#)], 0.0),
        (vec![(STATUS, r#""status": "active", "pause_collection": {"behavior": "keep_as_draft"}"#)], 1_764.0),
        (vec![(STATUS, r#""status": "active", "pause_collection": null"#)], 1_764.0),
    ] {
        assert_eq!(yearly(&changes), Ok(expected), "{changes:?}");
    }
}

#[test]
fn discounts_that_recur_lessen_what_a_subscription_brings() {
    let coupon = |coupon: &str| {
        format!(r#""status": "active", "discounts": [{{"id": "di_1", "end": null, "coupon": {coupon}}}]"#)
    };
    let end = |end: &str| {
        format!(
            r#""status": "active", "discounts": [{{"id": "di_1", "end": {end}, "coupon": {{"duration": "repeating", "percent_off": 25}}}}]"#
        )
    };
    for (discounted, expected) in [
        (coupon(r#"{"duration": "forever", "percent_off": 50, "amount_off": null}"#), 882.0),
        (coupon(r#"{"duration": "forever", "percent_off": 100}"#), 0.0),
        // Ten euros off each invoice.
        (coupon(r#"{"duration": "forever", "amount_off": 1000, "currency": "eur"}"#), 1_644.0),
        (coupon(r#"{"duration": "forever", "amount_off": 99999, "currency": "eur"}"#), 0.0),
        (coupon(r#"{"duration": "once", "percent_off": 50}"#), 1_764.0),
        (coupon(r#"{"duration": "forever", "percent_off": 50, "applies_to": {"products": ["other"]}}"#), 1_764.0),
        // The event is of 1767225600.
        (end("1767225601"), 1_323.0),
        (end("1767225600"), 1_764.0),
        // One that has not begun yet.
        (end(r#"null, "start": 1767225600"#), 1_323.0),
        (end(r#"null, "start": 1767225601"#), 1_764.0),
        // Older versions write the first one beside the ids of all.
        (
            r#""status": "active", "discounts": ["di_1"], "discount": {"id": "di_1", "coupon": {"duration": "forever", "percent_off": 50}}"#
                .to_owned(),
            882.0,
        ),
        // Newer ones have the coupon inside its source.
        (
            r#""status": "active", "discounts": [{"id": "di_1", "source": {"type": "coupon", "coupon": {"percent_off": 50}}}]"#.to_owned(),
            882.0,
        ),
        (r#""status": "active", "discounts": [], "discount": null"#.to_owned(), 1_764.0),
    ] {
        assert_eq!(yearly(&[(STATUS, &discounted)]), Ok(expected), "{discounted}");
    }
    let of_item =
        r#""quantity": 3, "discounts": [{"id": "di_2", "coupon": {"duration": "forever", "percent_off": 10}}]"#;
    let of_all = coupon(r#"{"duration": "forever", "amount_off": 230, "currency": "eur"}"#);
    assert_eq!(yearly(&[(THREE, of_item)]), Ok(1_587.6));
    assert_eq!(yearly(&[(THREE, of_item), (STATUS, &of_all)]), Ok(1_560.0));
}

#[test]
fn an_amount_that_the_event_does_not_tell_is_named_and_the_rest_is_kept() {
    let discount = |written: &str| format!(r#""status": "active", "discounts": {written}"#);
    let by_id = discount(r#"["di_1"]"#);
    let other_currency = discount(r#"[{"id": "di_1", "coupon": {"amount_off": 5, "currency": "usd"}}]"#);
    let no_coupon = discount(r#"[{"id": "di_1", "source": {"type": "coupon", "coupon": "abc"}}]"#);
    for (from, to, detail) in [
        (
            AMOUNT,
            r#""unit_amount": null, "billing_scheme": "tiered""#,
            "the price \"price_1\" has tiers, which the event does not tell",
        ),
        (MONTHLY, r#""interval": "moon""#, "the price \"price_1\" recurs in an unknown interval"),
        (ONE, r#""interval_count": 0"#, "the price \"price_1\" has an impossible amount or interval"),
        (THREE, r#""quantity": 9223372036854775807"#, "the price \"price_1\" has an impossible amount or interval"),
        (HAS_MORE, r#""has_more": true"#, "the event tells 1 of the subscription's items and not all"),
        (
            HAS_MORE,
            r#""has_more": false, "total_count": 12"#,
            "the event tells 1 of the subscription's items and not all",
        ),
        (STATUS, by_id.as_str(), "the event does not tell the discount \"di_1\""),
        (STATUS, other_currency.as_str(), "a discount is in another currency"),
        (STATUS, no_coupon.as_str(), "the event does not tell the coupon of a discount"),
    ] {
        let received = changed(&[(from, to)]);
        let told: Vec<&str> = received.samples.problems.iter().map(|problem| problem.detail.as_str()).collect();
        assert_eq!(told, [detail.replace('"', "")], "{to}");
        let kept: Vec<String> = received.samples.samples.iter().map(line).collect();
        assert_eq!(kept.len(), 2, "{kept:?}");
        assert!(kept[0].starts_with("customer.milestone{") && kept[1].starts_with("customer.active{"), "{kept:?}");
    }
    let unknown = text().replace(r#""currency": "eur""#, r#""currency": "usdc""#);
    let received = stripe::read(unknown.as_bytes(), Mode::Live, &Limits::default()).unwrap();
    assert!(received.samples.problems[0].detail.contains("usdc"), "{received:?}");
    let unreadable = changed(&[(STATUS, r#""status": 7"#)]);
    assert_eq!((unreadable.samples.samples.len(), unreadable.samples.problems.len()), (0, 1));
    assert_eq!(lines(&changed(&[])).len(), 3);
    for (body, code) in [("{}", "shape"), ("[]", "shape"), ("", "empty")] {
        assert_eq!(refused(stripe::read(body.as_bytes(), Mode::Live, &Limits::default())).code(), code);
    }
}

#[test]
fn money_in_a_currency_that_is_not_known_is_no_revenue() {
    let text = String::from_utf8(data("stripe/invoice-paid.json")).unwrap();
    let currencies: Vec<String> = ["huf", "kwd", "isk", "zzz"]
        .map(|code| {
            let body = text.replace(r#""currency": "eur""#, &format!(r#""currency": "{code}""#));
            let received = stripe::read(body.as_bytes(), Mode::Live, &Limits::default()).unwrap();
            let revenue = received.samples.samples.iter().find(|sample| sample.series == "revenue");
            revenue.map_or_else(
                || received.samples.problems[0].detail.clone(),
                |sample| format!("{} {}", sample.value, sample.unit.as_deref().unwrap_or_default()),
            )
        })
        .into();
    assert_eq!(currencies[..3], ["147 HUF", "14.7 KWD", "147 ISK"]);
    assert!(currencies[3].contains("zzz"), "{currencies:?}");
}
