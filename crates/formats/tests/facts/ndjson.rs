//! Observations as NDJSON.

use formats::{Drafts, Limits, Refusal};

use crate::{only_problem, refused};

fn read(text: &str) -> Result<Drafts, Refusal> {
    formats::ndjson::read(text.as_bytes(), &Limits::default())
}

#[test]
fn rows_are_line_numbers_and_blank_lines_are_skipped() {
    let drafts = read("\u{feff}\n{\"kpi\":\"a\",\"value\":1}\r\n\n  \n{\"kpi\":\"b\",\"value\":2}").unwrap();
    let rows: Vec<(usize, &str)> = drafts.drafts.iter().map(|draft| (draft.row, draft.target.name())).collect();
    assert_eq!((rows, drafts.rows, drafts.problems), (vec![(2, "a"), (5, "b")], 2, vec![]));
}

#[test]
fn a_bad_line_is_a_problem_of_its_row_and_the_others_are_read() {
    let deep = "[".repeat(100);
    for (line, field, code) in [
        ("{\"kpi\":\"a\",", "row", "syntax"),
        ("{\"kpi\":\"a\",\"value\":1}}", "row", "syntax"),
        ("{\"kpi\":\"a\",\"value\":1}{\"kpi\":\"a\",\"value\":1}", "row", "syntax"),
        ("{\"kpi\":\"a\",\"value\":NaN}", "value", "not-finite"),
        ("{\"kpi\":\"a\",\"value\":1e999}", "value", "not-finite"),
        ("[{\"kpi\":\"a\",\"value\":1}]", "row", "wrong-type"),
        ("hello", "row", "syntax"),
        (deep.as_str(), "row", "too-deep"),
        ("{\"kpi\":\"a\",\"value\":1,\"x\":1}", "x", "unknown-field"),
    ] {
        let drafts = read(&format!("{{\"kpi\":\"a\",\"value\":1}}\n{line}\n{{\"kpi\":\"b\",\"value\":1}}\n")).unwrap();
        let problem = only_problem(&drafts);
        assert_eq!((problem.row, problem.field.as_str(), problem.code), (2, field, code), "{line}");
        assert_eq!((drafts.rows, drafts.drafts.len()), (3, 2), "{line}");
    }
}

#[test]
fn an_empty_body_too_many_rows_and_other_encodings_are_refused() {
    assert_eq!(refused(read("\n\n")), Refusal::Empty);
    let limits = Limits { rows: 1, ..Limits::default() };
    let two = b"{\"kpi\":\"a\",\"value\":1}\n{\"kpi\":\"a\",\"value\":1}\n";
    assert_eq!(formats::ndjson::read(two, &limits), Err(Refusal::TooManyRows { limit: 1 }));
    assert_eq!(formats::ndjson::read(b"{}\n\xff", &limits), Err(Refusal::NotUtf8 { byte_offset: 3 }));
}
