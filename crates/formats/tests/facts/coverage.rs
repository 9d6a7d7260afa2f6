//! Coverage reports: LCOV and Cobertura.

use formats::{Coverage, FileCoverage, cobertura, lcov};

use crate::refused;

fn coverage(lines_found: u64, lines_hit: u64) -> Coverage {
    Coverage { lines_found, lines_hit }
}

#[test]
fn percent_is_none_without_lines() {
    assert_eq!(coverage(0, 0).percent(), None);
    assert_eq!(coverage(8, 6).percent(), Some(75.0));
}

#[test]
fn lcov_counts_each_line_of_a_file_once() {
    for (text, expected) in [
        ("TN:\nSF:a.rs\nFN:1,main\nFNDA:1,main\nDA:1,5\nDA:2,0\nBRDA:1,0,0,-\nLF:2\nLH:1\nend_of_record\n", (2, 1)),
        ("SF:a.rs\r\nDA:1,1,checksum\r\nend_of_record\r\n", (1, 1)),
        ("SF:a\nDA:1,0\nDA:2,1\nend_of_record\nSF:a\nDA:1,3\nend_of_record\nSF:b\nDA:1,0\nend_of_record", (3, 2)),
        ("SF:a\nDA:1,3\nend_of_record\nSF:a\nDA:1,0\nend_of_record\n", (1, 1)),
        ("# made by a tool\nSF:a\nLF:10\nLH:7\nend_of_record\n", (10, 7)),
        ("SF:empty\nend_of_record\n", (0, 0)),
    ] {
        assert_eq!(lcov::read(text.as_bytes()), Ok(coverage(expected.0, expected.1)), "{text}");
    }
}

#[test]
fn lcov_that_is_cut_off_or_says_nothing_is_refused_with_its_line() {
    for (text, row) in [
        ("SF:a\nDA:1,1\n", 2),
        ("TN:\n", 1),
        ("DA:1,1\nend_of_record\n", 1),
        ("end_of_record\n", 1),
        ("<coverage/>", 1),
    ] {
        let refusal = refused(lcov::read(text.as_bytes()));
        assert_eq!((refusal.code(), refusal.row()), ("syntax", Some(row)), "{text}");
    }
    assert_eq!(refused(lcov::read(b"")).code(), "empty");
}

#[test]
fn a_record_of_lcov_that_cannot_be_read_is_named_and_the_others_count() {
    for (text, expected, row, field) in [
        ("SF:a\nDA:1,1\nDA:2,-1\nend_of_record\n", (1, 1), 3, "DA"),
        ("SF:a\nDA:x,1\nDA:2,0\nend_of_record\n", (1, 0), 2, "DA"),
        ("SF:a\nDA:1\nDA:2,1\nend_of_record\n", (1, 1), 2, "DA"),
        ("SF:a\nDA:1,1\nLF:many\nend_of_record\n", (1, 1), 3, "LF"),
        ("SF:a\nDA:1,1\nDA:2,NaN\nend_of_record\n", (1, 1), 3, "DA"),
        ("SF:a\nDA:1,1\nend_of_record\nSF:b\nDA:1,0\n", (1, 1), 5, "end_of_record"),
        ("SF:a\nDA:1,1\nBANANA\nend_of_record\n", (1, 1), 3, "row"),
        ("SF:a\nDA:1,1\nSF:b\nDA:1,0\nend_of_record\n", (2, 1), 3, "SF"),
    ] {
        let files = lcov::read_files(text.as_bytes()).unwrap();
        let told: Vec<(usize, &str)> =
            files.problems.iter().map(|problem| (problem.row, problem.field.as_str())).collect();
        assert_eq!((files.total(), told), (coverage(expected.0, expected.1), vec![(row, field)]), "{text}");
    }
    let many = format!("SF:a\nDA:1,1\n{}end_of_record\n", "DA:2,-1\n".repeat(1_000));
    let problems = lcov::read_files(many.as_bytes()).unwrap().problems;
    assert_eq!((problems.len(), problems[100].detail.as_str()), (101, "900 more cells can't be read"));
}

