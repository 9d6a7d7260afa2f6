//! Commits payloads in groups, then puts their samples into heads, in the order of payload numbers.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use series_block::Sample;
use storage::{Payload, SampleSeries, StoreError};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use crate::batch::{Batch, Row};
use crate::engine::{Inner, Kept};
use crate::error::{copy, unavailable};
use crate::listener::KeptRow;

/// A payload that waits to be committed.
pub(crate) struct Job {
    pub(crate) payload: Payload,
    pub(crate) batch: Batch,
    pub(crate) answer: oneshot::Sender<Result<Kept, StoreError>>,
    pub(crate) waits: OwnedSemaphorePermit,
}

/// Works until no desk is left that could send a job.
pub(crate) async fn run(inner: Arc<Inner>, mut jobs: mpsc::Receiver<Job>) {
    let mut writer = Writer { inner, keyed: Vec::new(), run: Vec::new() };
    while let Some(first) = jobs.recv().await {
        let mut bytes = first.payload.body.len() + first.batch.bytes();
        let mut group = vec![first];
        let settings = &writer.inner.settings;
        while group.len() < settings.most_group_payloads && bytes < settings.most_group_bytes {
            let Ok(next) = jobs.try_recv() else { break };
            bytes += next.payload.body.len() + next.batch.bytes();
            group.push(next);
        }
        if writer.inner.wait_for_room().await {
            writer.commit(group).await;
        } else {
            refuse(group, &unavailable("samples wait for a flush that does not come"));
        }
    }
}

struct Writer {
    inner: Arc<Inner>,
    /// Series and place of each row, to be sorted.
    keyed: Vec<u64>,
    run: Vec<Sample>,
}

impl Writer {
    async fn commit(&mut self, group: Vec<Job>) {
        let Err((group, error)) = self.try_commit(group).await else { return };
        let is_of_one = matches!(error, StoreError::Conflict { .. } | StoreError::NotStorable { .. });
        if !is_of_one || group.len() == 1 {
            return refuse(group, &error);
        }
        // One of them can't be stored: the others can.
        for job in group {
            if let Err((alone, error)) = self.try_commit(vec![job]).await {
                refuse(alone, &error);
            }
        }
    }

    async fn try_commit(&mut self, mut group: Vec<Job>) -> Result<(), (Vec<Job>, StoreError)> {
        let mut payloads = Vec::with_capacity(group.len());
        for job in &mut group {
            let mut payload = std::mem::replace(&mut job.payload, nothing());
            payload.number = self.inner.payload_numbers.fetch_add(1, Ordering::AcqRel) + 1;
            payload.kept_rows = crate::numbers::count(job.batch.rows.len());
            payloads.push(payload);
        }
        let inner = Arc::clone(&self.inner);
        let _until_appended = inner.committing.lock().await;
        let new_series = new_series(&self.inner, group.iter().map(|job| &job.batch));
        if let Err(error) = self.inner.store.keep_payloads(&payloads, &new_series).await {
            for (job, payload) in group.iter_mut().zip(payloads) {
                job.payload = payload;
            }
            return Err((group, error));
        }
        for job in &group {
            job.batch.committed();
        }
        for (job, payload) in group.iter().zip(&payloads) {
            self.append(payload.number, &job.batch);
        }
        if let Some(last) = payloads.last() {
            self.inner.appended.fetch_max(last.number, Ordering::AcqRel);
        }
        for (job, payload) in group.into_iter().zip(payloads) {
            let Job { mut batch, answer, waits, .. } = job;
            self.inner.learn(std::mem::take(&mut batch.learned));
            let kept = Kept { payload_id: payload.id, number: payload.number, rows: batch.rows.len() };
            drop((batch, waits));
            // Whoever has gone away does not want to know.
            let _ = answer.send(Ok(kept));
        }
        Ok(())
    }

    fn append(&mut self, number: i64, batch: &Batch) {
        append(&self.inner, number, batch.recorded_ms, &batch.rows, (&mut self.keyed, &mut self.run));
        self.inner.tell(number, batch.recorded_ms, &batch.rows);
    }
}

