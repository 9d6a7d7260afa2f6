//! What can go wrong when samples are read or leave memory.

use series_block::BlockError;
use storage::StoreError;

/// Why samples could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored block is damaged.
    #[error("a stored block can't be read")]
    Block(#[from] BlockError),
}

/// The same error again, for each of those who wait for one transaction.
pub(crate) fn copy(error: &StoreError) -> StoreError {
    let cause = |source: &storage::Cause| -> storage::Cause { source.to_string().into() };
    match error {
        StoreError::NotStorable { field, reason } => StoreError::NotStorable { field, reason },
        StoreError::Conflict { operation, source } => StoreError::Conflict { operation, source: cause(source) },
        StoreError::Unavailable { operation, source } => StoreError::Unavailable { operation, source: cause(source) },
        StoreError::ReadOnly { reason } => StoreError::ReadOnly { reason: reason.clone() },
        StoreError::InUse { by } => StoreError::InUse { by: by.clone() },
        StoreError::Schema { reason } => StoreError::Schema { reason: reason.clone() },
        StoreError::Unreadable(state) => StoreError::Unreadable(state.clone()),
        StoreError::Failed { operation, source } => StoreError::Failed { operation, source: cause(source) },
    }
}

pub(crate) fn unavailable(reason: &'static str) -> StoreError {
    StoreError::Unavailable { operation: "keep samples", source: reason.into() }
}