#[test]
fn the_lines_of_several_reports_are_united_by_file() {
    for (parts, expected) in [
        (vec!["SF:a\nDA:1,1\nDA:2,1\nend_of_record\n", "SF:b\nDA:1,0\nDA:2,0\nend_of_record\n"], (4, 2)),
        (vec!["SF:a\nDA:1,1\nDA:2,0\nend_of_record\n", "SF:a\nDA:1,0\nDA:2,5\nend_of_record\n"], (2, 2)),
        (vec!["SF:a\nDA:1,1\nend_of_record\n", "SF:a\nDA:1,1\nend_of_record\n"], (1, 1)),
        (vec!["SF:a\nLF:10\nLH:4\nend_of_record\n", "SF:b\nLF:10\nLH:6\nend_of_record\n"], (20, 10)),
    ] {
        let mut all = FileCoverage::default();
        for part in &parts {
            all.merge(lcov::read_files(part.as_bytes()).unwrap());
        }
        assert_eq!(all.total(), coverage(expected.0, expected.1), "{parts:?}");
        for part in &parts {
            all.merge(lcov::read_files(part.as_bytes()).unwrap());
        }
        assert_eq!(all.total(), coverage(expected.0, expected.1), "the same files twice: {parts:?}");
    }
}

fn class(source: &str, totals: &str, filename: &str, hits: [u8; 2]) -> String {
    format!(
        r#"<coverage {totals}><sources><source>{source}</source></sources><packages><package><classes><class
           filename="{filename}"><lines><line number="1" hits="{}"/><line number="2" hits="{}"/></lines></class>
           </classes></package></packages></coverage>"#,
        hits[0], hits[1]
    )
}

