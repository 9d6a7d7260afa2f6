//! Tables of other programs, read by a mapping. The workbooks were written by openpyxl and by `SheetJS`.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use formats::table::{Content, Decimal, MappedTime, TableMapping, TargetColumn, TimeFormat, preview, read};
use formats::{Draft, Limits, Target, Written, WrittenTime};

use crate::{data, refused};

fn column(name: &str) -> Content {
    Content::Column(name.to_owned())
}

fn mapping(json: &str) -> TableMapping {
    serde_json::from_str(json).unwrap()
}

fn deals() -> TableMapping {
    TableMapping {
        sheet: Some("Deals".to_owned()),
        separator: None,
        header_row: 2,
        target: TargetColumn::Series(Content::Constant("deal".to_owned())),
        value: Some("Amount".to_owned()),
        decimal: Decimal::Point,
        unit: Some(Content::Constant("EUR".to_owned())),
        time: Some(MappedTime {
            column: "Close Date".to_owned(),
            format: TimeFormat::Iso,
            time_zone: "Europe/Berlin".to_owned(),
        }),
        labels: [("stage".to_owned(), column("Stage")), ("owner".to_owned(), column("Owner"))].into(),
        external_id: Some("Deal ID".to_owned()),
        note: None,
    }
}

/// Row, value as written, time and labels.
fn summary(draft: &Draft) -> String {
    let value = match &draft.value {
        Written::Number(_, text) | Written::Text(text) => text.clone(),
        Written::Truth(truth) => truth.to_string(),
    };
    let time_ms = match draft.time {
        Some(WrittenTime::Milliseconds(time_ms)) => time_ms,
        _ => 0,
    };
    let labels: Vec<String> = draft.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let id = draft.external_id.as_deref().unwrap_or("-");
    format!("{} {} {value} {time_ms} {} {id}", draft.row, draft.target.name(), labels.join(","))
}

#[test]
fn a_workbook_is_read_by_its_mapping() {
    let drafts = read(&data("tables/deals.xlsx"), &deals(), &Limits::default()).unwrap();
    assert_eq!(
        drafts.drafts.iter().map(summary).collect::<Vec<_>>(),
        [
            // A date is midnight in the zone of the mapping.
            "3 deal 1250.5 1772319600000 owner=Ann & Bob,stage=won D-1",
            "4 deal 90000 1772353800000 stage=lost D-2",
            "6 deal n/a 1772406000000 owner=Zoë,stage=won D-3",
        ]
    );
    // A formula that no spreadsheet program has computed yet.
    assert_eq!(drafts.problems.iter().map(|problem| (problem.row, problem.code)).collect::<Vec<_>>(), [(7, "missing")]);
    assert_eq!(drafts.rows, 4);
}

#[test]
fn a_workbook_of_another_program_is_read_too() {
    let mapping = mapping(
        r#"{"target":{"kpi":{"constant":"revenue-arr"}},"value":"MRR","decimal":"comma","unit":{"constant":"EUR"},
            "time":{"column":"Since"},"labels":{"account":{"column":"Account"},"active":{"column":"Active"}}}"#,
    );
    let drafts = read(&data("tables/sheetjs.xlsx"), &mapping, &Limits::default()).unwrap();
    assert_eq!(drafts.problems, []);
    assert_eq!(
        drafts.drafts.iter().map(summary).collect::<Vec<_>>(),
        [
            "2 revenue-arr 1200.5 1772323200000 account=Acme,active=true -",
            "3 revenue-arr 1200.50 1772452800000 account=Acme,active=false -",
        ]
    );
    assert_eq!(drafts.drafts[0].target, Target::Kpi("revenue-arr".to_owned()));
}

const CSV: &str = "Exported by CRM\n\nDeal;Amount;Date;Stage\nA;1.250,50 €;01.03.2026 09:30;won\n\nB;1.5;31.12.2026;\n\
                   C;7;12/31/2026;won\nD;;1.3.2026;won\nE;9;;won\n";

fn crm() -> TableMapping {
    mapping(
        r#"{"header_row":3,"target":{"series":{"constant":"deal"}},"value":"Amount","decimal":"comma",
            "time":{"column":"Date","format":"day-month-year"},"labels":{"stage":{"column":"Stage"}},"external_id":"Deal"}"#,
    )
}

