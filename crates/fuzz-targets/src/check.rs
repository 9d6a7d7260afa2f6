//! What holds of everything that a reader gives.

use formats::{Draft, Drafts, Limits, Problem, Received, Refusal, Sample, Target, Written};

/// A problem quotes little of the input, so that a hostile body makes no long answer.
const MOST_TOLD_BYTES: usize = 2_000;
/// After so many problems only the first of each row is told.
const TOLD_IN_FULL: usize = 1_000;
/// Times lie between 1973 and 9999.
const TIMES_MS: std::ops::RangeInclusive<i64> = 100_000_000_000..=253_402_300_799_999;

/// Samples and problems within limits, or a refusal that helps.
pub(crate) fn received(read: Result<Received, Refusal>, limits: &Limits) -> Option<Received> {
    let received = accepted(read)?;
    let samples = &received.samples;
    assert!(samples.rows <= limits.rows && samples.samples.len() <= limits.rows, "{} rows", samples.rows);
    assert!(received.rejected() <= samples.rows, "more rows are refused than were read");
    assert!(received.summary().len() <= 4 * MOST_TOLD_BYTES);
    problems(&samples.problems);
    assert!(samples.problems.len() <= TOLD_IN_FULL + samples.rows, "{} problems", samples.problems.len());
    let mut text_bytes = 0;
    for one in &samples.samples {
        sample(one, limits);
        assert!(one.series.len() <= limits.name_chars, "{}", one.series);
        assert!(one.time_ms.is_none_or(|time_ms| TIMES_MS.contains(&time_ms)), "{one:?}");
        text_bytes += one.series.len() + one.unit.as_ref().map_or(0, String::len);
        text_bytes += one.labels.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    }
    assert!(text_bytes <= limits.text_bytes, "{text_bytes} bytes of names and labels");
    Some(received)
}

/// One sample, whoever gives it.
pub(crate) fn sample(sample: &Sample, limits: &Limits) {
    assert!(sample.value.is_finite(), "{sample:?}");
    assert!(formats::is_name(&sample.series, usize::MAX), "{sample:?}");
    assert!(sample.unit.as_ref().is_none_or(|unit| fits(unit, limits.id_chars)), "{sample:?}");
    assert!(sample.external_id.as_ref().is_none_or(|id| fits(id, limits.id_chars)), "{sample:?}");
    // A quantile is a label beside those that were sent.
    assert!(sample.labels.len() <= limits.labels + 1, "{sample:?}");
    labels(&sample.labels, limits);
}

/// Observations and problems within limits, or a refusal that helps.
pub(crate) fn drafts(read: Result<Drafts, Refusal>, limits: &Limits) -> Option<Drafts> {
    let drafts = accepted(read)?;
    assert!(drafts.drafts.len() <= drafts.rows && drafts.rows <= limits.rows, "{} rows", drafts.rows);
    assert!(drafts.drafts.is_sorted_by_key(|draft| draft.row));
    problems(&drafts.problems);
    let is_wrong = |row: usize| drafts.problems.binary_search_by_key(&row, |problem| problem.row).is_ok();
    for one in &drafts.drafts {
        assert!(!is_wrong(one.row), "row {} has a problem and gives an observation", one.row);
        draft(one, limits);
    }
    Some(drafts)
}

/// One observation.
pub(crate) fn draft(draft: &Draft, limits: &Limits) {
    match &draft.target {
        Target::Kpi(id) => assert!(fits(id, limits.id_chars), "{draft:?}"),
        Target::Series(name) => assert!(formats::is_name(name, limits.name_chars), "{draft:?}"),
    }
    match &draft.value {
        Written::Number(number, _) => assert!(number.is_finite(), "{draft:?}"),
        Written::Text(text) => assert!(text.chars().count() <= limits.id_chars, "{draft:?}"),
        Written::Truth(_) => {}
    }
    for text in [&draft.unit, &draft.external_id, &draft.person, &draft.origin].into_iter().flatten() {
        assert!(fits(text, limits.id_chars), "{draft:?}");
    }
    assert!(draft.note.as_ref().is_none_or(|note| fits(note, limits.note_chars)), "{draft:?}");
    assert!(draft.evidence.as_ref().is_none_or(|evidence| fits(evidence, limits.evidence_chars)), "{draft:?}");
    assert!(draft.labels.len() <= limits.labels, "{draft:?}");
    labels(&draft.labels, limits);
    if let Some(time) = &draft.time {
        let _ = formats::time::parse(time);
    }
}

/// Problems in the order of their rows, each of which names its row and what would be right.
pub(crate) fn problems(problems: &[Problem]) {
    assert!(problems.is_sorted_by_key(|problem| problem.row), "problems are out of order: {problems:?}");
    for problem in problems {
        let Problem { row, field, code, detail, expected } = problem;
        assert!(*row > 0 && !code.is_empty(), "{problem:?}");
        assert!(!detail.is_empty() && !expected.is_empty(), "{problem:?}");
        let told_bytes = field.len() + detail.len() + expected.len();
        assert!(told_bytes <= MOST_TOLD_BYTES, "{told_bytes} bytes tell of row {row}");
    }
}

/// What was read. A refusal says where, what is wrong and what would be right, in few words.
pub(crate) fn accepted<T>(read: Result<T, Refusal>) -> Option<T> {
    match read {
        Ok(read) => Some(read),
        Err(refusal) => {
            assert!(!refusal.expected().is_empty() && !refusal.code().is_empty(), "{refusal:?}");
            assert!(refusal.to_string().len() <= MOST_TOLD_BYTES, "{refusal}");
            assert!(refusal.row().is_none_or(|row| row > 0) && refusal.column().is_none_or(|column| column > 0));
            None
        }
    }
}

fn labels(labels: &[(String, String)], limits: &Limits) {
    assert!(labels.is_sorted_by(|(one, _), (next, _)| one < next), "{labels:?}");
    for (name, value) in labels {
        assert!(formats::is_name(name, limits.name_chars), "{name}");
        assert!(fits(value, limits.label_chars), "{name}={value}");
    }
}

fn fits(text: &str, most_chars: usize) -> bool {
    (1..=most_chars).contains(&text.chars().count())
}
