//! Workbooks: what the formats of numbers say, merged cells, and what is hidden.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use formats::table::{TableMapping, preview, read, read_with_remarks};
use formats::{Drafts, Limits, Written};

use crate::refused;

/// A workbook of one sheet with these number formats; style 0 is none, style N the Nth of them.
fn workbook(formats: &[&str], sheet: &str) -> Vec<u8> {
    let mut styles = "<styleSheet><numFmts>".to_owned();
    for (place, code) in formats.iter().enumerate() {
        let code = code.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
        write!(styles, r#"<numFmt numFmtId="{}" formatCode="{code}"/>"#, 164 + place).unwrap();
    }
    styles.push_str(r#"</numFmts><cellXfs><xf numFmtId="0"/>"#);
    for place in 0..formats.len() {
        write!(styles, r#"<xf numFmtId="{}"/>"#, 164 + place).unwrap();
    }
    styles.push_str("</cellXfs></styleSheet>");
    packed(&[
        ("_rels/.rels", r#"<R><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></R>"#),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<R><Relationship Id="s" Type="x/worksheet" Target="sheet.xml"/><Relationship Id="h" Type="x/worksheet"
                Target="other.xml"/><Relationship Id="y" Type="x/styles" Target="styles.xml"/></R>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook><sheets><sheet name="Old" id="h" state="hidden"/><sheet name="Data" id="s"/></sheets></workbook>"#,
        ),
        ("xl/styles.xml", &styles),
        ("xl/sheet.xml", &format!("<worksheet>{sheet}</worksheet>")),
        ("xl/other.xml", "<worksheet><sheetData/></worksheet>"),
    ])
}

fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        packed.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        packed.write_all(text.as_bytes()).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

fn text(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn mapping(unit: Option<&str>) -> TableMapping {
    let unit = unit.map(|unit| format!(r#","unit":{{"constant":"{unit}"}}"#)).unwrap_or_default();
    serde_json::from_str(&format!(r#"{{"target":{{"series":{{"constant":"s"}}}},"value":"Value"{unit}}}"#)).unwrap()
}

fn summary(drafts: &Drafts) -> Vec<String> {
    let value = |draft: &formats::Draft| {
        let value = match &draft.value {
            Written::Number(_, text) | Written::Text(text) => text.clone(),
            Written::Truth(truth) => truth.to_string(),
        };
        format!("{value} {}", draft.unit.as_deref().unwrap_or_default()).trim().to_owned()
    };
    let problem = |problem: &formats::Problem| format!("{} {}", problem.field, problem.code);
    drafts.drafts.iter().map(value).chain(drafts.problems.iter().map(problem)).collect()
}

#[test]
fn the_format_of_a_number_says_what_it_is() {
    let day = 330.0 / 86_400.0;
    for (code, number, unit, expected) in [
        ("0.0%", 0.915, Some("%"), "91.5 %"),
        ("0.0%", 0.915, None, "91.5 %"),
        ("0.0%", 0.915, Some("min"), "value number-format"),
        ("[h]:mm:ss", day, Some("min"), "5.5 min"),
        ("[h]:mm:ss", day, Some("ms"), "330000 ms"),
        ("h:mm:ss", day, Some("min"), "5.5 min"),
        ("[h]:mm", 1.5, None, "129600 s"),
        ("h:mm:ss", 1.5, Some("min"), "value wrong-type"),
        ("yyyy-mm-dd", 46000.0, Some("min"), "value wrong-type"),
        ("#,##0.00\\ [$€-407]", 1250.5, None, "1250.5 EUR"),
        ("#,##0.00\\ [$€-407]", 1250.5, Some("EUR"), "1250.5 EUR"),
        ("#,##0.00\\ [$€-407]", 1250.5, Some("USD"), "value number-format"),
        ("\"kr\" #,##0", 12.0, Some("SEK"), "12 SEK"),
        ("\"kr\" #,##0", 12.0, None, "value number-format"),
        ("#,##0,", 1_250_000.0, Some("EUR"), "1250000 EUR"),
        ("0,", 1_250_000.0, Some("KB"), "1250 KB"),
        ("0.0,,\"M\"", 1_250_000.0, Some("EUR"), "1250000 EUR"),
        ("0.0\" h\"", 1.5, Some("min"), "90 min"),
        ("\"Q\"0", 3.0, Some("count"), "value number-format"),
        ("0.00E+00", 12_345.0, Some("count"), "12345 count"),
        ("# ?/?", 0.5, Some("count"), "0.5 count"),
        ("@", 7.0, Some("count"), "7 count"),
        ("General", 7.0, Some("count"), "7 count"),
    ] {
        let header = format!("<row r=\"1\">{}</row>", text("A1", "Value"));
        let sheet = format!(r#"<sheetData>{header}<row r="2"><c r="A2" s="1"><v>{number}</v></c></row></sheetData>"#);
        let drafts = read(&workbook(&[code], &sheet), &mapping(unit), &Limits::default()).unwrap();
        assert_eq!(summary(&drafts), [expected], "{code} {number} {unit:?}");
    }
}

#[test]
fn numbers_of_formats_that_have_none_of_their_own_are_known() {
    for (id, number, expected) in [
        (9, 0.5, "50 %"),
        (10, 0.5, "50 %"),
        (46, 0.5, "43200 s"),
        (21, 0.5, "43200 s"),
        (44, 5.0, "5 USD"),
        (2, 5.0, "5"),
    ] {
        let sheet = format!(
            r#"<sheetData><row r="1">{}</row><row r="2"><c r="A2" s="0"><v>{number}</v></c></row></sheetData>"#,
            text("A1", "Value")
        );
        let file = packed(&[
            ("_rels/.rels", r#"<R><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></R>"#),
            (
                "xl/_rels/workbook.xml.rels",
                r#"<R><Relationship Id="s" Type="x/worksheet" Target="sheet.xml"/><Relationship Id="y" Type="x/styles"
                    Target="styles.xml"/></R>"#,
            ),
            ("xl/workbook.xml", r#"<workbook><sheets><sheet name="Data" id="s"/></sheets></workbook>"#),
            ("xl/styles.xml", &format!(r#"<s><cellXfs><xf numFmtId="{id}"/></cellXfs></s>"#)),
            ("xl/sheet.xml", &format!("<worksheet>{sheet}</worksheet>")),
        ]);
        assert_eq!(summary(&read(&file, &mapping(None), &Limits::default()).unwrap()), [expected], "{id}");
    }
}

#[test]
fn a_merged_cell_stands_in_all_its_cells() {
    let number = |place: &str, number: u32| format!(r#"<c r="{place}"><v>{number}</v></c>"#);
    let rows = [
        // The header stands over two rows, and one of its names over two columns.
        format!("{}{}{}", text("A1", "Team"), text("B1", "Year"), text("C1", "Value")),
        format!("{}{}", text("B2", "of"), r#"<c r="A2"/>"#),
        format!("{}{}{}", text("A3", "red"), number("B3", 2025), number("C3", 1)),
        format!("{}{}", number("B4", 2026), number("C4", 2)),
        format!("{}{}{}", text("A5", "blue"), number("B5", 2026), number("C5", 3)),
        // Nothing of its own stands here.
        r#"<c r="A6"/>"#.to_owned(),
        format!("{}{}", text("A7", "green"), number("B7", 2026)),
    ];
    let numbered = |(place, cells): (usize, &String)| format!(r#"<row r="{}">{cells}</row>"#, place + 1);
    let rows = rows.iter().enumerate().map(numbered).collect::<Vec<_>>().concat();
    let sheet = format!(
        r#"<sheetData>{rows}</sheetData><mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="C1:D2"/><mergeCell ref="A3:A4"/>
           <mergeCell ref="C5:C7"/><mergeCell ref="A5:A6"/></mergeCells>"#
    );
    let mapping: TableMapping = serde_json::from_str(
        r#"{"target":{"series":{"constant":"s"}},"header_row":2,"value":"Value","labels":{"team":{"column":"Team"}}}"#,
    )
    .unwrap();
    let file = workbook(&[], &sheet);
    let drafts = read(&file, &mapping, &Limits::default()).unwrap();
    let found: Vec<String> = drafts
        .drafts
        .iter()
        .zip(summary(&drafts))
        .map(|(draft, value)| format!("{} {} {value}", draft.row, draft.labels[0].1))
        .collect();
    assert_eq!(found, ["3 red 1", "4 red 2", "5 blue 3", "7 green 3"]);
    let seen = preview(&file, Some(&mapping), 1, &Limits::default()).unwrap();
    assert_eq!(seen.columns, ["Team", "of", "Value", "Value"]);
}

#[test]
fn what_is_hidden_is_read_and_told() {
    let row = |row: usize| {
        let hidden = if row == 3 { r#" hidden="1""# } else { "" };
        format!(r#"<row r="{row}"{hidden}><c r="A{row}"><v>{row}</v></c><c r="B{row}"><v>1</v></c></row>"#)
    };
    let rows = [2, 3, 4].map(row).concat();
    let blank = r#"<row r="5" hidden="1"><c r="A5"/></row>"#;
    let cols = r#"<cols><col min="1" max="1" hidden="true"/><col min="2" max="2" hidden="1"/></cols>"#;
    let header = format!(r#"<row r="1" hidden="1">{}{}</row>"#, text("A1", "Value"), text("B1", "Other"));
    let file = workbook(&[], &format!("{cols}<sheetData>{header}{rows}{blank}</sheetData>"));
    let (drafts, remarks) = read_with_remarks(&file, &mapping(None), &Limits::default()).unwrap();
    let expected = [
        "row 3 is hidden in the workbook, and is read like the others",
        "the column `Value` is hidden in the workbook, and is read like the others",
    ];
    assert_eq!(
        (summary(&drafts), remarks),
        (vec!["2".to_owned(), "3".to_owned(), "4".to_owned()], expected.map(str::to_owned).to_vec())
    );
    let seen = preview(&file, Some(&mapping(None)), 5, &Limits::default()).unwrap();
    assert_eq!((seen.remarks.len(), seen.sheets), (2, vec!["Old".to_owned(), "Data".to_owned()]));
}

#[test]
fn files_of_other_programs_are_refused_with_what_to_do() {
    let old: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0];
    let stream: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (file, words, what_to_do) in [
        (old.to_vec(), "old kind (.xls)", "Save as"),
        ([old, &stream].concat(), "password", "take the password off"),
        (
            packed(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "<a/>")]),
            "(.ods)",
            "Save as",
        ),
        (packed(&[("xl/workbook.bin", "")]), "(.xlsb)", "Save as"),
        (packed(&[("Index/Document.iwa", "")]), "Numbers", "Export"),
        (packed(&[("word/document.xml", "<a/>")]), "no workbook", "Save as"),
        (b"\xef\xbb\xbf <html><table></table></html>".to_vec(), "web page", "Save as"),
        (b"<?xml version=\"1.0\"?><Workbook/>".to_vec(), "XML", "Save as"),
    ] {
        let refusal = refused(read(&file, &mapping(None), &Limits::default()));
        let told = format!("{refusal}; expected {}", refusal.expected());
        assert!(told.contains(words) && told.contains(what_to_do), "{words}: {told}");
    }
}

#[test]
fn amounts_in_text_are_read_as_people_write_them() {
    for (written, unit, expected) in [
        ("91.5%", Some("%"), "91.5% %"),
        ("(5)", None, "-5"),
        ("\"($1,200.50)\"", None, "$-1,200.50"),
        ("\"-$1,200\"", None, "$-1,200"),
        ("\"USD 1,200\"", None, "1,200 USD"),
        ("0:05:30", Some("min"), "5.5 min"),
        ("26:00:00", None, "93600 s"),
        ("met", None, "met"),
        ("-5", None, "-5"),
    ] {
        let file = format!("Value\n{written}\n");
        let drafts = read(file.as_bytes(), &mapping(unit), &Limits::default()).unwrap();
        assert_eq!(summary(&drafts), [expected], "{written}");
    }
}
