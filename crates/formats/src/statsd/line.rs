//! One line: `name:value[:value…]|type`, then parts that begin with `@` (sample rate), `#` (tags) or `T` (time).

use super::{Metric, Said};
use crate::collect::{Identity, value_problem};
use crate::label::Wrong;
use crate::{Limits, time};

/// Adds the metrics of a line, one for each of its values, or says what is wrong and adds none. Takes their names and labels from
/// the bytes for which there is room.
pub(super) fn read(
    line: &str,
    limits: &Limits,
    room_bytes: &mut usize,
    metrics: &mut Vec<Metric>,
) -> Result<(), Vec<Wrong>> {
    let syntax = |detail: &str| vec![wrong("syntax", detail.to_owned())];
    let (name, rest) = line.split_once(':').ok_or_else(|| syntax("there is no `:` behind a name"))?;
    let mut parts = rest.split('|');
    let values = parts.next().unwrap_or_default();
    let kind = parts.next().ok_or_else(|| syntax("there is no `|` and type behind the value"))?;
    let (mut rate, mut tags, mut time_ms) = (1.0, "", None);
    for part in parts {
        match (part.as_bytes().first(), part.get(1..)) {
            (Some(b'@'), Some(written)) => rate = sample_rate(written)?,
            (Some(b'#'), Some(written)) => tags = written,
            (Some(b'T'), Some(written)) => time_ms = Some(seconds(written)?),
            // Containers (`c:`), entities (`e:`) and what newer senders may add.
            _ => {}
        }
    }
    // Only the first tag stands behind a `#`; senders that write one before each mean the same.
    let tags = tags.split(',').map(|tag| tag.strip_prefix('#').unwrap_or(tag)).filter(|tag| !tag.is_empty());
    // A tag without a value is a fact: it is there.
    let labels = tags.map(|tag| tag.split_once(':').unwrap_or((tag, "true")));
    let (name, tagged) = tagged_name(name);
    let identity = Identity::new(name, labels.chain(tagged), limits)?;
    // The members of sets may hold colons.
    let separator = if kind == "s" { '\n' } else { ':' };
    let read: Result<Vec<Said>, _> = values.split(separator).map(|value| said(value, kind, rate, limits)).collect();
    let said = read?;
    if metrics.len() + said.len() > limits.rows {
        return Err(vec![wrong("too-many-rows", format!("there are {} values", said.len()))]);
    }
    // A value takes two bytes, and each has all labels of its line.
    let text_bytes = identity.text_bytes() * said.len();
    let Some(left_bytes) = room_bytes.checked_sub(text_bytes) else {
        return Err(vec![wrong(
            "too-much-text",
            format!("{} values have all names and labels of the line", said.len()),
        )]);
    };
    *room_bytes = left_bytes;
    let Identity { series, labels, .. } = identity;
    let all = said.into_iter();
    metrics.extend(all.map(|said| Metric { series: series.clone(), labels: labels.clone(), said, time_ms }));
    Ok(())
}

/// A name with the tags that InfluxDB's senders write behind it: `requests,host=a,city=b`. A name with a comma that is no such list
/// is a name.
fn tagged_name(written: &str) -> (&str, Vec<(&str, &str)>) {
    let Some((name, tags)) = written.split_once(',').filter(|(name, _)| !name.is_empty()) else {
        return (written, Vec::new());
    };
    let tags: Option<Vec<(&str, &str)>> = tags
        .split(',')
        .map(|tag| tag.split_once('=').filter(|(key, value)| !key.is_empty() && !value.is_empty()))
        .collect();
    tags.map_or_else(|| (written, Vec::new()), |tags| (name, tags))
}

fn said(written: &str, kind: &str, rate: f64, limits: &Limits) -> Result<Said, Vec<Wrong>> {
    if kind == "s" {
        let chars = written.chars().count();
        if chars > limits.label_chars {
            return Err(vec![wrong("too-long", format!("a member of a set has {chars} characters"))]);
        }
        return Ok(Said::Member(written.to_owned()));
    }
    let value: f64 = written.parse().map_err(|_| vec![wrong("not-a-number", "the value is no number".to_owned())])?;
    // A sample rate may make an infinity of a great number.
    let scaled = value / rate;
    if let Some(problem) = value_problem(value).or_else(|| value_problem(scaled)) {
        return Err(vec![problem]);
    }
    Ok(match kind {
        "c" | "m" => Said::Count(scaled),
        "g" if written.starts_with(['+', '-']) => Said::GaugeChange(value),
        "g" => Said::Gauge(value),
        "ms" | "h" | "d" => Said::Timing { value, weight: 1.0 / rate, is_ms: kind == "ms" },
        _ => return Err(vec![wrong("syntax", "the type is none of c, g, ms, h, d, s and m".to_owned())]),
    })
}

fn sample_rate(written: &str) -> Result<f64, Vec<Wrong>> {
    // Less than one in a billion is no sampling but a mistake.
    let rate = written.parse().ok().filter(|rate| (1e-9..=1.0).contains(rate));
    rate.ok_or_else(|| vec![wrong("bad-rate", "the sample rate is not between 0 and 1".to_owned())])
}

fn seconds(written: &str) -> Result<i64, Vec<Wrong>> {
    let time_ms = written.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1000));
    let time_ms = time_ms.filter(|time_ms| time::in_range(*time_ms).is_ok());
    time_ms.ok_or_else(|| vec![wrong("bad-time", "the time is not in seconds since 1970".to_owned())])
}

pub(super) fn wrong(code: &'static str, detail: String) -> Wrong {
    ("row".to_owned(), code, detail, "name:1|c, name:2.5|g or name:320|ms, with @rate and #tag:value".to_owned())
}
