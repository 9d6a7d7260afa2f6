//! The port's contract, on a `SQLite` file in a folder of its own for each fact.

#![expect(clippy::expect_used, reason = "helpers of tests may end the test")]

use std::sync::Arc;

use storage::contract::Backend;
use storage::{Store, StoreError};
use storage_sqlite::SqliteStore;
use tempfile::TempDir;

struct File {
    folder: TempDir,
}

#[storage::async_trait]
impl Backend for File {
    async fn create() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    async fn open(&self) -> Result<Arc<dyn Store>, StoreError> {
        let path = self.folder.path().join("data/of/kpis.sqlite");
        Ok(Arc::new(SqliteStore::open(&path).await?))
    }

    async fn remove(&self) {}
}

storage::store_contract!(File);
