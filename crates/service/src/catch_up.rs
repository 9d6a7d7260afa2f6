//! What was committed without an answer: a connection may break between a commit and its answer, and then the store holds more than the
//! memory knows. Read before writes are taken again, so that both say the same.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use storage::{Payload, StoreError};
use timeseries::Batch;

use crate::dashboard::Dashboard;
use crate::observations;
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
        // Other records raise the greatest id too, while an observation is on its way into the store.
        let observed = self.read_series().latest_observation().to_owned();
        let observations = self.catch_up_on_observations(&observed).await?;
        let entries = self.journal.read_after(Some(&after)).await?;
        self.alerting.catch_up().await?;
        self.payload_numbers.fetch_max(self.store.latest_payload().await?, Ordering::SeqCst);
        let payloads = self.catch_up_on_samples().await?;
        drop(guard);
        if observations + entries + payloads > 0 {
            tracing::warn!(observations, entries, payloads, "what was committed without an answer was taken over");
            self.journal.changes().look_again();
        }
        Ok(())
    }

    async fn catch_up_on_observations(&self, after: &str) -> Result<usize, StoreError> {
        let (mut last, mut count, loaded) = (after.to_owned(), 0, HashSet::new());
        loop {
            let added = observations::add_page(self.store.as_ref(), &self.series, &mut last, after, &loaded).await?;
            match added {
                0 => return Ok(count),
                added => count += added,
            }
        }
    }

    async fn catch_up_on_samples(&self) -> Result<usize, StoreError> {
        let (conversions, origin) = (self.conversions(), self.sample_origin());
        let reread = |payload: &Payload, batch: &mut Batch| samples::reread(payload, batch, &conversions, origin);
        self.desk.catch_up(&reread).await.map_err(samples::store_error)
    }
}
