//! A mapping as the fields of a form, and back.

use std::collections::BTreeMap;

use formats::Limits;
use formats::table::{Content, Decimal, MappedTime, TableMapping, TargetColumn, TimeFormat};

use super::Sent;

/// Labels that the form has room for.
const MOST_LABELS: usize = 20;

/// What the fields hold for a mapping.
pub fn typed(mapping: &TableMapping) -> Vec<(String, String)> {
    let (target, content) = match &mapping.target {
        TargetColumn::Kpi(content) => ("kpi", content),
        TargetColumn::Series(content) => ("series", content),
    };
    let mut fields = Fields::default();
    fields.put("header_row", mapping.header_row.to_string());
    fields.put("sheet", mapping.sheet.clone().unwrap_or_default());
    let separator = mapping.separator.map_or_else(String::new, |separator| match separator {
        '\t' => "tab".to_owned(),
        other => other.to_string(),
    });
    fields.put("separator", separator);
    fields.put("target", target);
    fields.content("target_column", "target_text", Some(content));
    fields.put("value", mapping.value.clone().unwrap_or_default());
    fields.put("decimal", if mapping.decimal == Decimal::Comma { "comma" } else { "point" });
    fields.content("unit_column", "unit_text", mapping.unit.as_ref());
    let time = mapping.time.as_ref();
    fields.put("time", time.map(|time| time.column.clone()).unwrap_or_default());
    fields.put("time_zone", time.map_or_else(|| "UTC".to_owned(), |time| time.time_zone.clone()));
    let (format, pattern) = match time.map(|time| &time.format) {
        None | Some(TimeFormat::Iso) => ("iso", ""),
        Some(TimeFormat::DayMonthYear) => ("day-month-year", ""),
        Some(TimeFormat::MonthDayYear) => ("month-day-year", ""),
        Some(TimeFormat::UnixSeconds) => ("unix-seconds", ""),
        Some(TimeFormat::UnixMilliseconds) => ("unix-milliseconds", ""),
        Some(TimeFormat::Pattern(pattern)) => ("pattern", pattern.as_str()),
    };
    fields.put("time_format", format);
    fields.put("time_pattern", pattern);
    for (number, (name, content)) in (1..=MOST_LABELS).zip(&mapping.labels) {
        fields.put(&format!("label_{number}_name"), name.clone());
        fields.content(&format!("label_{number}_column"), &format!("label_{number}_text"), Some(content));
    }
    fields.put("external_id", mapping.external_id.clone().unwrap_or_default());
    fields.put("note", mapping.note.clone().unwrap_or_default());
    fields.0
}

#[derive(Default)]
struct Fields(Vec<(String, String)>);

impl Fields {
    fn put(&mut self, name: &str, text: impl Into<String>) {
        self.0.push((name.to_owned(), text.into()));
    }

    fn content(&mut self, column: &str, text: &str, content: Option<&Content>) {
        match content {
            Some(Content::Column(name)) => self.put(column, name.clone()),
            Some(Content::Constant(constant)) => self.put(text, constant.clone()),
            None => {}
        }
    }
}

