//! A token as it may be shown, and why nothing became of one.

use journal::text::TextError;
use kpi::principal::Scope;
use storage::StoreError;
use thiserror::Error;

/// A token as it may be shown: never its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// The source under whose name everything comes that is sent with it; `None` where the sender names its source.
    pub source: Option<String>,
    /// How many requests a minute are answered.
    pub requests_per_minute: u32,
    /// How many bytes a request may have.
    pub body_bytes: u32,
    /// From when on it is refused, in milliseconds since the Unix epoch.
    pub expires_ms: Option<i64>,
    /// When it was made.
    pub created_ms: i64,
    /// Who made it.
    pub created_by: String,
    /// The first characters of its secret, to tell secrets apart.
    pub hint: String,
    /// When its secret was replaced last, and by whom.
    pub renewed: Option<(i64, String)>,
    /// Until when the secret before goes on.
    pub previous_until_ms: Option<i64>,
    /// When it was revoked, by whom and why.
    pub revoked: Option<(i64, String, String)>,
    /// When it was used last. Kept once a minute: after a crash up to a minute is missing.
    pub last_used_ms: Option<i64>,
}

impl Token {
    /// Whether it is taken at an instant.
    pub fn holds(&self, instant_ms: i64) -> bool {
        self.revoked.is_none() && self.expires_ms.is_none_or(|expires_ms| instant_ms < expires_ms)
    }
}

/// Why nothing became of a token.
#[derive(Debug, Error)]
pub enum TokenError {
    /// A field does not do.
    #[error("{field}: {detail}")]
    Unfit {
        /// The field.
        field: &'static str,
        /// What is wrong and what would be right.
        detail: String,
    },
    /// There is no token of this id that holds.
    #[error("there is no token with this id that still holds")]
    Unknown,
    /// A text is missing or too long.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The store failed.
    #[error("the store did not keep the token")]
    Store(#[from] StoreError),
}
