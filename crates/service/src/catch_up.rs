//! What was committed without an answer: a connection may break between a commit and its answer, and then the store holds more than the
//! memory knows. Read before writes are taken again, so that both say the same.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use storage::{Payload, StoreError};
use timeseries::Batch;

use crate::alert_desk::AlertDesk;
use crate::dashboard::{Change, Dashboard, LOAD_PAGE, add_stored};
use crate::journal::TOKENS;
use crate::record::supersede;
use crate::samples;

impl Dashboard {
    /// Takes over what the store holds and the memory does not know. Nobody else may write meanwhile: the store is closed for writing.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read; nothing is taken over twice when it is called again.
    pub(crate) async fn catch_up(&self) -> Result<(), StoreError> {
        // Whoever records holds it until the outcome is known.
        let guard = self.write_guard().await;
        // Ids ascend in the order of recording, so what is not known has a greater one than all that is.
        let after = self.latest_change();
        let observations = self.catch_up_on_observations(&after).await?;
        let entries = self.catch_up_on_the_journal(&after).await?;
        self.payload_numbers.fetch_max(self.store.latest_payload().await?, Ordering::SeqCst);
        let payloads = self.catch_up_on_samples().await?;
        drop(guard);
        if observations + entries + payloads > 0 {
            tracing::warn!(observations, entries, payloads, "what was committed without an answer was taken over");
            // Nobody listening is no failure.
            let _ = self.changes.send(Change::Journal { latest_id: self.latest_change() });
        }
        Ok(())
    }

    async fn catch_up_on_observations(&self, after: &str) -> Result<usize, StoreError> {
        let (mut last, mut count) = (after.to_owned(), 0);
        loop {
            let page = self.store.points(Some(&last), LOAD_PAGE).await?;
            let Some((id, _)) = page.last() else { return Ok(count) };
            id.clone_into(&mut last);
            count += page.len();
            let mut superseded = Vec::new();
            for (_, point) in &page {
                if let Some(id) = &point.supersedes {
                    superseded.extend(self.store.observation(id).await?.map(|before| (before, point.recorded_ms)));
                }
            }
            let mut series = self.series.write();
            for (before, superseded_ms) in &superseded {
                supersede(&mut series, before, *superseded_ms);
            }
            for (id, point) in page {
                series.seen(&id);
                add_stored(&mut series, &point);
            }
        }
    }

    async fn catch_up_on_the_journal(&self, after: &str) -> Result<usize, StoreError> {
        let (mut last, mut count) = (after.to_owned(), 0);
        loop {
            let page = self.store.journal(Some(&last), LOAD_PAGE).await?;
            let Some(entry) = page.last() else { break };
            entry.id.clone_into(&mut last);
            count += page.len();
            let mut effective_config = self.effective_config.write().unwrap_or_else(PoisonError::into_inner);
            let mut series = self.series.write();
            for entry in &page {
                effective_config.add(entry)?;
                series.seen(&entry.id);
                if entry.stream == TOKENS {
                    self.token_desk.add(entry)?;
                }
            }
            effective_config.settle(self.now_ms());
        }
        // The machine is kept with the entries that it made, or alone.
        self.alert_desk.take_over(&AlertDesk::load(self.store.as_ref()).await?);
        Ok(count)
    }

    async fn catch_up_on_samples(&self) -> Result<usize, StoreError> {
        let (conversions, origin) = (self.conversions(), self.sample_origin());
        let reread = |payload: &Payload, batch: &mut Batch| samples::reread(payload, batch, &conversions, origin);
        self.desk.catch_up(&reread).await.map_err(samples::store_error)
    }
}
