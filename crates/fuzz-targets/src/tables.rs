//! Tables of other programs: CSV, workbooks as they come, and workbooks packed here, so that changed parts get past the archive's
//! check sums.

use std::io::{Cursor, Write};

use formats::Limits;
use formats::table::{TableMapping, guess, preview, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::check;
use crate::pick::{first_line, limits, picked};

const MAPPINGS: [&str; 4] = [
    r#"{"sheet":"Deals","header_row":2,"target":{"series":{"constant":"deal"}},"value":"Amount","unit":{"constant":"EUR"},
        "time":{"column":"Close Date","time_zone":"Europe/Berlin"},"external_id":"Deal ID",
        "labels":{"stage":{"column":"Stage"},"owner":{"column":"Owner"}}}"#,
    r#"{"target":{"kpi":{"constant":"revenue-arr"}},"value":"MRR","decimal":"comma","unit":{"constant":"EUR"},
        "time":{"column":"Since","format":"day-month-year"},"labels":{"account":{"column":"Account"}},"note":"Note"}"#,
    r#"{"separator":";","target":{"series":{"column":"a"}},"value":"b","time":{"column":"c","format":"month-day-year"}}"#,
    r#"{"target":{"kpi":{"column":"a"}},"value":"b","time":{"column":"c","format":"unix-seconds"},"unit":{"column":"d"}}"#,
];
/// The parts of a workbook, of which the first three are of the input.
const PARTS: [(&str, &str); 6] = [
    ("xl/sheet.xml", ""),
    ("xl/strings.xml", ""),
    ("xl/styles.xml", ""),
    ("_rels/.rels", r#"<R><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></R>"#),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<R><Relationship Id="s" Type="x/worksheet" Target="sheet.xml"/><Relationship Id="t" Type="x/sharedStrings"
            Target="strings.xml"/><Relationship Id="y" Type="x/styles" Target="styles.xml"/></R>"#,
    ),
    ("xl/workbook.xml", r#"<workbook><sheets><sheet name="Deals" id="s"/></sheets></workbook>"#),
];
const SHOWN_ROWS: usize = 5;

/// Bits 0 and 1 pick the mapping, or with bit 2 the first line is it, as JSON. With bit 3 the rest is sheet, texts and styles of a
/// workbook, parted by zero bytes.
pub fn tables(data: &[u8]) {
    let Some((pick, bytes)) = picked(data) else { return };
    let limits = limits(pick);
    let (mapping, bytes) = if pick & 4 == 0 {
        (MAPPINGS.get(usize::from(pick & 3)).copied().unwrap_or_default(), bytes)
    } else {
        first_line(bytes).unwrap_or(("", bytes))
    };
    let Ok(mapping) = serde_json::from_str::<TableMapping>(mapping) else { return };
    if !mapping.problems(&limits).is_empty() {
        return;
    }
    let packed;
    let file = if pick & 8 == 0 {
        bytes
    } else {
        packed = workbook(bytes).unwrap_or_default();
        packed.as_slice()
    };
    let drafts = check::drafts(read(file, &mapping, &limits), &limits);
    if let Some(seen) = check::accepted(preview(file, Some(&mapping), SHOWN_ROWS, &limits)) {
        assert!(seen.rows.len() <= SHOWN_ROWS && seen.good_count <= seen.row_count, "{seen:?}");
        assert_eq!(drafts.map(|drafts| drafts.rows), seen.refusal.is_none().then_some(seen.row_count));
    }
    guessed(file, &limits);
}

/// What a person sees who has made no mapping yet, and the first mapping that is offered.
fn guessed(file: &[u8], limits: &Limits) {
    let Some(seen) = check::accepted(preview(file, None, SHOWN_ROWS, limits)) else { return };
    assert!(seen.row_count <= limits.rows && seen.problems.is_empty() && seen.refusal.is_none(), "{seen:?}");
    let mapping = guess(&seen);
    let text = serde_json::to_string(&mapping).unwrap_or_default();
    assert_eq!(serde_json::from_str::<TableMapping>(&text).ok(), Some(mapping.clone()));
    check::drafts(read(file, &mapping, limits), limits);
}

fn workbook(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut own = bytes.splitn(3, |byte| *byte == 0);
    let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in PARTS {
        packed.start_file(name, options).ok()?;
        let content = if text.is_empty() { own.next().unwrap_or(b"<a/>") } else { text.as_bytes() };
        packed.write_all(content).ok()?;
    }
    packed.finish().ok().map(Cursor::into_inner)
}
