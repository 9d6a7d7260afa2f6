//! Field values: `1`, `1.5e3`, `-2i`, `3u`, `true`, `"text"`.

use super::Value;

/// The value that is written so, or `InfluxDB`'s words for what is wrong with it.
pub(super) fn read(written: &str) -> Result<Value, &'static str> {
    let bytes = written.as_bytes();
    match bytes.first() {
        Some(b'0'..=b'9' | b'.' | b'-') => number(written).map(Value::Number).ok_or("invalid number"),
        Some(b'n' | b'N') => Err("invalid number"),
        Some(_) => match written {
            "t" | "T" | "true" | "True" | "TRUE" => Ok(Value::Number(1.0)),
            "f" | "F" | "false" | "False" | "FALSE" => Ok(Value::Number(0.0)),
            _ => Err("invalid boolean"),
        },
        None => Err("missing field value"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "samples are floats: beyond 2^53 integers lose their last digits")]
fn number(written: &str) -> Option<f64> {
    match written.as_bytes().last()? {
        b'i' => written[..written.len() - 1].parse::<i64>().ok().map(|integer| integer as f64),
        b'u' => written[..written.len() - 1].parse::<u64>().ok().map(|integer| integer as f64),
        // Neither `inf` nor `nan` begins or ends so.
        b'0'..=b'9' | b'.' => written.parse().ok().filter(|value: &f64| value.is_finite()),
        _ => None,
    }
}
