//! Tokens: who may send, read or decide, under which name and how much. Made, renewed and revoked by people; each of these
//! stands in the journal with a name and a time.
//!
//! What is kept of a secret is its SHA-256. Secrets are 256 random bits, so nothing slower is needed.

mod book;
mod grant;
mod request;
mod secret;
mod usage;

use serde::{Deserialize, Serialize};
use storage::StoreError;
use thiserror::Error;

use self::book::{Created, Renewed, RevokedBody};
pub(crate) use self::grant::TokenDesk;
pub use self::grant::{Grant, Standing, TokenDenied, hash_of_secret};
pub use self::request::{MOST_BODY_BYTES, MOST_REQUESTS_PER_MINUTE, NewToken};
pub use self::secret::{PREFIX as SECRET_PREFIX, TokenSecret};
use crate::dashboard::Dashboard;
use crate::journal::{Changes, Draft, TOKENS};
use crate::text::{TextError, required};

/// How long a replaced secret goes on at most: 31 days.
pub const LONGEST_OVERLAP_MINUTES: u32 = 31 * 24 * 60;
const MINUTE_MS: i64 = 60_000;

/// What a token allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Send observations, reports, tables, notes and benchmark runs, and write in other systems' protocols.
    Ingest,
    /// Read pages and the API, where reading needs a token.
    Read,
    /// Read the bytes that senders sent.
    Payloads,
    /// Read `/metrics`.
    Metrics,
    /// Everything: also decide, change the catalogue, silence, read dead letters again, make tokens.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 5] = [Self::Ingest, Self::Read, Self::Payloads, Self::Metrics, Self::Admin];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Read => "read",
            Self::Payloads => "payloads",
            Self::Metrics => "metrics",
            Self::Admin => "admin",
        }
    }

    /// The scope of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// Whether one of `scopes` allows what needs this one.
    pub fn is_in(self, scopes: &[Self]) -> bool {
        scopes.contains(&self) || scopes.contains(&Self::Admin)
    }
}

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

impl Dashboard {
    /// Every token, the latest first, those that hold no more included.
    pub fn tokens(&self) -> Vec<Token> {
        self.token_desk.tokens()
    }

    /// Whether there is a token that holds.
    pub fn has_tokens(&self) -> bool {
        self.token_desk.has_one_that_holds(self.now_ms())
    }

    /// Makes a token of a secret that is shown to the person once and kept nowhere.
    ///
    /// # Errors
    /// [`TokenError`]; nothing is made then.
    pub async fn create_token(
        &self,
        wanted: NewToken,
        secret: &TokenSecret,
        person: &str,
    ) -> Result<Token, TokenError> {
        let person = required("person", person)?;
        let now_ms = self.now_ms();
        let wanted = wanted.checked(now_ms)?;
        let guard = self.write_guard().await;
        if self.tokens().iter().any(|token| token.holds(now_ms) && token.name == wanted.name) {
            let detail = format!("\"{}\" is the name of another token that holds", wanted.name);
            return Err(TokenError::Unfit { field: "name", detail });
        }
        let id = self.ids.next(now_ms);
        let body = Created { token: wanted, sha256_hex: secret.sha256_hex(), hint: secret.hint() };
        self.keep_token(guard, draft("created", &id, &person, now_ms, &body)?).await?;
        self.token(&id)
    }

    /// Replaces a token's secret; the one before goes on for `overlap_minutes`, so that senders can change over.
    ///
    /// # Errors
    /// [`TokenError`]; nothing is changed then.
    pub async fn renew_token(
        &self,
        id: &str,
        secret: &TokenSecret,
        overlap_minutes: u32,
        person: &str,
    ) -> Result<Token, TokenError> {
        let person = required("person", person)?;
        if overlap_minutes > LONGEST_OVERLAP_MINUTES {
            let detail = format!("the secret before goes on for at most {LONGEST_OVERLAP_MINUTES} minutes, 31 days");
            return Err(TokenError::Unfit { field: "overlap_minutes", detail });
        }
        let guard = self.write_guard().await;
        let now_ms = self.now_ms();
        self.token_that_holds(id, now_ms)?;
        let previous_until_ms = now_ms.saturating_add(i64::from(overlap_minutes) * MINUTE_MS);
        let body = Renewed { sha256_hex: secret.sha256_hex(), hint: secret.hint(), previous_until_ms };
        self.keep_token(guard, draft("renewed", id, &person, now_ms, &body)?).await?;
        self.token(id)
    }

    /// Refuses a token from now on.
    ///
    /// # Errors
    /// [`TokenError`]; nothing is changed then.
    pub async fn revoke_token(&self, id: &str, person: &str, reason: &str) -> Result<Token, TokenError> {
        let person = required("person", person)?;
        let reason = required("reason", reason)?;
        let guard = self.write_guard().await;
        let now_ms = self.now_ms();
        self.token_that_holds(id, now_ms)?;
        self.keep_token(guard, draft("revoked", id, &person, now_ms, &RevokedBody { reason })?).await?;
        self.token(id)
    }

    /// The names of all sources that have delivered something, the product's own left out.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read.
    pub async fn source_names(&self) -> Result<Vec<String>, StoreError> {
        let names = self.store.source_summaries().await?.into_iter().map(|summary| summary.source);
        Ok(names.filter(|name| !request::RESERVED.contains(&name.as_str())).collect())
    }

    fn token(&self, id: &str) -> Result<Token, TokenError> {
        self.tokens().into_iter().find(|token| token.id == id).ok_or(TokenError::Unknown)
    }

    fn token_that_holds(&self, id: &str, now_ms: i64) -> Result<(), TokenError> {
        let token = self.token(id)?;
        if token.holds(now_ms) { Ok(()) } else { Err(TokenError::Unknown) }
    }

    async fn keep_token(&self, guard: crate::journal::WriteGuard, draft: Draft) -> Result<(), StoreError> {
        let taken_over = self.token_desk.add_later(&draft);
        let changes = Changes { entries: vec![draft], ..Changes::default() };
        self.commit(guard, changes, taken_over).await
    }
}

fn draft(kind: &str, id: &str, person: &str, now_ms: i64, body: &impl Serialize) -> Result<Draft, TokenError> {
    Draft::new(TOKENS, kind, id, Some(person), now_ms, body)
        .map_err(|error| TokenError::Unfit { field: "token", detail: error.to_string() })
}
