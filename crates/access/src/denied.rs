//! Why a token is not taken.

use thiserror::Error;

/// Why a secret allows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenDenied {
    /// Nobody made it here.
    #[error("this token is not known here")]
    Unknown,
    /// Somebody revoked it.
    #[error("this token was revoked")]
    Revoked,
    /// Its time is over.
    #[error("this token has expired")]
    Expired,
    /// It was replaced, and the time to change over is past.
    #[error("this token was replaced by a newer one")]
    Replaced,
    /// Its requests of this minute are used up.
    #[error("this token's {requests_per_minute} requests of a minute are used up")]
    TooMany {
        /// After how many seconds one is answered again.
        retry_after_s: u64,
        /// How many a minute are answered.
        requests_per_minute: u32,
    },
}