/// The mapping that the fields say.
///
/// # Errors
/// What is wrong: the name of the field and a sentence.
pub fn mapping(sent: &Sent, limits: &Limits) -> Result<TableMapping, Vec<(String, String)>> {
    let mut wrong: Vec<(String, String)> = Vec::new();
    let mut refuse = |field: &str, sentence: &str| wrong.push((field.to_owned(), sentence.to_owned()));
    let owned = |name: &str| sent.filled(name).map(str::to_owned);
    let mut content = |column: &str, text: &str| match (owned(column), owned(text)) {
        (Some(_), Some(_)) => {
            refuse(text, "Choose a column or write a text, not both.");
            None
        }
        (Some(column), None) => Some(Content::Column(column)),
        (None, text) => text.map(Content::Constant),
    };
    let target = content("target_column", "target_text");
    let unit = content("unit_column", "unit_text");
    let mut labels = BTreeMap::new();
    let mut nameless = None;
    for number in 1..=MOST_LABELS {
        let said = content(&format!("label_{number}_column"), &format!("label_{number}_text"));
        match (owned(&format!("label_{number}_name")), said) {
            (Some(name), Some(said)) => drop(labels.insert(name, said)),
            (Some(_), None) => {
                nameless = Some((number, "column", "Choose the column of this label, or write its text."));
            }
            (None, Some(_)) => nameless = Some((number, "name", "Give this label a name, such as stage.")),
            (None, None) => {}
        }
    }
    if let Some((number, part, sentence)) = nameless {
        refuse(&format!("label_{number}_{part}"), sentence);
    }
    let header_row = sent.text("header_row").parse().unwrap_or(0);
    if header_row == 0 {
        refuse("header_row", "Write the number of the row, from 1.");
    }
    let format = match sent.text("time_format") {
        "day-month-year" => TimeFormat::DayMonthYear,
        "month-day-year" => TimeFormat::MonthDayYear,
        "unix-seconds" => TimeFormat::UnixSeconds,
        "unix-milliseconds" => TimeFormat::UnixMilliseconds,
        "pattern" => TimeFormat::Pattern(sent.text("time_pattern").to_owned()),
        _ => TimeFormat::Iso,
    };
    if format == TimeFormat::Pattern(String::new()) {
        refuse("time_pattern", "Write the pattern, such as %d %b %Y.");
    }
    let separator = match sent.text("separator") {
        "tab" => Some('\t'),
        text => text.chars().next(),
    };
    let time_zone = owned("time_zone").unwrap_or_else(|| "UTC".to_owned());
    let Some(target) = target else {
        if !wrong.iter().any(|(field, _)| field == "target_text") {
            let sentence = "Name the KPI or the series that the rows are about, or choose the column that names it.";
            wrong.push(("target_text".to_owned(), sentence.to_owned()));
        }
        return Err(wrong);
    };
    let mapping = TableMapping {
        sheet: owned("sheet"),
        separator,
        header_row,
        target: if sent.text("target") == "kpi" { TargetColumn::Kpi(target) } else { TargetColumn::Series(target) },
        value: owned("value"),
        decimal: if sent.text("decimal") == "comma" { Decimal::Comma } else { Decimal::Point },
        unit,
        time: owned("time").map(|column| MappedTime { column, format, time_zone }),
        labels,
        external_id: owned("external_id"),
        note: owned("note"),
    };
    if wrong.is_empty() {
        wrong.extend(mapping.problems(limits).into_iter().map(|detail| (field_of(&detail), format!("{detail}."))));
    }
    if wrong.is_empty() { Ok(mapping) } else { Err(wrong) }
}

/// The field that a problem of the mapping as a whole stands at.
fn field_of(detail: &str) -> String {
    let fields = [("time zone", "time_zone"), ("name of a series", "target_text"), ("name of a label", "label_1_name")];
    let found = fields.iter().find(|(words, _)| detail.contains(words));
    found.map_or("header_row", |(_, field)| field).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_written_into_the_form_comes_back_the_same() {
        for text in [
            r#"{"target":{"series":{"constant":"deal"}}}"#,
            r#"{"target":{"kpi":{"column":"Kind"}},"sheet":"Deals","separator":"\t","header_row":3,"value":"Amount","decimal":"comma",
                "unit":{"constant":"EUR"},"time":{"column":"Closed","format":"day-month-year","time_zone":"Europe/Berlin"},
                "labels":{"stage":{"column":"Stage"},"app":{"constant":"crm"}},"external_id":"ID","note":"Name"}"#,
            r#"{"target":{"series":{"constant":"charge"}},"separator":"|","value":"A","unit":{"column":"Currency"},
                "time":{"column":"T","format":{"pattern":"%d %b %Y"}}}"#,
        ] {
            let wanted: TableMapping = serde_json::from_str(text).unwrap();
            assert_eq!(mapping(&Sent(typed(&wanted)), &Limits::default()), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_missing_or_said_twice_is_told_at_its_field() {
        let sound = [("header_row", "1"), ("target", "series"), ("target_text", "deal")];
        for (field, text, blamed) in [
            ("target_column", "Kind", "target_text"),
            ("header_row", "0", "header_row"),
            ("time_format", "pattern", "time_pattern"),
            ("label_1_name", "stage", "label_1_column"),
            ("label_2_text", "won", "label_2_name"),
            ("target_text", "", "target_text"),
            ("target_text", "two\u{200b}words", "target_text"),
        ] {
            let fields = [(field, text)].into_iter().chain(sound);
            let sent = Sent(fields.map(|(name, text)| (name.to_owned(), text.to_owned())).collect());
            let wrong = mapping(&sent, &Limits::default()).unwrap_err();
            assert_eq!(wrong[0].0, blamed, "{field}={text}: {wrong:?}");
        }
    }
}
