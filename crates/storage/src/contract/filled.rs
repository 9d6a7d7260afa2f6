//! A store with something in every table, to copy.

use super::Outcome;
use super::samples::{
    benchmark_run, block, journal_entry, labels, logged_payload, message, observation, observations, payload,
    rolled_row, sample_series,
};
use crate::{Commit, Document, Observation, Payload, PayloadState, SampleFlush, Store};

/// Fills every table: more rows than a page of some, text of other scripts, every byte, numbers without a place, blocks of
/// several months.
///
/// # Errors
/// What the store gives.
pub async fn fill(store: &dyn Store) -> Outcome {
    let payload = Payload { body: (0..=u8::MAX).collect(), reason: Some("测量\n".to_owned()), ..payload("p") };
    let mut rows = observations("o", "p", 2345);
    rows[0].value = -0.0;
    rows[1].value = 5e-324;
    rows[2] = Observation { note: Some(String::new()), labels: labels(&[("a", "é \"x\"")]), ..rows[2].clone() };
    rows[3].report = Some("tests".to_owned());
    rows[4] = Observation { supersedes: Some(rows[3].id.clone()), ..rows[4].clone() };
    store.record(&payload, &rows).await?;
    let logged: Vec<Payload> = (1..=77)
        .map(|number| Payload {
            state: PayloadState::ALL[usize::try_from(number % 4).unwrap_or(0)],
            ..logged_payload(number)
        })
        .collect();
    store.keep_payloads(&logged, &[sample_series(1, "cpu"), sample_series(2, "memory")]).await?;
    store.put_benchmark_run(&benchmark_run("run", 1)).await?;
    let document = Document { name: "silences".to_owned(), body_json: "[]".to_owned(), changed_ms: -1 };
    let entries = vec![journal_entry("b", 0), journal_entry("B", 0), journal_entry("ä", 0)];
    store
        .commit(&Commit { entries, documents: vec![document], messages: vec![message("m", 3)], ..Commit::default() })
        .await?;
    let month_ms = 31 * 86_400_000;
    let blocks =
        (1..=50).map(|number| block(number % 2 + 1, number, number * month_ms / 10, number * month_ms)).collect();
    let rolled = (0..45).map(|number| rolled_row(1, number % 3, number * 1000)).collect();
    store.flush_samples(&SampleFlush { replaced: Vec::new(), blocks, rolled, flushed_payload: 60 }).await
}

/// Keeps records in several tables, one transaction after another, until told to stop; says how many times.
///
/// # Errors
/// What the store gives.
pub async fn keep_writing(store: &dyn Store, stop: &std::sync::atomic::AtomicBool) -> Result<u64, crate::StoreError> {
    let mut count = 0;
    while !stop.load(std::sync::atomic::Ordering::Relaxed) {
        let id = format!("written {count}");
        store.record(&payload(&id), &[observation(&id, &id)]).await?;
        count += 1;
    }
    Ok(count)
}
