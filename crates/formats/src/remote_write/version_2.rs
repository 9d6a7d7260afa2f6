//! `io.prometheus.write.v2.Request`: every text stands once, in a table, and series refer to it.

use super::Written;
use super::series::Series;
use crate::Refusal;
use crate::collect::Collector;
use crate::protobuf::{Malformed, Part};

/// The types of metric whose part `_count` is a count, whatever the metric's unit: histogram, gauge histogram, summary. The unit of
/// a bucket is that of its bound.
const IN_PARTS: [u64; 3] = [3, 4, 5];

pub(super) fn read(request: Part<'_>, all: &mut Collector<'_>, written: &mut Written) -> Result<(), Refusal> {
    // The table may stand behind what refers to it.
    let mut symbols = Vec::new();
    for field in request.fields() {
        let field = field?;
        if field.number == 4 {
            symbols.push(field.text()?);
        }
    }
    if symbols.first().is_some_and(|first| !first.is_empty()) {
        return Err(request.malformed("the first symbol is not empty").into());
    }
    for field in request.fields() {
        let field = field?;
        if field.number == 5 {
            series(field.part()?, &symbols, all, written)?;
        }
    }
    Ok(())
}

fn series(message: Part<'_>, symbols: &[&str], all: &mut Collector<'_>, written: &mut Written) -> Result<(), Refusal> {
    let symbol = |number: u64| {
        let found = usize::try_from(number).ok().and_then(|place| symbols.get(place));
        found.copied().ok_or_else(|| message.malformed("a series refers to a symbol that does not exist"))
    };
    // References come in pairs. A label without text is none, and takes two bytes: it must not take memory.
    let (mut labels, mut pending) = (Vec::new(), None);
    let (mut metadata, mut start_ms) = ((0, ""), None);
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => {
                for reference in field.numbers()? {
                    let text = symbol(reference?)?;
                    match pending.take() {
                        None => pending = Some(text),
                        Some(_) if text.is_empty() => {}
                        Some(name) => labels.push((name, text)),
                    }
                }
            }
            5 => metadata = unit(field.part()?, symbol)?,
            6 => start_ms = Some(field.int64()?),
            _ => {}
        }
    }
    if pending.is_some() {
        return Err(message.malformed("a label has no value").into());
    }
    let mut series = Series::new(labels, None);
    series.start_ms = start_ms;
    let (kind, unit) = metadata;
    let is_count = IN_PARTS.contains(&kind) && series.name.ends_with("_count");
    series.unit = (!is_count && !unit.is_empty()).then_some(unit);
    for field in message.fields() {
        let field = field?;
        match field.number {
            2 => series.sample(field.part()?, all, written)?,
            3 => series.histogram(field.part()?, all, written)?,
            4 => all.leave_out("exemplar"),
            _ => {}
        }
    }
    Ok(())
}

/// The type and unit in a series' metadata.
fn unit<'a>(
    message: Part<'_>,
    symbol: impl Fn(u64) -> Result<&'a str, Malformed>,
) -> Result<(u64, &'a str), Malformed> {
    let (mut kind, mut unit) = (0, "");
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => kind = field.uint64()?,
            4 => unit = symbol(field.uint64()?)?,
            _ => {}
        }
    }
    Ok((kind, unit))
}
