//! What can go wrong when something is stored or looked up.

use std::error::Error;

use crate::stored_state::UnreadableState;

/// The driver's own error, kept as the source.
pub type Cause = Box<dyn Error + Send + Sync + 'static>;

/// Why a [`crate::Store`] could not do what it was asked. Whatever the variant, nothing of a refused write was kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A value that not every database can hold; the caller must refuse it.
    #[error("{field} can't be stored: {reason}")]
    NotStorable {
        /// The record's field, such as `observation.value`.
        field: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The record contradicts one that is stored: its id is taken, or it names a payload that does not exist.
    #[error("could not {operation}: it contradicts a stored record")]
    Conflict {
        /// What was being done.
        operation: &'static str,
        /// The driver's error.
        source: Cause,
    },
    /// The database did not answer, or was busy for longer than it is waited for; trying again later may work.
    #[error("could not {operation}: the database is not available")]
    Unavailable {
        /// What was being done.
        operation: &'static str,
        /// The driver's error.
        source: Cause,
    },
    /// The store takes no writes at present, because an earlier one failed for a reason that stands; reading goes on.
    #[error("nothing is written at present: {reason}")]
    ReadOnly {
        /// What stands in the way.
        reason: String,
    },
    /// Another process writes to the database.
    #[error("the database is in use by {by}")]
    InUse {
        /// Who that is and since when, as far as it is known.
        by: String,
    },
    /// The tables are not those of this version of the program.
    #[error("the database's tables don't fit this version of the program: {reason}")]
    Schema {
        /// What differs and what to do about it.
        reason: String,
    },
    /// A stored state that this release can't read; it is left as it is.
    #[error(transparent)]
    Unreadable(#[from] UnreadableState),
    /// Anything else: a full disk, a damaged file, missing rights.
    #[error("could not {operation}")]
    Failed {
        /// What was being done.
        operation: &'static str,
        /// The driver's error.
        source: Cause,
    },
}
