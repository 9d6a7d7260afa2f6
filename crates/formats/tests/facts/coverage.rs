//! Coverage reports: LCOV and Cobertura.

use formats::{Coverage, cobertura, lcov};

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
fn lcov_that_is_broken_or_cut_off_is_refused_with_its_line() {
    for (text, row) in [
        ("SF:a\nDA:1,1\n", 2),
        ("TN:\n", 1),
        ("DA:1,1\nend_of_record\n", 1),
        ("end_of_record\n", 1),
        ("SF:a\nSF:b\nend_of_record\n", 2),
        ("SF:a\nDA:x,1\nend_of_record\n", 2),
        ("SF:a\nDA:1\nend_of_record\n", 2),
        ("SF:a\nDA:1,-1\nend_of_record\n", 2),
        ("SF:a\nLF:many\nend_of_record\n", 2),
        ("<coverage/>", 1),
    ] {
        let refusal = refused(lcov::read(text.as_bytes()));
        assert_eq!((refusal.code(), refusal.row()), ("syntax", Some(row)), "{text}");
    }
    assert_eq!(refused(lcov::read(b"")).code(), "empty");
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
fn cobertura_that_says_nothing_certain_is_refused() {
    for (text, code) in [
        (r#"<coverage line-rate="0.9"/>"#, "shape"),
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
