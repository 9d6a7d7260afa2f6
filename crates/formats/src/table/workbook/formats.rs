//! Which numbers are dates: a workbook says it by the format in which they are shown.

use std::collections::HashMap;

use jiff::civil::{Date, DateTime};
use jiff::{Span, ToSpan};

use super::super::cell::Cell;
use super::part::{Part, Step};
use crate::Refusal;

/// Formats that every program knows by number and that show a date or a time of day (ECMA-376 part 1, 18.8.30).
const DATES: [std::ops::RangeInclusive<u32>; 4] = [14..=22, 27..=36, 45..=47, 50..=58];
/// The last day that spreadsheets know, 31 December 9999.
const LAST_DAY: f64 = 2_958_466.0;
const DAY_MS: f64 = 86_400_000.0;

pub(super) struct Formats {
    /// By the cell's style: whether its number is a date.
    is_date: Vec<bool>,
    is_1904: bool,
}

impl Formats {
    pub(super) fn none(is_1904: bool) -> Self {
        Self { is_date: Vec::new(), is_1904 }
    }

    pub(super) fn read(text: &str, is_1904: bool) -> Result<Self, Refusal> {
        let mut part = Part::new(text);
        let mut own: HashMap<u32, bool> = HashMap::new();
        let mut is_date = Vec::new();
        let mut is_cell = false;
        while let Some(step) = part.step()? {
            match step {
                Step::Open(tag) if tag.name == "numFmt" => {
                    let number = tag.attribute("numFmtId").and_then(|number| number.parse().ok());
                    if let (Some(number), Some(code)) = (number, tag.attribute("formatCode")) {
                        own.insert(number, shows_date(code));
                    }
                }
                Step::Open(tag) if tag.name == "cellXfs" => is_cell = true,
                Step::Open(tag) if tag.name == "xf" && is_cell => {
                    let number: u32 = tag.attribute("numFmtId").and_then(|number| number.parse().ok()).unwrap_or(0);
                    let known = || DATES.iter().any(|range| range.contains(&number));
                    is_date.push(own.get(&number).copied().unwrap_or_else(known));
                }
                Step::Close(name) if name == "cellXfs" => is_cell = false,
                _ => {}
            }
        }
        Ok(Self { is_date, is_1904 })
    }

    /// A number as the cell of that style shows it.
    pub(super) fn cell(&self, number: f64, style: usize) -> Cell<'static> {
        let is_date = self.is_date.get(style).copied().unwrap_or(false);
        let instant = if is_date { self.instant(number) } else { None };
        instant.map_or(Cell::Number(number), Cell::Instant)
    }

    /// Days since the workbook's first one. The day before 1 March 1900 that never was belongs to nobody's data.
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
    fn instant(&self, days: f64) -> Option<DateTime> {
        if !(0.0..LAST_DAY).contains(&days) {
            return None;
        }
        let first = if self.is_1904 { Date::new(1904, 1, 1) } else { Date::new(1899, 12, 30) };
        let after: Span = 0.seconds().try_milliseconds((days * DAY_MS).round() as i64).ok()?;
        first.ok()?.at(0, 0, 0, 0).checked_add(after).ok()
    }
}

/// Whether a format shows a date: a letter of dates and times outside quotes, brackets and escapes. Elapsed times, in brackets,
/// are numbers.
fn shows_date(code: &str) -> bool {
    let mut characters = code.chars();
    let mut shows = false;
    while let Some(character) = characters.next() {
        match character {
            '"' => while characters.next().is_some_and(|inner| inner != '"') {},
            '\\' | '_' | '*' => {
                characters.next();
            }
            '[' => {
                let inner: String = characters.by_ref().take_while(|inner| *inner != ']').collect();
                let is_elapsed = !inner.is_empty()
                    && inner.chars().all(|letter| matches!(letter, 'h' | 'm' | 's' | 'H' | 'M' | 'S'));
                if is_elapsed {
                    return false;
                }
            }
            'y' | 'Y' | 'd' | 'D' | 'm' | 'M' | 'h' | 'H' | 's' | 'S' => shows = true,
            // `General` has letters of its own.
            'G' => return false,
            ';' => return shows,
            _ => {}
        }
    }
    shows
}

#[cfg(test)]
mod tests {
    use super::shows_date;

    #[test]
    fn dates_are_told_from_numbers_by_their_format() {
        for (code, is_date) in [
            ("yyyy-mm-dd", true),
            ("[$-409]d/m/yy h:mm AM/PM;@", true),
            ("hh:mm", true),
            ("General", false),
            ("0.00", false),
            ("#,##0.00\\ \"days\"", false),
            ("[h]:mm:ss", false),
            ("[Red]0.0", false),
            ("0_d", false),
            ("0;\"d\"yyyy", false),
        ] {
            assert_eq!(shows_date(code), is_date, "{code}");
        }
    }
}
