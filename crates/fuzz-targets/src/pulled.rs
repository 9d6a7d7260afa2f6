//! Answers of other systems that were asked, each read with the context that is kept beside it.

use formats::Limits;
use formats::pulled::{Context, FORMATS, read};

use crate::check;
use crate::pick::{first_line, limits, picked};

const CONTEXTS: [&str; 8] = [
    r#"{"format":"pulled-prometheus","time_ms":1772357400000,"naming":{}}"#,
    r#"{"format":"pulled-influxql","time_ms":1772357400000,"naming":{"unit":"ms"}}"#,
    r#"{"format":"pulled-flux","time_ms":1772357400000,"naming":{"constants":{"job":"mine"}}}"#,
    r#"{"format":"pulled-rows","time_ms":1772357400000,"mapping":{"naming":{"series":"deal","unit":"EUR"},"rows":"/data/items",
        "value":"/amount","time":"/at","id":"/id"}}"#,
    r#"{"format":"pulled-rows","time_ms":1772357400000,"mapping":{"naming":{"constants":{"from":"db"}},"series_at":"/name",
        "value":"/value","time":"/time","time_may_lack":true,"time_unit":"s","labels":{"a":"/labels/a"}}}"#,
    r#"{"format":"scrape","time_ms":1772357400000,"scrape":{"job":"node","instance":"a:1","is_up":true,"duration_s":0.25,
        "constants":{"zone":"a"},"keep":["up","process_*"]}}"#,
    r#"{"format":"statsd","time_ms":1772357400000,"gauges":[{"series":"queue","labels":[],"value":7.5}]}"#,
    r#"{"format":"pulled-rows","time_ms":1772357400000,"mapping":{"naming":{"series":"row"}}}"#,
];

/// Bits 0 to 2 pick the context, or with bit 3 the first line is it.
pub fn pulled(data: &[u8]) {
    let Some((pick, bytes)) = picked(data) else { return };
    let limits = limits(pick);
    let (context, bytes) = if pick & 8 == 0 {
        (CONTEXTS.get(usize::from(pick & 7)).copied().unwrap_or_default(), bytes)
    } else {
        first_line(bytes).unwrap_or(("", bytes))
    };
    let Ok(parsed) = serde_json::from_str::<Context>(context) else { return };
    assert!(FORMATS.contains(&parsed.format()));
    let kept = parsed.to_json().unwrap_or_default();
    assert_eq!(serde_json::from_str::<Context>(&kept).ok(), Some(parsed.clone()), "the context reads back");
    let Ok(received) = read(&kept, "text/plain", bytes, &limits) else {
        check::accepted(parsed.read("text/plain", bytes, &limits));
        return;
    };
    check::problems(&received.samples.problems);
    assert!(received.samples.samples.iter().all(|sample| sample.time_ms.is_some() && sample.value.is_finite()));
    within(&parsed, &received, &limits);
}

/// A scrape has two samples of its own, and a timing of StatsD gives eight.
fn within(context: &Context, received: &formats::Received, limits: &Limits) {
    let most = match context {
        Context::Scrape { .. } => limits.rows + 2,
        Context::StatsD { .. } => limits.rows * 8,
        _ => {
            let of_answer = |sample: &formats::Sample| sample.time_ms == Some(context.time_ms());
            received.samples.samples.iter().filter(|sample| !of_answer(sample)).for_each(|sample| {
                check::sample(sample, limits);
            });
            limits.rows
        }
    };
    assert!(received.samples.rows <= limits.rows && received.samples.samples.len() <= most);
}
