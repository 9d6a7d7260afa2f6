//! What holds for any input.

use std::collections::BTreeSet;

use formats::{Draft, Limits, Target, Written, WrittenTime, axe, cobertura, csv, json, junit, lcov, ndjson, time};
use proptest::prelude::*;

/// Gives the bytes to every reader; none may panic, and none may give more than it read.
fn give_to_all(bytes: &[u8]) {
    let limits = Limits { rows: 20, depth: 8, ..Limits::default() };
    for read in [json::read, ndjson::read, csv::read] {
        if let Ok(drafts) = read(bytes, &limits) {
            assert!(drafts.drafts.len() <= drafts.rows && drafts.rows <= limits.rows);
            assert!(
                drafts.drafts.iter().all(|draft| { drafts.problems.iter().all(|problem| problem.row != draft.row) })
            );
            for written in drafts.drafts.iter().filter_map(|draft| draft.time.as_ref()) {
                let _ = time::parse(written);
            }
        }
    }
    if let Ok(run) = junit::read(bytes) {
        assert!(run.failures + run.errors + run.skipped + run.flaky <= run.tests);
    }
    for read in [lcov::read, cobertura::read] {
        if let Ok(coverage) = read(bytes) {
            assert!(coverage.lines_hit <= coverage.lines_found);
        }
    }
    let _ = axe::read(bytes);
}

/// Pieces of every format, so that random bodies get past the first character.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        ";",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "\\",
        "\\u",
        "\\ud800",
        "kpi",
        "series",
        "labels",
        "label.a",
        "\"series\":\"a.b\"",
        "\"labels\":{",
        "series,label.a\n",
        "value",
        "time",
        "\"kpi\":\"a\"",
        "\"value\":1",
        "\"time\":1767225600000",
        "\"time\":\"2026-01-01\"",
        "\"observations\":[",
        "NaN",
        "-Infinity",
        "1e999",
        "null",
        "true",
        "kpi,value\n",
        "a,1\n",
        "a,\"1\n",
        "<",
        ">",
        "/>",
        "</",
        "&",
        "&#x0;",
        "&b;",
        "<testsuites>",
        "</testsuites>",
        "<testsuite>",
        "</testsuite>",
        "<testcase name='a'>",
        "</testcase>",
        "<failure/>",
        "<coverage>",
        "</coverage>",
        "<line number='1' hits='1'/>",
        "<!DOCTYPE a [",
        "]>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<?",
        "?>",
        "SF:a\n",
        "DA:1,1\n",
        "LF:1\n",
        "end_of_record\n",
        "é",
        "\u{feff}",
        "\u{2028}",
        "\0",
        " ",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn text(max_chars: usize) -> impl Strategy<Value = String> {
    // Trimmed, since CSV cells are; a byte order mark at the very start of a body would be taken off.
    prop::collection::vec(
        prop_oneof![Just('"'), Just(','), Just(';'), Just('é'), prop::char::range(' ', '~')],
        1..max_chars,
    )
    .prop_map(|characters| format!("x{}", characters.into_iter().collect::<String>().trim_end()))
}

/// A name of a series or a label.
fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9._:-]{1,12}"
}

fn written() -> impl Strategy<Value = Written> {
    prop_oneof![
        Just(Written::Number(1.0, "1".to_owned())),
        any::<f64>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(|number| { Written::Number(number, format!("{number:e}")) }),
        text(50).prop_map(Written::Text),
        any::<bool>().prop_map(Written::Truth),
    ]
}