#[test]
fn csv_of_other_programs_is_read_by_its_mapping() {
    let drafts = read(CSV.as_bytes(), &crm(), &Limits::default()).unwrap();
    assert_eq!(drafts.drafts.iter().map(summary).collect::<Vec<_>>(), ["4 deal 1250.50 € 1772357400000 stage=won A"]);
    let problems: Vec<_> =
        drafts.problems.iter().map(|problem| (problem.row, problem.field.as_str(), problem.code)).collect();
    assert_eq!(
        problems,
        [(6, "value", "wrong-type"), (7, "time", "bad-time"), (8, "value", "missing"), (9, "time", "missing"),]
    );
}

#[test]
fn a_preview_shows_the_first_rows_and_every_problem_with_its_column() {
    let seen = preview(CSV.as_bytes(), Some(&crm()), 2, &Limits::default()).unwrap();
    assert_eq!(seen.columns, ["Deal", "Amount", "Date", "Stage"]);
    assert_eq!((seen.rows.len(), seen.row_count, seen.good_count, seen.refusal), (2, 5, 1, None));
    assert_eq!(seen.rows[1].cells, ["B", "1.5", "31.12.2026", ""]);
    assert!(seen.rows[0].draft.is_some() && seen.rows[1].draft.is_none());
    let columns: Vec<_> =
        seen.problems.iter().map(|found| (found.problem.row, found.column.as_deref().unwrap_or("-"))).collect();
    assert_eq!(columns, [(6, "Amount"), (7, "Date"), (8, "Amount"), (9, "Date")]);
}

#[test]
fn a_preview_without_a_mapping_shows_columns_and_sheets() {
    let seen = preview(&data("tables/sheetjs.xlsx"), None, 10, &Limits::default()).unwrap();
    assert_eq!(seen.sheets, ["Sheet 1"]);
    assert_eq!(seen.columns, ["Account", "MRR", "Since", "Active"]);
    assert_eq!(seen.rows[0].cells, ["Acme", "1200.5", "2026-03-01T00:00:00", "true"]);
    let seen = preview(&data("tables/deals.xlsx"), None, 10, &Limits::default()).unwrap();
    assert_eq!((seen.sheets.len(), seen.columns), (2, vec!["Export of 1 March".to_owned()]));
}

