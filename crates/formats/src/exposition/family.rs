//! What the comments of a scrape say about a family of metrics.

use std::collections::HashMap;

#[derive(Default)]
struct Family<'a> {
    kind: &'a str,
    unit: &'a str,
}

/// The families that were named so far. What is said again is said anew.
#[derive(Default)]
pub(super) struct Families<'a>(HashMap<&'a str, Family<'a>>);

impl<'a> Families<'a> {
    /// Takes in a comment, without its `#`.
    pub(super) fn comment(&mut self, comment: &'a str) {
        let blank = [' ', '\t'];
        let Some((word, rest)) = comment.trim_start_matches(blank).split_once(blank) else { return };
        let rest = rest.trim_start_matches(blank);
        // A name in quotation marks may hold spaces; one with escapes is no family that is looked for here.
        let (name, rest) = match rest.strip_prefix('"').and_then(|inside| inside.split_once('"')) {
            Some(found) => found,
            None => rest.split_once(blank).unwrap_or((rest, "")),
        };
        let Some(said) = rest.split(blank).find(|word| !word.is_empty()) else { return };
        match word {
            "TYPE" => self.0.entry(name).or_default().kind = said,
            "UNIT" => self.0.entry(name).or_default().unit = said,
            _ => {}
        }
    }

    /// The unit of a series. Counts that belong to a histogram or summary have none, whatever the unit of what they count; that of a
    /// bucket is the one of its bound.
    pub(super) fn unit(&self, series: &str) -> Option<&'a str> {
        // OpenMetrics names a counter's family without `_total`, and that of a sum without `_sum`.
        let parts = ["", "_total", "_sum", "_max", "_bucket", "_gsum"];
        let family = parts.iter().find_map(|part| self.0.get(series.strip_suffix(part)?))?;
        (!family.unit.is_empty() && !matches!(family.kind, "info" | "stateset")).then_some(family.unit)
    }
}
