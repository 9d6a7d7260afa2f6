//! The request as JSON: protobuf's own mapping, with 64-bit numbers as text and `NaN` in quotation marks. Unknown members are
//! ignored, as the protocol asks for.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::Options;
use super::point::{self, Kind, Metric, Pair, Point, Scope};
use crate::buckets::{Exponential, Filled, dense};
use crate::collect::Collector;
use crate::json::members::{Elements, Members};
use crate::json::{scan, syntax};
use crate::text::{place, utf8};
use crate::{Limits, Refusal};

/// Deeper than any request; lists and maps inside attributes may be nested.
const DEPTH: usize = 64;

pub(super) fn read(bytes: &[u8], options: &Options, all: &mut Collector<'_>) -> Result<(), Refusal> {
    let text = utf8(bytes)?;
    if let Some(offset) = scan::too_deep(text, DEPTH) {
        let (row, column) = place(text, offset);
        return Err(Refusal::TooDeep { row, column, limit: DEPTH });
    }
    let value = serde_json::from_str::<&RawValue>(text).map_err(|error| syntax(text, &error))?;
    let [resource_metrics] = Node { text, value }.members(["resourceMetrics"])?;
    for resource_metrics in elements(resource_metrics, all.limits)? {
        let [resource, scope_metrics] = resource_metrics.members(["resource", "scopeMetrics"])?;
        let attributes = match resource {
            Some(resource) => pairs(resource.members(["attributes"])?[0], all)?,
            None => Vec::new(),
        };
        let resource = Scope::of_resource(attributes, options);
        for scope_metrics in elements(scope_metrics, all.limits)? {
            let [scope, metrics] = scope_metrics.members(["scope", "metrics"])?;
            let name = match scope {
                Some(scope) => text_of(scope.members(["name"])?[0])?,
                None => Cow::Borrowed(""),
            };
            let scope = resource.named(name);
            for node in elements(metrics, all.limits)? {
                metric(node, &scope, all)?;
            }
        }
    }
    Ok(())
}

fn metric(node: Node<'_>, scope: &Scope<'_>, all: &mut Collector<'_>) -> Result<(), Refusal> {
    let [name, unit, gauge, sum, histogram, exponential, summary] =
        node.members(["name", "unit", "gauge", "sum", "histogram", "exponentialHistogram", "summary"])?;
    let data = [
        (Kind::Number, gauge),
        (Kind::Number, sum),
        (Kind::Histogram, histogram),
        (Kind::ExponentialHistogram, exponential),
        (Kind::Summary, summary),
    ];
    let Some((kind, data)) = data.into_iter().find_map(|(kind, node)| Some((kind, node?))) else { return Ok(()) };
    let [points, temporality, is_monotonic] = data.members(["dataPoints", "aggregationTemporality", "isMonotonic"])?;
    let temporality = match temporality {
        None => 0,
        Some(node) if node.value.get().starts_with('"') => match node.text_value()?.as_ref() {
            "AGGREGATION_TEMPORALITY_DELTA" => 1,
            "AGGREGATION_TEMPORALITY_CUMULATIVE" => 2,
            _ => 0,
        },
        Some(node) => node.integer()?,
    };
    let is_monotonic = is_monotonic.is_some_and(|node| node.value.get() == "true");
    let metric = Metric { name: text_of(name)?, unit: text_of(unit)?, kind, temporality, is_monotonic };
    for node in elements(points, all.limits)? {
        let point = data_point(node, all)?;
        point::add(point, &metric, scope, all)?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "samples are floats")]
fn data_point<'a>(node: Node<'a>, all: &mut Collector<'_>) -> Result<Point<'a>, Refusal> {
    let [attributes, start, time, flags, double, int, count, sum, min, max, quantiles, exemplars] = node.members([
        "attributes",
        "startTimeUnixNano",
        "timeUnixNano",
        "flags",
        "asDouble",
        "asInt",
        "count",
        "sum",
        "min",
        "max",
        "quantileValues",
        "exemplars",
    ])?;
    let number = |node: Option<Node<'_>>| node.map(Node::number).transpose();
    let integer = |node: Option<Node<'_>>| node.map(Node::integer::<u64>).transpose();
    let value = match int {
        Some(int) => Some(int.integer::<i64>()? as f64),
        None => number(double)?,
    };
    let quantile = |node: Node<'_>| {
        let [quantile, value] = node.members(["quantile", "value"])?;
        Ok((number(quantile)?.unwrap_or_default(), number(value)?.unwrap_or_default()))
    };
    let [counts, bounds, scale, zero_count, zero_threshold, positive, negative] = node.members([
        "bucketCounts",
        "explicitBounds",
        "scale",
        "zeroCount",
        "zeroThreshold",
        "positive",
        "negative",
    ])?;
    let exponential = Exponential {
        scale: scale.map_or(Ok(0), Node::integer)?,
        zero_count: integer(zero_count)?.unwrap_or_default() as f64,
        zero_threshold: number(zero_threshold)?.unwrap_or_default(),
        positive: buckets(positive, all.limits)?,
        negative: buckets(negative, all.limits)?,
    };
    Ok(Point {
        attributes: pairs(attributes, all)?,
        start_ns: integer(start)?.unwrap_or_default(),
        time_ns: integer(time)?.unwrap_or_default(),
        flags: integer(flags)?.unwrap_or_default(),
        value,
        count: integer(count)?.map(|count| count as f64),
        sum: number(sum)?,
        min: number(min)?,
        max: number(max)?,
        quantiles: elements(quantiles, all.limits)?.map(quantile).collect::<Result<_, Refusal>>()?,
        exemplars: elements(exemplars, all.limits)?.count(),
        counts: elements(counts, all.limits)?.map(count_of).collect::<Result<_, Refusal>>()?,
        bounds: elements(bounds, all.limits)?.map(Node::number).collect::<Result<_, Refusal>>()?,
        exponential,
    })
}