#[test]
fn files_of_cobertura_reports_are_told_apart_by_their_roots() {
    let totals = |found: u8, hit: u8| format!(r#"lines-valid="{found}" lines-covered="{hit}""#);
    for (one, two, expected) in [
        (class("/r/one", "", "a.py", [1, 0]), class("/r/two", "", "a.py", [0, 1]), (4, 2)),
        (class("/r", "", "a.py", [1, 0]), class("/r", "", "a.py", [0, 1]), (2, 2)),
        (class("/home/runner/work/x/x", "", "a.py", [1, 0]), class(r"D:\a\x\x", "", "a.py", [0, 1]), (2, 2)),
        (class("/r", "", "a/b.py", [1, 0]), class("/r", "", r"a\b.py", [0, 1]), (2, 2)),
        (class("/r/one", "", "/r/a.py", [1, 0]), class("/r/two", "", "/r/a.py", [0, 1]), (2, 2)),
        (class("", "", "a.py", [1, 0]), class("/r", "", "a.py", [0, 0]), (2, 1)),
        // The totals say more than the lines: eight and two further ones.
        (class("/r", &totals(10, 5), "a.py", [1, 0]), class("/r", &totals(4, 3), "b.py", [0, 1]), (14, 8)),
        (class("/r", &totals(10, 5), "a.py", [1, 0]), class("/r", &totals(10, 5), "a.py", [1, 0]), (10, 5)),
    ] {
        let mut all = FileCoverage::default();
        all.merge(cobertura::read_files(one.as_bytes()).unwrap());
        all.merge(cobertura::read_files(two.as_bytes()).unwrap());
        assert_eq!(all.total(), coverage(expected.0, expected.1), "{one} {two}");
    }
}

#[test]
fn a_file_is_the_same_however_its_path_is_written() {
    let lcov_of = |name: &str| format!("SF:{name}\nDA:1,1\nend_of_record\n");
    for (one, two) in [("./a", "a"), ("src/./a", "src/a"), ("src//a", "src\\a")] {
        let mut all = lcov::read_files(lcov_of(one).as_bytes()).unwrap();
        all.merge(lcov::read_files(lcov_of(two).as_bytes()).unwrap());
        assert_eq!(all.total(), coverage(1, 1), "{one} {two}");
    }
    let cobertura = r#"<coverage><sources><source>/r</source></sources><class filename="src/a"><line number="1" hits="0"/>
        <line number="2" hits="1"/></class></coverage>"#;
    for is_first in [true, false] {
        let mut parts = [
            cobertura::read_files(cobertura.as_bytes()).unwrap(),
            lcov::read_files(lcov_of("/r/src/a").as_bytes()).unwrap(),
        ];
        if is_first {
            parts.reverse();
        }
        let [mut all, other] = parts;
        all.merge(other);
        assert_eq!(all.total(), coverage(2, 2));
    }
}

#[test]
fn a_share_without_lines_has_a_value_alone_and_none_among_others() {
    let rate = || cobertura::read_files(br#"<coverage line-rate="0.5"/>"#).unwrap();
    assert_eq!((rate().percent(), rate().total()), (Some(50.0), coverage(0, 0)));
    let mut all = rate();
    all.merge(lcov::read_files(b"SF:a\nDA:1,1\nend_of_record\n").unwrap());
    assert_eq!((all.percent(), all.without_lines()), (None, 1));
    for rate in ["1.5", "-0.1", "NaN", "half"] {
        assert!(cobertura::read_files(format!(r#"<coverage line-rate="{rate}"/>"#).as_bytes()).is_err(), "{rate}");
    }
}

#[test]
fn cobertura_takes_the_totals_or_counts_the_lines() {
    let counted = r#"<coverage line-rate="0.5"><packages><package><classes>
        <class name="A" filename="a.py"><methods><method><lines><line number="1" hits="0"/></lines></method></methods>
          <lines><line number="1" hits="2"/><line number="2" hits="0"/></lines></class>
        <class name="B" filename="a.py"><lines><line number="2" hits="1"/><line number="3" hits="0"/></lines></class>
        <class name="C" filename="c.py"><lines><line number="1" hits="0"/></lines></class>
        </classes></package></packages></coverage>"#;
    let totals = r#"<?xml version="1.0"?>
        <!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
        <coverage lines-valid="200" lines-covered="150" line-rate="0.75"><packages/></coverage>"#;
    assert_eq!(cobertura::read(counted.as_bytes()), Ok(coverage(4, 2)));
    assert_eq!(cobertura::read(totals.as_bytes()), Ok(coverage(200, 150)));
}

#[test]
fn a_cell_of_cobertura_that_cannot_be_read_is_named_and_the_others_count() {
    let lines = r#"<line number="1" hits="1"/><line number="undefined" hits="0"/><line number="3" hits="-1"/>
        <line hits="1"/><line number="5" hits="0"/>"#;
    for (root, expected, told) in [
        ("<coverage>", (2, 1), vec!["number", "hits", "number"]),
        (r#"<coverage lines-valid="4" lines-covered="3">"#, (4, 3), vec!["number", "hits", "number"]),
        (r#"<coverage lines-valid="many" lines-covered="3">"#, (2, 1), vec!["lines-valid", "number", "hits", "number"]),
        (r#"<coverage lines-valid="1" lines-covered="3">"#, (2, 1), vec!["lines-covered", "number", "hits", "number"]),
    ] {
        let text = format!("{root}<class filename=\"a\">{lines}</class></coverage>");
        let files = cobertura::read_files(text.as_bytes()).unwrap();
        let fields: Vec<&str> = files.problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!((files.total(), fields), (coverage(expected.0, expected.1), told), "{text}");
    }
}

#[test]
fn cobertura_that_says_nothing_certain_is_refused() {
    for (text, code) in [
        (r#"<coverage line-rate="9"/>"#, "shape"),
        (r#"<coverage lines-valid="1" lines-covered="2"/>"#, "shape"),
        (r#"<coverage lines-valid="many" lines-covered="2"/>"#, "shape"),
        (r#"<coverage><line number="1"/></coverage>"#, "shape"),
        (r#"<coverage lines-valid="2" lines-covered="1"><packages>"#, "syntax"),
        ("<testsuites/>", "shape"),
        ("", "empty"),
    ] {
        assert_eq!(refused(cobertura::read(text.as_bytes())).code(), code, "{text}");
    }
}
