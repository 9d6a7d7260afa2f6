//! What was copied, table by table.

use std::process::ExitCode;

use storage::transfer::Copied;

/// Prints a line for each table; success only if all agree.
pub fn say(copied: &[Copied]) -> ExitCode {
    for line in lines(copied) {
        say!("{line}");
    }
    if copied.iter().all(Copied::agrees) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn lines(copied: &[Copied]) -> Vec<String> {
    let name_width = copied.iter().map(|it| it.table.len()).max().unwrap_or_default();
    let line = |name: &str, rows: &str, sum: &str| format!("{name:name_width$}  {rows:>12}  {sum}");
    let mut lines = vec![line("table", "rows", "SHA-256 of the rows")];
    for it in copied {
        lines.push(line(it.table, &it.rows.to_string(), &it.source_sha256));
        if !it.agrees() {
            lines.push(line("", "differs:", &it.target_sha256));
        }
    }
    let rows: u64 = copied.iter().map(|it| it.rows).sum();
    let differ = copied.iter().filter(|it| !it.agrees()).count();
    lines.push(match differ {
        0 => format!("{rows} rows of {} tables were copied, and all checksums agree", copied.len()),
        1 => "one table differs from what was read; do not use the copy".to_owned(),
        many => format!("{many} tables differ from what was read; do not use the copy"),
    });
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(source: &str, target: &str) -> Copied {
        Copied { table: "outbox", rows: 3, source_sha256: source.to_owned(), target_sha256: target.to_owned() }
    }

    #[test]
    fn every_table_has_a_line_and_a_difference_one_more() {
        assert_eq!(
            lines(&[table("ab", "ab")]),
            [
                "table           rows  SHA-256 of the rows",
                "outbox             3  ab",
                "3 rows of 1 tables were copied, and all checksums agree",
            ]
        );
        let differing = lines(&[table("ab", "ab"), table("ab", "cd")]);
        assert_eq!(differing[3], "            differs:  cd");
        assert_eq!(differing[4], "one table differs from what was read; do not use the copy");
        assert_eq!(say(&[table("ab", "cd")]), ExitCode::FAILURE);
    }
}
