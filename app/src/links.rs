//! Addresses of pages that keep the instant a reader looks at.

use std::fmt::Write as _;

use service::view::Frame;

/// Makes addresses; every one carries `as_of` on where the reader asked for a past instant.
#[derive(Debug, Clone, Default)]
pub struct Links {
    as_of: String,
}

impl Links {
    /// Links that stay at the frame's instant.
    pub fn of(frame: &Frame) -> Self {
        Self { as_of: frame.as_of.clone() }
    }

    /// The address of a page at the same instant.
    pub fn to(&self, path: &str) -> String {
        if self.as_of.is_empty() {
            return path.to_owned();
        }
        let separator = if path.contains('?') { '&' } else { '?' };
        format!("{path}{separator}as_of={}", encoded(&self.as_of))
    }

    /// The address of a KPI's page.
    pub fn kpi(&self, id: &str) -> String {
        self.to(&format!("/kpis/{id}"))
    }

    /// The address of a track's page.
    pub fn track(&self, id: &str) -> String {
        self.to(&format!("/tracks/{id}"))
    }
}

/// Text made safe as the value of a query.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            // Writing into a String cannot fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    encoded
}

/// Text made safe as an HTML id and as the fragment of an address: `level:pipeline-build-time` stays as it is.
pub fn anchor(text: &str) -> String {
    let mut anchor = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b':' => anchor.push(char::from(byte)),
            // Writing into a String cannot fail.
            _ => drop(write!(anchor, "_{byte:02X}")),
        }
    }
    anchor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_differ_where_texts_do() {
        assert_eq!(anchor("level:pipeline-build-time"), "level:pipeline-build-time");
        assert_eq!(anchor("source:nightly run"), "source:nightly_20run");
        assert_ne!(anchor("a b"), anchor("a-b"));
        assert_ne!(anchor("a b"), anchor("a_20b"));
    }

    #[test]
    fn links_carry_the_instant_on() {
        let now = Links::default();
        assert_eq!(now.to("/gates"), "/gates");
        let past = Links { as_of: "2026-01-02T03:04:05+01:00".to_owned() };
        assert_eq!(past.to("/gates"), "/gates?as_of=2026-01-02T03%3A04%3A05%2B01%3A00");
        assert_eq!(past.to("/benchmarks?run=7"), "/benchmarks?run=7&as_of=2026-01-02T03%3A04%3A05%2B01%3A00");
    }
}
