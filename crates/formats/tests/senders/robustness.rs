//! No reader of events, reports and tables panics, or gives more than it read, whatever the bytes are.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{Cursor, Read, Write};

use formats::analytics::EventMapping;
use formats::table::{TableMapping, preview};
use formats::webhook::stripe::Mode;
use formats::webhook::{github, hubspot, stripe};
use formats::{
    Limits, Received, Refusal, amplitude, bmf, cargo_audit, criterion, google_benchmark, hyperfine, junit, lighthouse,
    llama_bench, mixpanel, pytest_benchmark, sarif, table,
};
use proptest::prelude::*;

use crate::data;

const GITHUB: [&str; 9] = [
    "workflow_run",
    "deployment_status",
    "push",
    "pull_request",
    "release",
    "issues",
    "dependabot_alert",
    "code_scanning_alert",
    "secret_scanning_alert",
];

fn check(limits: &Limits, read: Result<Received, Refusal>) {
    match read {
        Ok(received) => {
            let samples = &received.samples;
            assert!(samples.samples.len() <= limits.rows && samples.rows <= limits.rows);
            assert!(samples.samples.iter().all(|sample| sample.value.is_finite()));
            assert!(samples.problems.iter().all(|problem| (1..=samples.rows).contains(&problem.row)));
        }
        Err(refusal) => assert!(!refusal.expected().is_empty() && refusal.to_string().len() < 2_000, "{refusal}"),
    }
}

fn give_to_all(bytes: &[u8]) {
    let limits = Limits { rows: 40, depth: 8, body_bytes: 100_000, ..Limits::default() };
    let mapping = EventMapping { profile_series: Some("profile".to_owned()), ..EventMapping::default() };
    for read in [
        hyperfine::read,
        google_benchmark::read,
        pytest_benchmark::read,
        llama_bench::read,
        criterion::read,
        bmf::read,
        lighthouse::read,
        hubspot::read,
        junit::read_samples,
    ] {
        check(&limits, read(bytes, &limits));
    }
    for read in [sarif::read, cargo_audit::read] {
        check(&limits, read(bytes, &limits).map(|audit| audit.received));
    }
    for event in GITHUB {
        check(&limits, github::read(event, bytes, &limits));
    }
    check(&limits, stripe::read(bytes, Mode::Live, &limits));
    check(&limits, amplitude::read(bytes, &mapping, &limits));
    check(&limits, mixpanel::read_events(bytes, &mapping, &limits));
    check(&limits, mixpanel::read_profiles(bytes, &mapping, &limits));
    let _ = amplitude::api_key(bytes);
    let _ = mixpanel::shown_key("", bytes);
    let _ = criterion::line(bytes, bytes);
    if let Ok(request) = mixpanel::request(&String::from_utf8_lossy(bytes), bytes) {
        check(&limits, mixpanel::read_events(&request.json, &mapping, &limits));
    }
    tabulate(bytes);
}

fn tabulate(bytes: &[u8]) {
    let limits = Limits { rows: 40, body_bytes: 100_000, ..Limits::default() };
    let mapping: TableMapping = serde_json::from_str(
        r#"{"sheet":"Deals","header_row":2,"target":{"series":{"constant":"deal"}},"value":"Amount","decimal":"comma",
            "time":{"column":"Close Date","format":"day-month-year"},"labels":{"stage":{"column":"Stage"}}}"#,
    )
    .unwrap();
    for read in [
        table::read(bytes, &mapping, &limits),
        table::read(bytes, &TableMapping { sheet: None, ..mapping.clone() }, &limits),
    ] {
        assert!(read.is_err() || read.is_ok_and(|drafts| drafts.rows <= limits.rows));
    }
    for mapping in [None, Some(&mapping)] {
        if let Ok(seen) = preview(bytes, mapping, 5, &limits) {
            assert!(seen.rows.len() <= 5 && seen.good_count <= seen.row_count && seen.row_count <= limits.rows);
        }
    }
}

/// Real bodies to be damaged.
fn bodies() -> Vec<Vec<u8>> {
    [
        "mixpanel/python-track-properties.form",
        "mixpanel/node-track-batch.form",
        "amplitude/python-httpapi.json",
        "github/workflow_run.json",
        "github/deployment_status.json",
        "github/push.json",
        "github/pull_request-closed.json",
        "github/issues-opened.json",
        "github/release-published.json",
        "github/dependabot_alert-created.json",
        "github/code_scanning_alert-fixed.json",
        "stripe/subscription-created.json",
        "stripe/invoice-paid.json",
        "stripe/charge-refunded.json",
        "hubspot/events.json",
        "reports/hyperfine.json",
        "reports/google-benchmark.json",
        "reports/pytest-benchmark.json",
        "reports/llama-bench.json",
        "reports/bmf.json",
        "reports/lighthouse.json",
        "reports/eslint.sarif.json",
        "reports/cargo-audit.json",
        "reports/pytest-reruns.xml",
        "tables/deals.xlsx",
        "tables/sheetjs.xlsx",
    ]
    .map(data)
    .into()
}

/// One change of a body: at a place (of 10,000 parts), what is put there, and how many bytes of the old go.
#[derive(Debug, Clone)]
struct Damage {
    place: usize,
    put: Vec<u8>,
    remove: usize,
}

