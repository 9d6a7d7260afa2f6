//! The cells of one row put into the fields that the mapping names.

use std::borrow::Cow;

use super::cell::Cell;
use super::instants::Instants;
use super::mapping::{Content, Decimal, TableMapping, TargetColumn};
use super::numbers::{plain_amount, with_point};
use super::quantity::{Quantity, Shown, days_of};
use crate::field::Field;
use crate::number::{self, Reading};
use crate::row::Row;
use crate::text::{quote, shorten};
use crate::{Refusal, WrongColumns};

/// Where in a row each column of the mapping stands.
pub(super) struct Columns<'m> {
    mapping: &'m TableMapping,
    places: Vec<(&'m str, usize)>,
    instants: Option<Instants<'m>>,
    /// How many columns the header has.
    width: usize,
}

impl<'m> Columns<'m> {
    /// The columns as a header has them.
    pub(super) fn find(mapping: &'m TableMapping, header: &[Cell<'_>], row: usize) -> Result<Self, Refusal> {
        let names: Vec<_> = header.iter().map(Cell::shown).collect();
        let mut places = Vec::new();
        let mut wrong = WrongColumns::default();
        for (_, name) in mapping.columns() {
            let is_it = |place: &usize| names.get(*place).is_some_and(|known| *known == name.trim());
            let found: Vec<usize> = (0..names.len()).filter(is_it).collect();
            // A name that stands over several merged cells is that of the first one.
            let own = found.iter().filter(|place| !header.get(**place).is_some_and(Cell::is_blank)).count();
            match found.first() {
                Some(place) if own < 2 => places.push((name, *place)),
                Some(_) => wrong.duplicate.push(shorten(name)),
                None => wrong.missing.push(shorten(name)),
            }
        }
        let width = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        if wrong.missing.is_empty() && wrong.duplicate.is_empty() {
            return Ok(Self { mapping, places, instants: mapping.time.as_ref().map(Instants::of), width });
        }
        let detail = [("lacks", &wrong.missing), ("repeats", &wrong.duplicate)]
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(what, names)| format!("the table {what} `{}`", names.join("`, `")))
            .collect::<Vec<_>>()
            .join("; ");
        let known: Vec<String> =
            names.iter().filter(|name| !name.is_empty()).take(20).map(|name| shorten(name)).collect();
        let expected = format!("each column of the mapping once; the table has `{}`", known.join("`, `"));
        Err(Refusal::Header { row, columns: Box::new(wrong), detail, expected })
    }

    /// The places of the mapping's columns, with their names.
    pub(super) fn places(&self) -> &[(&'m str, usize)] {
        &self.places
    }

    pub(super) fn fill(&self, row: &mut Row<'_>, cells: &[Cell<'_>]) {
        let surplus = cells.iter().skip(self.width).any(|cell| !cell.is_blank());
        if surplus {
            let detail = format!("there is a cell beyond the {} columns of the header", self.width);
            let expected = "a cell that holds the separator in double quotes";
            return row.problem(crate::row::WHOLE_ROW, "ragged-row", detail, expected);
        }
        let mapping = self.mapping;
        match &mapping.target {
            TargetColumn::Kpi(content) => self.content(row, Field::Kpi, content, cells),
            TargetColumn::Series(content) => self.content(row, Field::Series, content, cells),
        }
        if let Some(column) = &mapping.value {
            let unit = mapping.unit.as_ref().map(|unit| match unit {
                Content::Constant(text) => Cow::Borrowed(text.as_str()),
                Content::Column(column) => self.cell(column, cells).shown(),
            });
            self.value(row, self.cell(column, cells), unit.as_deref());
        }
        if let Some(content) = &mapping.unit {
            self.content(row, Field::Unit, content, cells);
        }
        if let (Some(time), Some(instants)) = (&mapping.time, &self.instants) {
            match self.cell(&time.column, cells) {
                Cell::Empty => row.problem("time", "missing", "the time is empty".to_owned(), instants.expected()),
                cell => match instants.read(cell) {
                    Ok(time_ms) => row.milliseconds(time_ms),
                    Err(detail) => row.problem("time", "bad-time", detail, instants.expected()),
                },
            }
        }
        for (name, content) in &mapping.labels {
            match content {
                Content::Constant(text) => row.label(name, Ok(text)),
                Content::Column(column) => match self.cell(column, cells) {
                    Cell::Failed(_) => row.label(name, Err("an error of the spreadsheet")),
                    cell => row.label(name, Ok(&cell.shown())),
                },
            }
        }
        for (field, column) in [(Field::ExternalId, &mapping.external_id), (Field::Note, &mapping.note)] {
            if let Some(column) = column {
                Self::text(row, field, self.cell(column, cells));
            }
        }
    }

    fn cell<'c, 'a>(&self, column: &str, cells: &'c [Cell<'a>]) -> &'c Cell<'a> {
        let place = self.places.iter().find(|(name, _)| *name == column).map(|(_, place)| *place);
        place.and_then(|place| cells.get(place)).map_or(&Cell::Empty, Cell::plain)
    }

    fn content(&self, row: &mut Row<'_>, field: Field, content: &Content, cells: &[Cell<'_>]) {
        match content {
            Content::Constant(text) => row.text(field, text),
            Content::Column(column) => Self::text(row, field, self.cell(column, cells)),
        }
    }

    fn text(row: &mut Row<'_>, field: Field, cell: &Cell<'_>) {
        match cell {
            Cell::Failed(what) => row.wrong_type(field, &format!("the error {} of the spreadsheet", shorten(what))),
            cell => row.text(field, &cell.shown()),
        }
    }

    fn value(&self, row: &mut Row<'_>, cell: &Cell<'_>, unit: Option<&str>) {
        match cell {
            Cell::Number(number) => row.number(&number.to_string()),
            Cell::Shown(number, shown) => Self::shown(row, *number, shown, unit),
            Cell::Truth(truth) => row.truth(*truth),
            Cell::Instant(_) => row.wrong_type(Field::Value, "a date"),
            Cell::Text(text) if self.mapping.decimal == Decimal::Comma => match with_point(text) {
                Some(text) => Self::written(row, &text, unit),
                None => row.wrong_type(Field::Value, &format!("{}, where commas begin the decimals", quote(text))),
            },
            Cell::Text(text) => Self::written(row, text, unit),
            cell => Self::text(row, Field::Value, cell),
        }
    }

    /// A number as its format shows it, in the unit of the row.
    fn shown(row: &mut Row<'_>, number: f64, shown: &Shown, unit: Option<&str>) {
        match shown.quantity(number, unit) {
            Ok(Quantity { number, unit }) => {
                row.number(&number.to_string());
                if let Some(unit) = unit {
                    row.text(Field::Unit, &unit);
                }
            }
            Err(detail) => {
                let expected = "a number whose format and unit say the same";
                row.problem(Field::Value.name(), "number-format", detail, expected);
            }
        }
    }

    fn written(row: &mut Row<'_>, text: &str, unit: Option<&str>) {
        if let Some(days) = days_of(text) {
            return Self::shown(row, days, &Shown::Duration, unit);
        }
        let text = &plain_amount(text);
        if number::read(text) == Reading::NotANumber { row.text(Field::Value, text) } else { row.number(text) }
    }
}