prop_compose! {
    fn draft()(
        target in prop_oneof![text(40).prop_map(Target::Kpi), name().prop_map(Target::Series)],
        value in written(),
        unit in prop::option::of(text(10)),
        time in prop::option::of(prop_oneof![
            any::<i64>().prop_map(WrittenTime::Milliseconds),
            text(20).prop_map(WrittenTime::Text),
        ]),
        external_id in prop::option::of(text(40)),
        note in prop::option::of((text(40), text(40)).prop_map(|(one, two)| format!("{one}\r\n{two}\nend"))),
        evidence in prop::option::of(text(40)),
        person in prop::option::of(text(40)),
        labels in prop::collection::btree_map(name(), text(40), 0..4),
    ) -> Draft {
        let labels = labels.into_iter().collect();
        Draft { row: 0, target, value, unit, time, external_id, note, evidence, person, origin: None, labels }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn as_csv(drafts: &[Draft], separator: char, end: &str) -> String {
    let fields = ["kpi", "series", "value", "unit", "time", "external_id", "note", "evidence", "person"];
    let names: BTreeSet<&str> = drafts.iter().flat_map(|draft| &draft.labels).map(|(name, _)| name.as_str()).collect();
    let header: Vec<String> =
        fields.into_iter().map(str::to_owned).chain(names.iter().map(|name| format!("Label.{name}"))).collect();
    let mut file = header.join(&separator.to_string());
    for draft in drafts {
        let value = match &draft.value {
            Written::Number(_, text) | Written::Text(text) => text.clone(),
            Written::Truth(truth) => truth.to_string(),
        };
        let time = draft.time.as_ref().map(|time| match time {
            WrittenTime::Milliseconds(time_ms) => time_ms.to_string(),
            WrittenTime::Text(text) => text.clone(),
        });
        let optional = [&draft.unit, &time, &draft.external_id, &draft.note, &draft.evidence, &draft.person];
        let optional = optional.map(|text| text.as_deref().map(quoted).unwrap_or_default());
        let labels = names.iter().map(|name| {
            draft.labels.iter().find(|(known, _)| known == name).map(|(_, value)| quoted(value)).unwrap_or_default()
        });
        let (kpi, series) = match &draft.target {
            Target::Kpi(id) => (quoted(id), String::new()),
            Target::Series(name) => (String::new(), quoted(name)),
        };
        let cells: Vec<String> = [kpi, series, quoted(&value)].into_iter().chain(optional).chain(labels).collect();
        file.push_str(end);
        file.push_str(&cells.join(&separator.to_string()));
    }
    file
}

fn as_json(draft: &Draft) -> String {
    let string = |text: &str| serde_json::Value::from(text).to_string();
    let (field, is_event) = match &draft.target {
        Target::Kpi(_) => ("kpi", false),
        Target::Series(_) => ("series", draft.value == Written::Number(1.0, "1".to_owned())),
    };
    let mut members = vec![format!("\"{field}\":{}", string(draft.target.name()))];
    match &draft.value {
        _ if is_event => {}
        Written::Number(_, text) => members.push(format!("\"value\":{text}")),
        Written::Text(text) => members.push(format!("\"value\":{}", string(text))),
        Written::Truth(truth) => members.push(format!("\"value\":{truth}")),
    }
    if !draft.labels.is_empty() {
        // In another order than the draft's.
        let labels: Vec<String> =
            draft.labels.iter().rev().map(|(name, value)| format!("{}:{}", string(name), string(value))).collect();
        members.push(format!("\"labels\":{{{}}}", labels.join(",")));
    }
    match &draft.time {
        Some(WrittenTime::Milliseconds(time_ms)) => members.push(format!("\"time\":{time_ms}")),
        Some(WrittenTime::Text(text)) => members.push(format!("\"time\":{}", string(text))),
        None => {}
    }
    for (name, text) in [
        ("unit", &draft.unit),
        ("external_id", &draft.external_id),
        ("note", &draft.note),
        ("evidence", &draft.evidence),
        ("person", &draft.person),
    ] {
        members.extend(text.iter().map(|text| format!("\"{name}\":{}", string(text))));
    }
    format!("{{{}}}", members.join(","))
}

/// The drafts as read, with their rows forgotten.
fn without_rows(drafts: formats::Drafts) -> Vec<Draft> {
    assert_eq!(drafts.problems, []);
    drafts.drafts.into_iter().map(|draft| Draft { row: 0, ..draft }).collect()
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        give_to_all(&bytes);
    }

    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        give_to_all(text.as_bytes());
        let _ = time::parse(&WrittenTime::Text(text));
    }

    #[test]
    fn pieces_of_the_formats_never_panic(text in pieces()) {
        give_to_all(text.as_bytes());
    }

    #[test]
    fn written_csv_reads_back(
        drafts in prop::collection::vec(draft(), 0..6),
        separator in prop::sample::select(vec![',', ';', '\t']),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let file = as_csv(&drafts, separator, end);
        let read = csv::read(file.as_bytes(), &Limits::default()).unwrap();
        prop_assert_eq!(without_rows(read), drafts);
    }

    #[test]
    fn written_json_and_ndjson_read_back(drafts in prop::collection::vec(draft(), 1..6)) {
        let objects: Vec<String> = drafts.iter().map(as_json).collect();
        let array = json::read(format!("[{}]", objects.join(",\n")).as_bytes(), &Limits::default()).unwrap();
        prop_assert_eq!(without_rows(array), drafts.clone());
        let lines = ndjson::read(objects.join("\n").as_bytes(), &Limits::default()).unwrap();
        prop_assert_eq!(without_rows(lines), drafts);
    }

    #[test]
    fn any_instant_between_the_years_1973_and_9999_is_read_as_it_is(time_ms in 100_000_000_000_i64..253_402_300_799_999) {
        prop_assert_eq!(time::parse(&WrittenTime::Milliseconds(time_ms)), Ok(time_ms));
    }
}
