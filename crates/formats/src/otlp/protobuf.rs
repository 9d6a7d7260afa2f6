//! The request as protobuf: `opentelemetry/proto/metrics/v1/metrics.proto`. A message's parts may come in any order, so
//! that what concerns all of a message is looked up before its parts are read.

use std::borrow::Cow;

use super::Options;
use super::point::{self, Kind, Metric, Pair, Point, Scope};
use crate::Refusal;
use crate::buckets::{Filled, dense};
use crate::collect::Collector;
use crate::protobuf::{Malformed, Part};

pub(super) fn read(bytes: &[u8], options: &Options, all: &mut Collector<'_>) -> Result<(), Refusal> {
    for resource_metrics in parts(Part::body(bytes), 1) {
        let resource_metrics = resource_metrics?;
        let mut attributes = Vec::new();
        for resource in parts(resource_metrics, 1) {
            for attribute in parts(resource?, 1) {
                attributes.extend(pair(attribute?, all)?);
            }
        }
        let resource = Scope::of_resource(attributes, options);
        for scope_metrics in parts(resource_metrics, 2) {
            let scope_metrics = scope_metrics?;
            let mut name = "";
            for scope in parts(scope_metrics, 1) {
                for part in parts(scope?, 1) {
                    name = part?.text()?;
                }
            }
            let scope = resource.named(Cow::Borrowed(name));
            for part in parts(scope_metrics, 2) {
                metric(part?, &scope, all)?;
            }
        }
    }
    Ok(())
}

/// All fields of one number, each a message or text.
fn parts(message: Part<'_>, number: u32) -> impl Iterator<Item = Result<Part<'_>, Malformed>> {
    message.fields().filter_map(move |field| match field {
        Ok(field) if field.number == number => Some(field.part()),
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    })
}

fn metric(message: Part<'_>, scope: &Scope<'_>, all: &mut Collector<'_>) -> Result<(), Refusal> {
    let (mut name, mut unit, mut data) = ("", "", None);
    for field in message.fields() {
        let field = field?;
        let kind = match field.number {
            1 => {
                name = field.text()?;
                continue;
            }
            3 => {
                unit = field.text()?;
                continue;
            }
            5 | 7 => Kind::Number,
            9 => Kind::Histogram,
            10 => Kind::ExponentialHistogram,
            11 => Kind::Summary,
            _ => continue,
        };
        data = Some((kind, field.part()?));
    }
    let Some((kind, data)) = data else { return Ok(()) };
    let (mut temporality, mut is_monotonic) = (0, false);
    for field in data.fields() {
        let field = field?;
        match field.number {
            2 => temporality = field.uint64()?,
            3 => is_monotonic = field.uint64()? != 0,
            _ => {}
        }
    }
    let metric = Metric { name: Cow::Borrowed(name), unit: Cow::Borrowed(unit), kind, temporality, is_monotonic };
    for part in parts(data, 1) {
        let point = data_point(part?, kind, all)?;
        point::add(point, &metric, scope, all)?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "samples are floats")]
fn data_point<'a>(message: Part<'a>, kind: Kind, all: &mut Collector<'_>) -> Result<Point<'a>, Malformed> {
    let mut point = Point::default();
    for field in message.fields() {
        let field = field?;
        match (kind, field.number) {
            (_, 2) => point.start_ns = field.fixed64()?,
            (_, 3) => point.time_ns = field.fixed64()?,
            (Kind::Number, 4) => point.value = Some(field.double()?),
            (Kind::Number, 6) => point.value = Some(field.fixed64()?.cast_signed() as f64),
            (Kind::Histogram | Kind::ExponentialHistogram | Kind::Summary, 4) => {
                point.count = Some(field.fixed64()? as f64);
            }
            (Kind::Histogram | Kind::ExponentialHistogram | Kind::Summary, 5) => point.sum = Some(field.double()?),
            (Kind::Histogram, 11) | (Kind::ExponentialHistogram, 12) => point.min = Some(field.double()?),
            (Kind::Histogram, 12) | (Kind::ExponentialHistogram, 13) => point.max = Some(field.double()?),
            (Kind::Number | Kind::Summary, 8) | (Kind::Histogram | Kind::ExponentialHistogram, 10) => {
                point.flags = field.uint64()?;
            }
            (Kind::Number, 5) | (Kind::Histogram, 8) | (Kind::ExponentialHistogram, 11) => point.exemplars += 1,
            (Kind::Histogram, 6) => point.counts.extend(field.fixed64s()?.into_iter().map(|count| count as f64)),
            (Kind::Histogram, 7) => point.bounds.extend(field.doubles()?),
            (Kind::ExponentialHistogram, 6) => point.exponential.scale = field.sint64()?,
            (Kind::ExponentialHistogram, 7) => point.exponential.zero_count = field.fixed64()? as f64,
            (Kind::ExponentialHistogram, 8) => point.exponential.positive = buckets(field.part()?)?,
            (Kind::ExponentialHistogram, 9) => point.exponential.negative = buckets(field.part()?)?,
            (Kind::ExponentialHistogram, 14) => point.exponential.zero_threshold = field.double()?,
            (Kind::Summary, 6) => point.quantiles.push(quantile(field.part()?)?),
            (Kind::Number | Kind::Summary, 7) | (Kind::Histogram, 9) | (Kind::ExponentialHistogram, 1) => {
                point.attributes.extend(pair(field.part()?, all)?);
            }
            _ => {}
        }
    }
    Ok(point)
}

/// Where the buckets of one sign begin, and their counts one after the other.
#[expect(clippy::cast_precision_loss, reason = "samples are floats")]
fn buckets(message: Part<'_>) -> Result<Filled, Malformed> {
    let (mut offset, mut counts) = (0, Vec::new());
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => offset = field.sint64()?,
            2 => {
                for count in field.numbers()? {
                    counts.push(count? as f64);
                }
            }
            _ => {}
        }
    }
    Ok(dense(offset, counts))
}

fn quantile(message: Part<'_>) -> Result<(f64, f64), Malformed> {
    let mut quantile = (0.0, 0.0);
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => quantile.0 = field.double()?,
            2 => quantile.1 = field.double()?,
            _ => {}
        }
    }
    Ok(quantile)
}

/// A `KeyValue`; none where its value is a list, a map or bytes.
fn pair<'a>(message: Part<'a>, all: &mut Collector<'_>) -> Result<Option<Pair<'a>>, Malformed> {
    let (mut name, mut value) = ("", Some(Cow::Borrowed("")));
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => name = field.text()?,
            2 => value = any_value(field.part()?)?,
            _ => {}
        }
    }
    if value.is_none() {
        all.leave_out("attribute that is no plain value");
    }
    Ok(value.map(|value| (Cow::Borrowed(name), value)))
}

fn any_value(message: Part<'_>) -> Result<Option<Cow<'_, str>>, Malformed> {
    let mut value = Some(Cow::Borrowed(""));
    for field in message.fields() {
        let field = field?;
        value = match field.number {
            1 => Some(Cow::Borrowed(field.text()?)),
            2 => Some(Cow::Borrowed(if field.uint64()? == 0 { "false" } else { "true" })),
            3 => Some(Cow::Owned(field.int64()?.to_string())),
            4 => Some(Cow::Owned(field.double()?.to_string())),
            5..=7 => None,
            _ => continue,
        };
    }
    Ok(value)
}
