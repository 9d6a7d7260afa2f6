//! How long payloads and samples are kept, and the upkeep that follows from it.

use storage::StoreError;
use timeseries::points::Settle;

use crate::dashboard::Dashboard;
use crate::samples::store_error;

/// How many payloads lose their bytes in one transaction.
const AT_ONCE: u32 = 500;

/// How long things are kept. Numbers of KPIs that were entered or pushed are kept for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    /// The bytes of payloads, in milliseconds; `None` is for ever. Rows, hashes and dead letters stay.
    pub payloads_ms: Option<i64>,
    /// Samples and their rollups.
    pub samples: timeseries::Retention,
}

impl Dashboard {
    /// Merges what was recorded into segments, and writes these where much was recorded since. To be called about every second.
    ///
    /// # Errors
    /// [`StoreError`] where segments can't be read or written; nothing is lost, and it may be called again.
    pub async fn settle_points(&self) -> Result<(), StoreError> {
        let what = if self.settings.settles_points { Settle::Due } else { Settle::InMemory };
        self.series.settle(what).await.map(|_| ())
    }

    /// Writes samples that are due from memory into blocks. To be called about every second, and when
    /// [`Dashboard::flush_wanted`] returns.
    ///
    /// # Errors
    /// [`StoreError`] where the store failed; nothing is lost then.
    pub async fn flush_samples(&self) -> Result<(), StoreError> {
        self.desk.flush(self.now_ms(), timeseries::What::Due).await.map_err(store_error)?;
        Ok(())
    }

    /// Waits until so many samples are in memory that they should be written at once.
    pub async fn flush_wanted(&self) {
        self.desk.flush_wanted().await;
    }

    /// Takes no more samples and writes all of them into blocks.
    ///
    /// # Errors
    /// [`StoreError`] where the store failed; they are read again from their payloads at the next start.
    pub async fn close_samples(&self) -> Result<(), StoreError> {
        if self.settings.settles_points {
            self.series.settle(Settle::Everything).await?;
        }
        self.desk.close(self.now_ms()).await.map_err(store_error)
    }

    /// Deletes what was kept long enough; nothing while the clock seems to be ahead, because that can't be undone.
    ///
    /// # Errors
    /// [`StoreError`] where the store failed.
    pub async fn retain(&self) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        if self.alerting.clock_watch.holds_deletion(now_ms) {
            tracing::info!("nothing is deleted for its age: the clock was ahead of what was recorded, or was moved");
            return Ok(());
        }
        let retention = self.settings.retention;
        let dropped = self.desk.retain(now_ms, &retention.samples).await.map_err(store_error)?;
        if dropped.blocks > 0 || dropped.rolled.iter().any(|count| *count > 0) {
            tracing::info!(blocks = dropped.blocks, rolled = ?dropped.rolled, "samples that were kept long enough were deleted");
        }
        let Some(before_ms) = retention.payloads_ms.map(|kept_ms| now_ms.saturating_sub(kept_ms)) else {
            return Ok(());
        };
        while self.store.drop_bodies(before_ms, now_ms, AT_ONCE).await? == u64::from(AT_ONCE) {}
        Ok(())
    }
}
