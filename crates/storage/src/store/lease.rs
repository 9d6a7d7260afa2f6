//! The right to do what only one process may do at a time.

use async_trait::async_trait;

use crate::{Lease, StoreError};

/// Keeps named leases. Time is the store's own: no two processes need clocks that agree.
///
/// # Errors
/// As [`crate::Store`].
#[async_trait]
pub trait LeaseStore: Send + Sync {
    /// Takes the lease of that name for `duration_ms` from now, or holds it that much longer; `None` while another one holds it.
    ///
    /// The epoch is greater than that of every lease of that name before, and stays the same while the holder goes on holding it.
    async fn take_lease(&self, name: &str, holder: &str, duration_ms: i64) -> Result<Option<Lease>, StoreError>;

    /// Whether it is held still.
    async fn lease_holds(&self, lease: &Lease) -> Result<bool, StoreError>;

    /// Gives it back before its time; nothing happens where it is not held any more.
    async fn release_lease(&self, lease: &Lease) -> Result<(), StoreError>;
}
