//! Lighthouse's JSON reports: one object for each page, or an array of them.
//!
//! - `lighthouse.score`: the score of a `category` (performance, accessibility, …), as a fraction.
//! - `lighthouse.` and the audit's id for the timings and sizes that people set budgets for: `first-contentful-paint`,
//!   `largest-contentful-paint`, `speed-index`, `total-blocking-time`, `interactive`, `server-response-time` in ms,
//!   `cumulative-layout-shift`, `total-byte-weight` in bytes.
//!
//! Labels: `page`, `device` (mobile, desktop). The time is when the page was fetched. A page that could not be measured, and a
//! category without a score, is a problem. Rows are reports, from 1.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::collect::Collector;
use crate::entry::Entry;
use crate::measured::optional;
use crate::plain::{Lenient, Plain};
use crate::report::wrong;
use crate::text::quote;
use crate::{Limits, Received, Refusal, report};

const EXPECTED: &str =
    "Lighthouse's JSON: {\"lighthouseVersion\", \"requestedUrl\", \"fetchTime\", \"categories\": {…}, \"audits\": {…}}";

const METRICS: [(&str, Option<&str>); 8] = [
    ("first-contentful-paint", Some("ms")),
    ("largest-contentful-paint", Some("ms")),
    ("speed-index", Some("ms")),
    ("total-blocking-time", Some("ms")),
    ("interactive", Some("ms")),
    ("server-response-time", Some("ms")),
    ("cumulative-layout-shift", None),
    ("total-byte-weight", Some("B")),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    requested_url: Option<String>,
    final_displayed_url: Option<String>,
    fetch_time: Option<String>,
    categories: BTreeMap<String, Lenient<Category>>,
    #[serde(default)]
    audits: BTreeMap<String, Lenient<Measured>>,
    runtime_error: Option<RuntimeError>,
    config_settings: Option<Settings>,
}

#[derive(Deserialize)]
struct Category {
    #[serde(default)]
    score: Option<Plain>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Measured {
    #[serde(default)]
    numeric_value: Option<Plain>,
}

#[derive(Deserialize)]
struct RuntimeError {
    code: Option<String>,
    message: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    form_factor: Option<String>,
}

/// The samples of one file.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, or has more reports than the limit of rows.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Received, Refusal> {
    let text = &*report::measured_text(bytes)?;
    let mut collector = Collector::new(limits);
    for raw in report::rows(text, limits, EXPECTED)? {
        let row = collector.row()?;
        if let Some(page) = report::typed::<Page>(&mut collector, row, raw, EXPECTED) {
            add(&mut collector, row, &page)?;
        }
    }
    Ok(collector.received)
}

fn add(collector: &mut Collector<'_>, row: usize, page: &Page) -> Result<(), Refusal> {
    let failure = page.runtime_error.as_ref().filter(|error| error.code.as_deref() != Some("NO_ERROR"));
    if let Some(error) = failure {
        let why = error.message.as_deref().or(error.code.as_deref()).unwrap_or("no reason is given");
        let detail = format!("the page could not be measured: {}", quote(why));
        collector.problem(row, wrong("runtimeError", "failed", detail, "the report of a page that was measured"));
        return Ok(());
    }
    let time_ms = report::instant(collector, page.fetch_time.as_deref());
    let url = page.final_displayed_url.as_deref().or(page.requested_url.as_deref());
    let device = page.config_settings.as_ref().and_then(|settings| settings.form_factor.as_deref());
    let complete = |entry: Entry| entry.known("page", url).known("device", device).time(time_ms);
    for (category, result) in &page.categories {
        let written = result.0.as_ref().and_then(|result| result.score.as_ref()).filter(|score| !score.is_null());
        if written.is_none() {
            let detail = format!("the category {} has no score", quote(category));
            collector.problem(row, wrong("categories", "missing", detail, "a score from 0 to 1"));
            continue;
        }
        let Some(score) = optional(collector, row, (category, "score"), written) else { continue };
        if score > 1.0 {
            let detail = format!("the score of the category {} is {score}", quote(category));
            collector.problem(row, wrong("categories", "out-of-range", detail, "a score from 0 to 1"));
            continue;
        }
        let entry = Entry::sample("lighthouse.score", score, Some("fraction")).label("category", category);
        collector.entry(row, complete(entry))?;
    }
    for (id, unit) in METRICS {
        let written = page.audits.get(id).and_then(|audit| audit.0.as_ref()?.numeric_value.as_ref());
        if let Some(value) = optional(collector, row, (id, "numericValue"), written) {
            collector.entry(row, complete(Entry::sample(format!("lighthouse.{id}"), value, unit)))?;
        }
    }
    Ok(())
}