/// The pending series of batches, each once.
pub(crate) fn new_series<'b>(inner: &Inner, batches: impl Iterator<Item = &'b Batch>) -> Vec<SampleSeries> {
    let mut pending: Vec<_> = batches.flat_map(|batch| batch.pending.iter().copied()).collect();
    pending.sort_unstable();
    pending.dedup();
    let series_index = inner.read_directory();
    let slots = pending.into_iter().filter_map(|series| series_index.slot(series));
    let mut series: Vec<_> = slots.filter(|slot| !slot.is_committed()).map(|slot| slot.record()).collect();
    series.sort_unstable_by_key(|series| series.number);
    series
}

/// Puts the rows of a payload into the heads of their series.
pub(crate) fn append(
    inner: &Inner,
    number: i64,
    recorded_ms: i64,
    rows: &[Row],
    (keyed, run): (&mut Vec<u64>, &mut Vec<Sample>),
) {
    keyed.clear();
    keyed.extend((0_u64..).zip(rows).map(|(index, row)| u64::from(row.series.0) << 32 | index));
    keyed.sort_unstable();
    let series_index = inner.read_directory();
    let mut added = 0;
    for of_series in keyed.chunk_by(|one, next| one >> 32 == next >> 32) {
        run.clear();
        run.extend(of_series.iter().filter_map(|key| rows.get((key & 0xffff_ffff) as usize)).map(|row| Sample {
            time_ms: row.time_ms,
            value: row.value,
            payload: number.cast_unsigned(),
            row: row.row,
            recorded_ms,
            origin: row.origin,
        }));
        let series = of_series.first().and_then(|key| rows.get((key & 0xffff_ffff) as usize)).map(|row| row.series);
        if let Some(slot) = series.and_then(|series| series_index.slot(series)) {
            added += slot.live().append(run);
        } else {
            tracing::error!("a row names a series that is not there");
        }
    }
    inner.holds_more(added);
}

fn refuse(group: Vec<Job>, error: &StoreError) {
    for job in group {
        let Job { batch, answer, waits, .. } = job;
        drop((batch, waits));
        let _ = answer.send(Err(copy(error)));
    }
}

/// Stands where a payload was while it is written.
fn nothing() -> Payload {
    Payload {
        id: String::new(),
        received_ms: 0,
        source: String::new(),
        content_type: String::new(),
        sha256_hex: String::new(),
        byte_count: 0,
        body: Vec::new(),
        number: 0,
        format: String::new(),
        context_json: String::new(),
        state: storage::PayloadState::Read,
        reason: None,
        refused_rows: 0,
        kept_rows: 0,
        body_dropped_ms: None,
    }
}

impl Inner {
    /// Tells the listener of the rows that it wants.
    pub(crate) fn tell(&self, number: i64, recorded_ms: i64, rows: &[Row]) {
        let series_index = self.read_directory();
        let wanted: Vec<KeptRow<'_>> = rows
            .iter()
            .filter_map(|row| {
                let slot = series_index.slot(row.series)?;
                slot.is_wanted.load(Ordering::Relaxed).then(|| KeptRow {
                    name: &slot.identity.name,
                    labels: &slot.identity.labels,
                    time_ms: row.time_ms,
                    value: row.value,
                    recorded_ms,
                    origin: row.origin,
                    payload: number.cast_unsigned(),
                    row: row.row,
                })
            })
            .collect();
        if !wanted.is_empty() {
            self.listener.kept(&wanted);
        }
    }

    /// Waits while the heads are over-full; false if they stay so.
    async fn wait_for_room(&self) -> bool {
        let most = self.settings.most_held_samples.saturating_mul(2);
        let limit = Duration::from_millis(self.settings.most_wait_ms);
        let wait = async {
            loop {
                let room = self.room.notified();
                if self.held() <= most {
                    return;
                }
                self.flush_wanted.notify_one();
                room.await;
            }
        };
        tokio::time::timeout(limit, wait).await.is_ok()
    }
}