fn damage() -> impl Strategy<Value = Damage> {
    let piece = prop::sample::select(vec![
        "null",
        "\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        "-1",
        "1e400",
        "9223372036854775807",
        "NaN",
        "true",
        "\\u0000",
        "\u{feff}",
        "<",
        ">",
        "/>",
        "&amp;",
        "<c r=\"ZZZZ9\"/>",
        "<row r=\"18446744073709551615\"/>",
        "%",
        "=",
        "é",
        "\0",
    ]);
    let put = prop_oneof![piece.prop_map(|piece| piece.as_bytes().to_vec()), prop::collection::vec(any::<u8>(), 0..4),];
    (0_usize..10_000, put, 0_usize..20).prop_map(|(place, put, remove)| Damage { place, put, remove })
}

fn damaged(body: &[u8], damages: &[Damage]) -> Vec<u8> {
    let mut body = body.to_vec();
    for Damage { place, put, remove } in damages {
        let start = body.len() * place / 10_000;
        let end = (start + remove).min(body.len());
        body.splice(start..end, put.iter().copied());
    }
    body
}

/// The workbook with one of its parts damaged, packed anew, so that the damage gets past the archive's check sums.
fn repacked(workbook: &[u8], part: usize, damages: &[Damage]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let part = part % archive.len();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        packed.start_file(file.name().unwrap().to_string(), zip::write::SimpleFileOptions::default()).unwrap();
        packed.write_all(&if index == part { damaged(&bytes, damages) } else { bytes }).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        give_to_all(&bytes);
        tabulate(&[b"PK\x03\x04", bytes.as_slice()].concat());
    }

    #[test]
    fn arbitrary_json_never_panics(text in r#"(\{|\[|"[a-z_]{1,12}":|"[a-z]{0,5}"|-?[0-9]{1,4}|null|true|,|\}|\]){0,30}"#) {
        give_to_all(text.as_bytes());
    }

    #[test]
    fn damaged_bodies_never_panic(
        body in prop::sample::select(bodies()),
        damages in prop::collection::vec(damage(), 1..4),
    ) {
        give_to_all(&damaged(&body, &damages));
    }

    #[test]
    fn any_vector_of_cvss_is_rated_or_refused(
        version in prop::sample::select(vec!["2.0", "3.0", "3.1", "4.0", "9"]),
        metrics in prop::collection::vec("(AV|AC|AT|PR|UI|S|C|I|A|VC|VI|VA|SC|SI|SA|E|MAV|CR|MSI):[NALPHRUCMXSY]", 0..16),
        tail in "[/:A-Z]{0,3}",
    ) {
        let vector = format!("CVSS:{version}/{}{tail}", metrics.join("/"));
        let body = serde_json::json!({"lockfile": {"dependency-count": 1},
            "vulnerabilities": {"list": [{"advisory": {"id": "A", "cvss": vector}}]}});
        let limits = Limits::default();
        check(&limits, cargo_audit::read(body.to_string().as_bytes(), &limits).map(|audit| audit.received));
    }

    #[test]
    fn damaged_workbooks_never_panic(
        body in prop::sample::select(vec![data("tables/deals.xlsx"), data("tables/sheetjs.xlsx")]),
        part in 0_usize..20,
        damages in prop::collection::vec(damage(), 1..4),
    ) {
        tabulate(&repacked(&body, part, &damages));
    }
}

fn workbook(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        packed.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        packed.write_all(text.as_bytes()).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

#[test]
fn a_small_file_can_not_ask_for_much() {
    let relation = |kind: &str, target: &str| {
        format!(r#"<Relationships><Relationship Id="{kind}" Type="x/{kind}" Target="{target}"/></Relationships>"#)
    };
    let book = r#"<workbook><sheets><sheet name="S" id="worksheet"/></sheets></workbook>"#;
    let sheet = |content: &str| {
        workbook(&[
            ("_rels/.rels", &relation("officeDocument", "xl/workbook.xml")),
            ("xl/workbook.xml", book),
            ("xl/_rels/workbook.xml.rels", &relation("worksheet", "sheet.xml")),
            ("xl/sheet.xml", content),
        ])
    };
    let seen = |content: &str| preview(&sheet(content), None, 5, &Limits { body_bytes: 1 << 20, ..Limits::default() });
    let cell =
        |place: &str| format!("<worksheet><sheetData><row><c r=\"{place}\"><v>1</v></c></row></sheetData></worksheet>");
    assert_eq!(seen(&cell("B1")).unwrap().columns, ["", "1"]);
    // Ten million blanks pack to ten kilobytes.
    let bomb = sheet(&" ".repeat(10_000_000));
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    for (content, code) in [
        (cell("XFD1"), "shape"),
        (cell("ZZZZZZZZZZZZ1"), "shape"),
        (" ".repeat(10_000_000), "too-large"),
        (format!("<!DOCTYPE a [<!ENTITY b 'c'>]>{}", cell("A1")), "shape"),
        ("<a>".repeat(1000), "shape"),
        ("<worksheet>".to_owned(), "shape"),
    ] {
        assert_eq!(seen(&content).unwrap_err().code(), code, "{}", &content[..content.len().min(80)]);
    }
    // Rows may have any number; those far away make no others.
    let far = "<worksheet><sheetData><row r=\"1\"><c><v>a</v></c></row><row r=\"18446744073709551615\"><c><v>1</v></c></row>\
               <row><c><v>2</v></c></row></sheetData></worksheet>";
    assert_eq!(seen(far).unwrap().row_count, 2);
}
