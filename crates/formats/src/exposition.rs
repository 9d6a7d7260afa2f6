//! What targets show to Prometheus when they are scraped: its text format 0.0.4 and `OpenMetrics` 1.0.
//!
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>. A name is a series, its labels are labels; histograms and
//! summaries come as the target writes them (`_bucket`, `_sum`, `_count`, `quantile`). `HELP` and `TYPE` may stand more than
//! once. Samples without a time have none here either: the caller knows when it asked. Exemplars are counted and not kept.

mod created;
pub(crate) mod escaping;
mod family;
mod line;

use crate::collect::{Collector, Identity};
use crate::text::{quote, utf8};
use crate::{Limits, Received, Refusal};

use family::Families;

/// The two formats; they write times differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Times are whole milliseconds.
    Prometheus,
    /// Times are seconds, and `# EOF` ends the body.
    OpenMetrics,
}

impl Dialect {
    /// The dialect that a `Content-Type` names; without `OpenMetrics`' own name it is Prometheus'.
    pub fn of(content_type: &str) -> Self {
        let name = content_type.split(';').next().unwrap_or_default().trim();
        if name.eq_ignore_ascii_case("application/openmetrics-text") { Self::OpenMetrics } else { Self::Prometheus }
    }
}

/// The samples of one scrape. Rows are line numbers from 1; a line that can't be read is a problem of that line.
///
/// # Errors
/// Refuses what is not UTF-8, empty or holds no sample, `OpenMetrics` without its end, and more rows or text than the limits.
pub fn read(bytes: &[u8], dialect: Dialect, limits: &Limits) -> Result<Received, Refusal> {
    let text = utf8(bytes)?;
    let mut all = Collector::new(limits);
    let mut families = Families::default();
    let mut last_row = 0;
    let mut has_end = false;
    let mut has_sample = false;
    if text.trim_start().starts_with('<') {
        return Err(no_sample(text));
    }
    for (index, line) in text.split('\n').enumerate() {
        let (row, line) = (index + 1, line.trim_matches([' ', '\t', '\r']));
        if line.is_empty() {
            continue;
        }
        last_row = row;
        if let Some(comment) = line.strip_prefix('#') {
            has_end = comment.trim() == "EOF";
            if has_end && dialect == Dialect::OpenMetrics {
                break;
            }
            families.comment(comment);
            continue;
        }
        all.row()?;
        has_sample |= sample(row, line, dialect, &families, &mut all)?;
    }
    if dialect == Dialect::OpenMetrics && !has_end {
        let detail = "the body ends without `# EOF`".to_owned();
        return Err(Refusal::Syntax { row: last_row, column: 1, detail, expected: "a complete body".to_owned() });
    }
    created::tell(&mut all.received.samples.samples);
    if has_sample { Ok(all.received) } else { Err(no_sample(text)) }
}

/// What is no exposition: a page to log in, a document, words.
fn no_sample(text: &str) -> Refusal {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let detail = format!("no line of it is a sample; it begins with {}", quote(first));
    Refusal::Syntax { row: 1, column: 1, detail, expected: "lines such as name{label=\"value\"} 1.5".to_owned() }
}

/// Takes in a line; says whether it is a sample, whatever is wrong with its name or value.
fn sample(
    row: usize,
    text: &str,
    dialect: Dialect,
    families: &Families<'_>,
    all: &mut Collector<'_>,
) -> Result<bool, Refusal> {
    let line = match line::read(text, dialect, all.limits) {
        Ok(line) => line,
        Err(words) => {
            let expected = "name{label=\"value\"} 1.5".to_owned();
            all.problem(row, ("row".to_owned(), "syntax", format!("{}: {words}", quote(text)), expected));
            return Ok(false);
        }
    };
    if line.has_exemplar {
        all.leave_out("exemplar");
    }
    let labels = line.labels.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
    match Identity::new(&line.name, labels, all.limits) {
        Ok(identity) => {
            all.sample(row, &identity, (line.value, line.time_ms), families.unit(&line.name))?;
        }
        Err(wrong) => all.problems(row, &wrong),
    }
    Ok(true)
}
