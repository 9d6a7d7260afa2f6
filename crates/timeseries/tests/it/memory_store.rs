//! The port kept in memory: all or nothing, refuses what a database refuses, and can be told to fail.

use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use storage::{
    BlockExtent, BlockKey, Payload, RolledRow, SampleFlush, SampleSeries, SampleStore, StoreError, StoredBlock,
};

#[derive(Default)]
pub struct Tables {
    pub payloads: BTreeMap<i64, Payload>,
    pub series: BTreeMap<i64, SampleSeries>,
    identities: HashSet<(String, Vec<(String, String)>)>,
    pub blocks: BTreeMap<(i64, i64, i64), StoredBlock>,
    pub rolled: BTreeMap<(i64, i64, i64), RolledRow>,
    pub flushed: i64,
    latest_block: i64,
}

#[derive(Default)]
pub struct MemoryStore {
    pub tables: Mutex<Tables>,
    pub fails: AtomicBool,
    pub commits: AtomicU64,
}

impl MemoryStore {
    fn check(&self, operation: &'static str) -> Result<(), StoreError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable { operation, source: "told to fail".into() });
        }
        Ok(())
    }
}

fn taken(what: &str) -> StoreError {
    StoreError::Conflict { operation: "keep payloads", source: what.into() }
}

#[async_trait::async_trait]
impl SampleStore for MemoryStore {
    async fn keep_payloads(&self, payloads: &[Payload], new_series: &[SampleSeries]) -> Result<(), StoreError> {
        tokio::task::yield_now().await;
        self.check("keep payloads")?;
        let mut tables = self.tables.lock().unwrap();
        for payload in payloads {
            if tables.payloads.contains_key(&payload.number) {
                return Err(taken("number"));
            }
            if payload.source.contains('\0') {
                return Err(StoreError::NotStorable { field: "payload.source", reason: "it holds a NUL character" });
            }
        }
        for series in new_series {
            if tables.series.contains_key(&series.number)
                || tables.identities.contains(&(series.name.clone(), series.labels.clone()))
            {
                return Err(taken("series"));
            }
        }
        for payload in payloads {
            tables.payloads.insert(payload.number, payload.clone());
        }
        for series in new_series {
            tables.identities.insert((series.name.clone(), series.labels.clone()));
            tables.series.insert(series.number, series.clone());
        }
        self.commits.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    async fn payloads_after(&self, after: i64, formats: &[&str], limit: u32) -> Result<Vec<Payload>, StoreError> {
        self.check("list payloads")?;
        let tables = self.tables.lock().unwrap();
        let behind = tables.payloads.range(after + 1..).map(|(_, payload)| payload);
        let wanted = behind.filter(|payload| formats.contains(&payload.format.as_str()));
        Ok(wanted.take(limit as usize).cloned().collect())
    }

    async fn sample_series(&self, after: i64, limit: u32) -> Result<Vec<SampleSeries>, StoreError> {
        let tables = self.tables.lock().unwrap();
        Ok(tables.series.range(after + 1..).take(limit as usize).map(|(_, series)| series.clone()).collect())
    }

    async fn block_extents(&self, series: i64) -> Result<Vec<BlockExtent>, StoreError> {
        tokio::task::yield_now().await;
        let tables = self.tables.lock().unwrap();
        let of_series = tables.blocks.range((series, i64::MIN, 0)..=(series, i64::MAX, i64::MAX));
        Ok(of_series.map(|(_, block)| block.extent).collect())
    }

    async fn blocks(&self, series: i64, from_ms: i64, last_ms: i64) -> Result<Vec<StoredBlock>, StoreError> {
        tokio::task::yield_now().await;
        self.check("read blocks")?;
        let tables = self.tables.lock().unwrap();
        let of_series = tables.blocks.range((series, i64::MIN, 0)..=(series, last_ms, i64::MAX));
        Ok(of_series.filter(|(_, block)| block.extent.last_ms >= from_ms).map(|(_, block)| block.clone()).collect())
    }

    async fn rolled(
        &self,
        series: i64,
        resolution: i64,
        from_block_ms: i64,
        last_block_ms: i64,
    ) -> Result<Vec<RolledRow>, StoreError> {
        tokio::task::yield_now().await;
        let tables = self.tables.lock().unwrap();
        let range = (series, resolution, from_block_ms)..=(series, resolution, last_block_ms);
        Ok(tables.rolled.range(range).map(|(_, row)| row.clone()).collect())
    }

    async fn flush_samples(&self, flush: &SampleFlush) -> Result<(), StoreError> {
        tokio::task::yield_now().await;
        self.check("flush")?;
        let mut tables = self.tables.lock().unwrap();
        for BlockKey { series, first_ms, number } in &flush.replaced {
            assert!(
                tables.blocks.remove(&(*series, *first_ms, *number)).is_some(),
                "a block is replaced that is not there"
            );
        }
        for block in &flush.blocks {
            let BlockKey { series, first_ms, number } = block.extent.key;
            assert!(tables.series.contains_key(&series), "a block of a series that is not there");
            assert!(tables.blocks.insert((series, first_ms, number), block.clone()).is_none());
            tables.latest_block = tables.latest_block.max(number);
        }
        for row in &flush.rolled {
            tables.rolled.insert((row.series, row.resolution, row.block_ms), row.clone());
        }
        assert!(flush.flushed_payload >= tables.flushed, "the watermark goes back");
        tables.flushed = flush.flushed_payload;
        Ok(())
    }

    async fn flushed_payload(&self) -> Result<i64, StoreError> {
        Ok(self.tables.lock().unwrap().flushed)
    }

    async fn latest_block(&self) -> Result<i64, StoreError> {
        Ok(self.tables.lock().unwrap().latest_block)
    }

    async fn drop_blocks(&self, before_ms: i64, limit: u32) -> Result<u64, StoreError> {
        let mut tables = self.tables.lock().unwrap();
        let old = tables.blocks.iter().filter(|(_, block)| block.extent.last_ms < before_ms);
        let keys: Vec<_> = old.take(limit as usize).map(|(key, _)| *key).collect();
        for key in &keys {
            tables.blocks.remove(key);
        }
        Ok(keys.len() as u64)
    }

    async fn drop_rolled(&self, resolution: i64, before_ms: i64, limit: u32) -> Result<u64, StoreError> {
        let mut tables = self.tables.lock().unwrap();
        let old = tables.rolled.keys().filter(|key| key.1 == resolution && key.2 < before_ms);
        let keys: Vec<_> = old.take(limit as usize).copied().collect();
        for key in &keys {
            tables.rolled.remove(key);
        }
        Ok(keys.len() as u64)
    }
}
