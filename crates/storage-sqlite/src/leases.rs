//! Leases of a store that one process alone may write to: they need no row.

use storage::{Lease, LeaseStore, StoreError};

use crate::SqliteStore;

#[storage::async_trait]
impl LeaseStore for SqliteStore {
    async fn take_lease(&self, name: &str, holder: &str, _duration_ms: i64) -> Result<Option<Lease>, StoreError> {
        Ok(Some(self.leases.take(name, holder)))
    }

    async fn lease_holds(&self, lease: &Lease) -> Result<bool, StoreError> {
        Ok(self.leases.holds(lease))
    }

    async fn release_lease(&self, lease: &Lease) -> Result<(), StoreError> {
        self.leases.release(lease);
        Ok(())
    }
}