#[test]
fn a_mapping_that_does_not_fit_is_told_with_the_columns_there_are() {
    let wrong = TableMapping { value: Some("Betrag".to_owned()), ..crm() };
    let refusal = refused(read(CSV.as_bytes(), &wrong, &Limits::default()));
    assert_eq!((refusal.code(), refusal.row(), refusal.field()), ("header", Some(3), Some("Betrag")));
    assert!(refusal.expected().contains("`Deal`, `Amount`"), "{}", refusal.expected());
    let seen = preview(CSV.as_bytes(), Some(&wrong), 5, &Limits::default()).unwrap();
    assert_eq!((seen.refusal, seen.row_count, seen.good_count), (Some(refusal), 5, 0));
    let twice = read(b"a,a\n1,2", &mapping(r#"{"target":{"kpi":{"column":"a"}}}"#), &Limits::default());
    assert_eq!(refused(twice).code(), "header");
}

#[test]
fn times_are_read_in_the_format_and_zone_of_the_mapping() {
    let time_of = |format: &str, zone: &str, written: &str| {
        let mapping = mapping(&format!(
            r#"{{"separator":"|","target":{{"series":{{"constant":"s"}}}},"time":{{"column":"t","format":{format},"time_zone":"{zone}"}}}}"#
        ));
        let drafts = read(format!("t|u\n{written}|").as_bytes(), &mapping, &Limits::default()).unwrap();
        match drafts.drafts.as_slice() {
            [Draft { time: Some(WrittenTime::Milliseconds(time_ms)), .. }] => Ok(*time_ms),
            _ => Err(drafts.problems[0].code),
        }
    };
    for (format, zone, written, expected) in [
        (r#""iso""#, "UTC", "2026-01-01", Ok(1_767_225_600_000)),
        (r#""iso""#, "Europe/Berlin", "2026-01-01", Ok(1_767_222_000_000)),
        (r#""iso""#, "Europe/Berlin", "2026-01-01T00:00:00Z", Ok(1_767_225_600_000)),
        (r#""iso""#, "Europe/Berlin", "2026-01-01 00:00:00.123", Ok(1_767_222_000_000)),
        (r#""iso""#, "UTC", "2026-01-01 09:30", Ok(1_767_259_800_000)),
        (r#""iso""#, "UTC", "1.1.2026", Err("bad-time")),
        (r#""day-month-year""#, "UTC", "1/2/2026", Ok(1_769_904_000_000)),
        (r#""month-day-year""#, "UTC", "2/1/2026 9:30 PM", Ok(1_769_981_400_000)),
        (r#""day-month-year""#, "UTC", "2/13/2026", Err("bad-time")),
        (r#""day-month-year""#, "UTC", "1/2/26", Err("bad-time")),
        (r#""unix-seconds""#, "UTC", "1767225600.5", Ok(1_767_225_600_500)),
        (r#""unix-milliseconds""#, "UTC", "1767225600000", Ok(1_767_225_600_000)),
        (r#""unix-milliseconds""#, "UTC", "1767225600", Err("bad-time")),
        (r#""unix-seconds""#, "UTC", "inf", Err("bad-time")),
        (r#"{"pattern":"%d %b %Y %H:%M %z"}"#, "UTC", "01 Jan 2026 01:00 +0100", Ok(1_767_225_600_000)),
        (r#"{"pattern":"%d %b %Y"}"#, "UTC", "01 Jan 2026", Ok(1_767_225_600_000)),
        (r#"{"pattern":"%Q%"}"#, "UTC", "01 Jan 2026", Err("bad-time")),
        (r#""iso""#, "Nowhere/None", "2026-01-01", Err("bad-time")),
    ] {
        assert_eq!(time_of(format, zone, written), expected, "{format} {zone} {written}");
    }
}

#[test]
fn a_mapping_says_what_is_wrong_with_it() {
    assert_eq!(crm().problems(&Limits::default()), [""; 0]);
    let mut wrong = crm();
    wrong.header_row = 0;
    wrong.separator = Some('é');
    wrong.labels.insert("a ".to_owned(), column("Stage"));
    wrong.target = TargetColumn::Series(Content::Constant(" no name".to_owned()));
    wrong.time = wrong.time.map(|time| MappedTime { time_zone: "Nowhere/None".to_owned(), ..time });
    assert_eq!(wrong.problems(&Limits::default()).len(), 5);
    assert!(serde_json::from_str::<TableMapping>(r#"{"target":{"kpi":{"column":"a"}},"colour":1}"#).is_err());
    let text = serde_json::to_string(&crm()).unwrap();
    assert_eq!(mapping(&text), crm());
}

#[test]
fn what_is_no_table_is_refused() {
    let one = mapping(r#"{"target":{"series":{"column":"a"}}}"#);
    for (bytes, code) in [
        (b"".as_slice(), "empty"),
        (b"\n\n", "empty"),
        (b"b\nc", "header"),
        (b"a\n\"c", "syntax"),
        (b"a\n\xff", "not-utf8"),
        (b"PK\x03\x04", "shape"),
        (b"PK\x03\x04 and then nothing that an archive has", "shape"),
        (&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0], "shape"),
    ] {
        assert_eq!(refused(read(bytes, &one, &Limits::default())).code(), code, "{bytes:?}");
    }
    let limits = Limits { rows: 2, ..Limits::default() };
    assert_eq!(refused(read(b"a\nb\nc\nd", &one, &limits)).code(), "too-many-rows");
    assert_eq!(refused(preview(b"a\nb\nc\nd", None, 1, &limits)).code(), "too-many-rows");
    let missing = TableMapping { sheet: Some("Leads".to_owned()), ..deals() };
    let refusal = refused(read(&data("tables/deals.xlsx"), &missing, &Limits::default()));
    assert!(refusal.code() == "shape" && refusal.expected().contains("`Notes`, `Deals`"), "{refusal}");
    let small = Limits { body_bytes: 2_000, ..Limits::default() };
    assert_eq!(refused(read(&data("tables/deals.xlsx"), &deals(), &small)).code(), "too-large");
}
