//! Observations as CSV.

use formats::{Draft, Drafts, Limits, Refusal, Written, WrittenTime};

use crate::{draft, kpi, only_problem, refused};

fn read(text: &str) -> Result<Drafts, Refusal> {
    formats::csv::read(text.as_bytes(), &Limits::default())
}

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn value(cell: &str) -> Drafts {
    read(&format!("kpi;value\na;{cell}\n")).unwrap()
}

#[test]
fn the_separator_is_seen_in_the_header() {
    for text in [
        "kpi,value,unit\na,1,ms\n",
        "kpi;value;unit\na;1;ms\n",
        "kpi\tvalue\tunit\na\t1\tms\n",
        "\u{feff}\"KPI id\";\"Value\";UNIT\r\n\"a\";1;ms",
        "KPI, Value , unit\ra, 1, ms\r",
    ] {
        let drafts = read(text).unwrap();
        let [draft] = drafts.drafts.as_slice() else { panic!("{text}: {drafts:?}") };
        assert_eq!(draft.value, Written::Number(1.0, "1".to_owned()), "{text}");
        assert_eq!((draft.row, draft.target.name(), draft.unit.as_deref()), (2, "a", Some("ms")), "{text}");
    }
}

#[test]
fn every_column_is_read_in_any_order() {
    let drafts = read(
        "External ID,note,evidence,person,time,unit,value,kpi\n\
         e,\"said \"\"yes\"\",\nand left\",https://example.org,Ada,1767225600000,min,met,k\n",
    )
    .unwrap();
    let text = |text: &str| Some(text.to_owned());
    let expected = Draft {
        unit: text("min"),
        time: Some(WrittenTime::Milliseconds(1_767_225_600_000)),
        external_id: text("e"),
        note: text("said \"yes\",\nand left"),
        evidence: text("https://example.org"),
        person: text("Ada"),
        ..draft(2, kpi("k"), Written::Text("met".to_owned()))
    };
    assert_eq!(drafts.drafts, [expected]);
}

#[test]
fn values_are_read_without_guessing() {
    for (cell, expected) in [
        ("1.5", Written::Number(1.5, "1.5".to_owned())),
        ("+1e3", Written::Number(1000.0, "+1e3".to_owned())),
        (".5", Written::Number(0.5, ".5".to_owned())),
        ("1,5", Written::Text("1,5".to_owned())),
        ("1,000", Written::Text("1,000".to_owned())),
        ("90 min", Written::Text("90 min".to_owned())),
        ("0x10", Written::Text("0x10".to_owned())),
        (".", Written::Text(".".to_owned())),
        ("1e", Written::Text("1e".to_owned())),
        ("TRUE", Written::Truth(true)),
        ("false", Written::Truth(false)),
    ] {
        assert_eq!(value(cell).drafts.first().map(|draft| &draft.value), Some(&expected), "{cell}");
    }
    for cell in ["NaN", "inf", "-Infinity", "1e999", "+nan"] {
        let drafts = value(cell);
        let problem = only_problem(&drafts);
        assert_eq!((problem.row, problem.field.as_str(), problem.code), (2, "value", "not-finite"), "{cell}");
    }
    assert_eq!(only_problem(&value(" ")).code, "missing");
}

#[test]
fn rows_are_line_numbers_of_the_file() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["", "kpi,value,note", "a,1,\"two", "lines\"", "", "b,2,", " , ,", ",3,", "c,4,x"].join(end);
        let drafts = read(&text).unwrap();
        let rows: Vec<(usize, &str)> = drafts.drafts.iter().map(|draft| (draft.row, draft.target.name())).collect();
        assert_eq!(rows, [(3, "a"), (6, "b"), (9, "c")], "{end:?}");
        let problem = only_problem(&drafts);
        assert_eq!((problem.row, problem.field.as_str(), problem.code), (8, "kpi", "missing"), "{end:?}");
        assert_eq!(drafts.rows, 4, "{end:?}");
    }
}

#[test]
fn a_ragged_row_is_a_problem_of_its_row() {
    for row in ["a", "a,1,x", "a,1,5,"] {
        let drafts = read(&format!("kpi,value\ngood,1\n{row}\nbetter,2\n")).unwrap();
        let problem = only_problem(&drafts);
        assert_eq!((problem.row, problem.field.as_str(), problem.code), (3, "row", "ragged-row"), "{row}");
        assert_eq!(drafts.drafts.len(), 2, "{row}");
    }
}

#[test]
fn a_wrong_header_is_refused_by_name() {
    for (header, unknown, missing, duplicate) in [
        ("kpi,valeu", vec!["valeu"], vec!["value"], vec![]),
        ("metric,value", vec!["metric"], vec!["kpi"], vec![]),
        ("kpi,value,value", vec![], vec![], vec!["value"]),
        ("kpi,KPI id,value", vec![], vec![], vec!["kpi"]),
        ("kpi,value,origin", vec!["origin"], vec![], vec![]),
        ("kpi,value,", vec![""], vec![], vec![]),
        ("kpi|value", vec!["kpi|value"], vec!["kpi", "value"], vec![]),
        ("unit,time", vec![], vec!["kpi", "value"], vec![]),
    ] {
        let Refusal::Header { row, columns, detail, expected } = refused(read(&format!("\n{header}\na,1\n"))) else {
            panic!("{header} is refused for its header")
        };
        assert_eq!(row, 2, "{header}");
        assert_eq!(columns.unknown, unknown, "{header}");
        assert_eq!(columns.missing, missing, "{header}");
        assert_eq!(columns.duplicate, duplicate, "{header}");
        for name in unknown.iter().chain(&missing).chain(&duplicate) {
            assert!(detail.contains(&format!("`{name}`")), "{detail}");
        }
        assert!(expected.contains("the known names are `kpi`, `value`"), "{expected}");
    }
    let refusal = refused(read("kpi,valeu,timestamp\n"));
    assert!(refusal.expected().contains("did you mean `value` by `valeu`?"), "{}", refusal.expected());
    assert!(refusal.expected().contains("did you mean `time` by `timestamp`?"), "{}", refusal.expected());
    assert_eq!(refusal.field(), Some("valeu"));
}

#[test]
fn quotes_that_do_not_pair_are_refused_where_they_stand() {
    for (text, row, column) in
        [("kpi,value\na,1\nb,\"2\nc,3\n", 3, 3), ("kpi,value\n\"a\"b,1\n", 2, 4), ("kpi,value\n\"a\" ,1\n", 2, 4)]
    {
        let refusal = refused(read(text));
        assert_eq!((refusal.code(), refusal.row(), refusal.column()), ("syntax", Some(row), Some(column)), "{text}");
    }
    let drafts = read("kpi,value,note\na,1,a 5\" disk\n").unwrap();
    assert_eq!(drafts.drafts.first().and_then(|draft| draft.note.as_deref()), Some("a 5\" disk"));
}

#[test]
fn empty_files_too_many_rows_and_other_encodings_are_refused() {
    assert_eq!(refused(read("")), Refusal::Empty);
    assert_eq!(read("kpi,value\n").unwrap(), Drafts::default());
    let limits = Limits { rows: 1, ..Limits::default() };
    assert_eq!(formats::csv::read(b"kpi,value\na,1\n\n", &limits).unwrap().rows, 1);
    assert_eq!(formats::csv::read(b"kpi,value\na,1\na,x,y\n", &limits), Err(Refusal::TooManyRows { limit: 1 }));
    assert_eq!(formats::csv::read(b"kpi,value\n\xe9,1", &limits), Err(Refusal::NotUtf8 { byte_offset: 10 }));
}
