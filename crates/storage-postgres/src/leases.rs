//! Leases as rows, by the database's clock. They are written outside the transactions of records: what they guard is who works,
//! and a store that takes no writes at present still has to know that.

use storage::{Lease, LeaseStore, StoreError};

use crate::{PostgresStore, store_error};

const TAKE: &str = include_str!("../queries/leases/take.sql");
const HOLDS: &str = include_str!("../queries/leases/holds.sql");
const RELEASE: &str = include_str!("../queries/leases/release.sql");

#[storage::async_trait]
impl LeaseStore for PostgresStore {
    async fn take_lease(&self, name: &str, holder: &str, duration_ms: i64) -> Result<Option<Lease>, StoreError> {
        storage::check::name("lease.name", name)?;
        storage::check::name("lease.holder", holder)?;
        let epoch: Option<i64> = sqlx::query_scalar(TAKE)
            .bind(name)
            .bind(holder)
            .bind(duration_ms)
            .fetch_optional(&self.writer)
            .await
            .map_err(store_error("take a lease"))?;
        Ok(epoch.map(|epoch| Lease { name: name.to_owned(), holder: holder.to_owned(), epoch }))
    }

    async fn lease_holds(&self, lease: &Lease) -> Result<bool, StoreError> {
        sqlx::query_scalar(HOLDS)
            .bind(&lease.name)
            .bind(&lease.holder)
            .bind(lease.epoch)
            .fetch_one(&self.reader)
            .await
            .map_err(store_error("look whether a lease holds"))
    }

    async fn release_lease(&self, lease: &Lease) -> Result<(), StoreError> {
        sqlx::query(RELEASE)
            .bind(&lease.name)
            .bind(&lease.holder)
            .bind(lease.epoch)
            .execute(&self.writer)
            .await
            .map_err(store_error("give a lease back"))?;
        Ok(())
    }
}
