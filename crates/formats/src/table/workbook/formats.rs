//! What the numbers of cells are: a workbook says it by the format in which they are shown.

use std::collections::HashMap;

use jiff::civil::{Date, DateTime};
use jiff::{Span, ToSpan};

use super::super::cell::Cell;
use super::number_format::{Meaning, NumberFormat};
use super::part::{Part, Step};
use crate::Refusal;

/// Formats that every program knows by number (ECMA-376 part 1, 18.8.30); those of money are written as in the United States.
const KNOWN: [(u32, &str); 27] = [
    (5, "$#,##0"),
    (6, "$#,##0"),
    (7, "$#,##0.00"),
    (8, "$#,##0.00"),
    (9, "0%"),
    (10, "0.00%"),
    (14, "mm-dd-yy"),
    (15, "d-mmm-yy"),
    (16, "d-mmm"),
    (17, "mmm-yy"),
    (18, "h:mm AM/PM"),
    (19, "h:mm:ss AM/PM"),
    (20, "h:mm"),
    (21, "h:mm:ss"),
    (22, "m/d/yy h:mm"),
    (32, "h:mm:ss"),
    (33, "h:mm:ss"),
    (34, "yyyy-mm-dd"),
    (35, "yyyy-mm-dd"),
    (36, "yyyy-mm-dd"),
    (42, "$* #,##0"),
    (44, "$* #,##0.00"),
    (45, "mm:ss"),
    (46, "[h]:mm:ss"),
    (47, "mm:ss.0"),
    (57, "yyyy-mm"),
    (58, "mm-dd"),
];
/// Further numbers of dates in East Asian languages.
const DATES: [std::ops::RangeInclusive<u32>; 2] = [27..=31, 50..=56];
/// The last day that spreadsheets know, 31 December 9999.
const LAST_DAY: f64 = 2_958_466.0;
const DAY_MS: f64 = 86_400_000.0;

pub(super) struct Formats {
    all: Vec<NumberFormat>,
    /// By the cell's style: the place of its format.
    of_style: Vec<usize>,
    is_1904: bool,
}

impl Formats {
    pub(super) fn none(is_1904: bool) -> Self {
        Self { all: Vec::new(), of_style: Vec::new(), is_1904 }
    }

    pub(super) fn read(text: &str, is_1904: bool) -> Result<Self, Refusal> {
        let mut part = Part::new(text);
        let mut formats = Self { all: vec![NumberFormat::default()], of_style: Vec::new(), is_1904 };
        let mut places: HashMap<u32, usize> = HashMap::new();
        let mut is_cell = false;
        while let Some(step) = part.step()? {
            match step {
                Step::Open(tag) if tag.name == "numFmt" => {
                    let number = tag.attribute("numFmtId").and_then(|number| number.parse().ok());
                    if let (Some(number), Some(code)) = (number, tag.attribute("formatCode")) {
                        places.insert(number, formats.add(code));
                    }
                }
                Step::Open(tag) if tag.name == "cellXfs" => is_cell = true,
                Step::Open(tag) if tag.name == "xf" && is_cell => {
                    let number: u32 = tag.attribute("numFmtId").and_then(|number| number.parse().ok()).unwrap_or(0);
                    let known = || known(number).map_or(0, |code| formats.add(code));
                    let place = *places.entry(number).or_insert_with(known);
                    formats.of_style.push(place);
                }
                Step::Close(name) if name == "cellXfs" => is_cell = false,
                _ => {}
            }
        }
        Ok(formats)
    }

    fn add(&mut self, code: &str) -> usize {
        self.all.push(NumberFormat::parse(code));
        self.all.len() - 1
    }

    /// A number as the cell of that style shows it.
    pub(super) fn cell(&self, number: f64, style: usize) -> Cell<'static> {
        let format = self.of_style.get(style).and_then(|place| self.all.get(*place));
        match format.map_or(Meaning::Number, |format| format.meaning(number)) {
            Meaning::Number => Cell::Number(number),
            Meaning::Date => self.instant(number).map_or(Cell::Number(number), Cell::Instant),
            Meaning::Shown(shown) => Cell::Shown(number, shown),
        }
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

fn known(number: u32) -> Option<&'static str> {
    if DATES.iter().any(|range| range.contains(&number)) {
        return Some("yyyy-mm-dd");
    }
    KNOWN.iter().find(|(known, _)| *known == number).map(|(_, code)| *code)
}