#[expect(clippy::cast_precision_loss, reason = "samples are floats")]
fn count_of(node: Node<'_>) -> Result<f64, Refusal> {
    node.integer::<u64>().map(|count| count as f64)
}

/// Where the buckets of one sign begin, and their counts one after the other.
fn buckets(node: Option<Node<'_>>, limits: &Limits) -> Result<Filled, Refusal> {
    let Some(node) = node else { return Ok(Filled::new()) };
    let [offset, counts] = node.members(["offset", "bucketCounts"])?;
    let counts: Vec<f64> = elements(counts, limits)?.map(count_of).collect::<Result<_, Refusal>>()?;
    Ok(dense(offset.map_or(Ok(0), Node::integer)?, counts))
}

/// The attributes that are plain values.
fn pairs<'a>(node: Option<Node<'a>>, all: &mut Collector<'_>) -> Result<Vec<Pair<'a>>, Refusal> {
    let mut pairs = Vec::new();
    for attribute in elements(node, all.limits)? {
        let [name, value] = attribute.members(["key", "value"])?;
        let value = match value {
            Some(value) => any_value(value)?,
            None => Some(Cow::Borrowed("")),
        };
        match value {
            Some(value) => pairs.push((text_of(name)?, value)),
            None => all.leave_out("attribute that is no plain value"),
        }
    }
    Ok(pairs)
}

fn any_value(node: Node<'_>) -> Result<Option<Cow<'_, str>>, Refusal> {
    let members = node.members([
        "stringValue",
        "boolValue",
        "intValue",
        "doubleValue",
        "arrayValue",
        "kvlistValue",
        "bytesValue",
    ])?;
    let [text, truth, integer, double, others @ ..] = members;
    if let Some(text) = text.or(truth).or(integer) {
        return text.text_value().map(Some);
    }
    if let Some(double) = double {
        return Ok(Some(Cow::Owned(double.number()?.to_string())));
    }
    Ok(if others.iter().any(Option::is_some) { None } else { Some(Cow::Borrowed("")) })
}

fn text_of(node: Option<Node<'_>>) -> Result<Cow<'_, str>, Refusal> {
    node.map_or(Ok(Cow::Borrowed("")), Node::text_value)
}

fn elements<'a>(node: Option<Node<'a>>, limits: &Limits) -> Result<impl Iterator<Item = Node<'a>> + use<'a>, Refusal> {
    let (text, values) = match node {
        Some(node) => {
            let elements = Elements::read(node.value, limits.rows).map_err(|_| node.refusal("an array"))?;
            if elements.has_more {
                return Err(Refusal::TooManyRows { limit: limits.rows });
            }
            (node.text, elements.first)
        }
        None => ("", Vec::new()),
    };
    Ok(values.into_iter().map(move |value| Node { text, value }))
}

/// A value in the body, which is known to be well-formed JSON.
#[derive(Clone, Copy)]
struct Node<'a> {
    text: &'a str,
    value: &'a RawValue,
}

impl<'a> Node<'a> {
    /// The members of these names; `null` is the same as none.
    fn members<const COUNT: usize>(self, names: [&'static str; COUNT]) -> Result<[Option<Self>; COUNT], Refusal> {
        let members = Members::read(self.value, &names).map_err(|_| self.refusal("an object"))?;
        let mut nodes = [None; COUNT];
        for (node, value) in nodes.iter_mut().zip(members.known) {
            *node = value.filter(|value| value.get() != "null").map(|value| Self { text: self.text, value });
        }
        Ok(nodes)
    }

    /// A text without its quotation marks and escapes; anything else as it is written.
    fn text_value(self) -> Result<Cow<'a, str>, Refusal> {
        let written = self.value.get();
        let Some(inside) = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
            return if written.starts_with(['{', '[']) {
                Err(self.refusal("text"))
            } else {
                Ok(Cow::Borrowed(written))
            };
        };
        if inside.contains('\\') {
            serde_json::from_str(written).map(Cow::Owned).map_err(|_| self.refusal("text with valid escapes"))
        } else {
            Ok(Cow::Borrowed(inside))
        }
    }

    fn number(self) -> Result<f64, Refusal> {
        // Rust reads `NaN` and `Infinity` as protobuf's JSON writes them.
        self.text_value()?.parse().map_err(|_| self.refusal("a number"))
    }

    fn integer<T: std::str::FromStr>(self) -> Result<T, Refusal> {
        self.text_value()?.parse().map_err(|_| self.refusal("a whole number"))
    }

    fn refusal(self, expected: &str) -> Refusal {
        // The value is a part of the text.
        let offset = self.value.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        let (row, column) = place(self.text, offset);
        let detail = format!("a value of an export request is not {expected}");
        Refusal::Shape { row, column, detail, expected: format!("{expected}, as protobuf's JSON writes the request") }
    }
}
