//! How old the page is that stands in the window.

use js_sys::Date;

use super::dom::by_id;

/// A page older than this came out of the device's memory.
const OLD_MS: f64 = 60_000.0;

/// The age in milliseconds, by the instant that the server wrote.
fn age_ms() -> Option<f64> {
    let written = by_id("rendered-at")?.get_attribute("datetime")?;
    let age = Date::now() - Date::parse(&written);
    age.is_finite().then_some(age)
}

/// Whether the page was kept on the device and not just written.
pub fn is_old() -> bool {
    age_ms().is_some_and(|age| age > OLD_MS)
}

/// "this page is from 3 hours ago".
pub fn words() -> String {
    let minutes = age_ms().unwrap_or(0.0) / 60_000.0;
    let (count, unit) = match minutes {
        m if m < 1.0 => return "this page is current".to_owned(),
        m if m < 90.0 => (m, "minute"),
        m if m < 60.0 * 36.0 => (m / 60.0, "hour"),
        m => (m / 60.0 / 24.0, "day"),
    };
    // The browser writes the number: Rust's own writer of fractions would be a large part of what is sent.
    let count = js_sys::Number::from(count.round()).to_string_with_radix(10).map(String::from).unwrap_or_default();
    let plural = if count == "1" { "" } else { "s" };
    ["this page is from ", &count, " ", unit, plural, " ago"].concat()
}
