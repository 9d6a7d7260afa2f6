//! What a secret that somebody shows allows right now, and how often.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use governor::clock::Clock as LimiterClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use storage::stored_state::UnreadableState;
use storage::{Store, StoreError};
use thiserror::Error;

use super::book::{Book, Told};
use super::{Scope, Token, usage};
use crate::clock::Clock;
use crate::dashboard::Dashboard;
use crate::effective_config::unreadable;
use crate::journal::{Draft, TOKENS};
use crate::record::sha256_hex;

/// How many entries are read at once.
const PAGE: u32 = 1_000;
const NANOSECONDS: u64 = 1_000_000;

/// What a token allows whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The token's id.
    pub token_id: String,
    /// Its name.
    pub name: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// The source under whose name everything comes.
    pub source: Option<String>,
    /// How many bytes a request may have.
    pub body_bytes: u32,
}

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

/// What a secret allows that was shown before, such as by an event stream that is still open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What its token allows.
    pub scopes: Vec<Scope>,
    /// When it ends by itself, in milliseconds since the Unix epoch.
    pub ends_ms: Option<i64>,
}

impl Book {
    /// The token of a secret's hash, where that secret holds.
    fn holding(&self, sha256_hex: &str, now_ms: i64) -> Result<(&Token, Option<i64>), TokenDenied> {
        let (token, until_ms) = self.of_hash(sha256_hex).ok_or(TokenDenied::Unknown)?;
        if token.revoked.is_some() {
            return Err(TokenDenied::Revoked);
        }
        if !token.holds(now_ms) {
            return Err(TokenDenied::Expired);
        }
        if until_ms.is_some_and(|until_ms| until_ms <= now_ms) {
            return Err(TokenDenied::Replaced);
        }
        Ok((token, until_ms))
    }
}

/// The injected clock as the limiter reads it.
#[derive(Clone)]
struct Ticks(Arc<dyn Clock>);

impl LimiterClock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(u64::try_from(self.0.now_ms()).unwrap_or_default().saturating_mul(NANOSECONDS))
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Nanos>>;

#[derive(Default)]
struct Desk {
    book: Book,
    limiters: HashMap<String, Limiter>,
    latest_ms: i64,
    is_use_new: bool,
}

/// The tokens in memory: asked by every request.
#[derive(Clone)]
pub(crate) struct TokenDesk {
    desk: Arc<Mutex<Desk>>,
    clock: Arc<dyn Clock>,
}

/// Takes an entry of the journal over.
fn add(book: &mut Book, entry: &storage::JournalEntry) -> Result<(), UnreadableState> {
    let told = Told {
        kind: &entry.kind,
        id: &entry.subject,
        person: entry.person.as_deref().unwrap_or_default(),
        time_ms: entry.time_ms,
        body_json: &entry.body_json,
    };
    book.add(&told).map_err(|error| unreadable(entry, error))
}

impl TokenDesk {
    /// Reads every token.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read.
    pub(crate) async fn load(store: &dyn Store, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let mut entries = Vec::new();
        loop {
            let before = entries.last().map(|entry: &storage::JournalEntry| entry.version);
            let page = store.journal_of(TOKENS, before, PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            entries.extend(page);
            if is_last {
                break;
            }
        }
        let mut book = Book::default();
        for entry in entries.iter().rev() {
            add(&mut book, entry)?;
        }
        for (id, used_ms) in usage::load(store).await? {
            book.used(&id, used_ms);
        }
        Ok(Self { desk: Arc::new(Mutex::new(Desk { book, ..Desk::default() })), clock })
    }

    /// Every token, the latest first.
    pub(super) fn tokens(&self) -> Vec<Token> {
        self.lock().book.tokens().rev().cloned().collect()
    }

    /// Takes an entry of the journal over.
    ///
    /// # Errors
    /// [`UnreadableState`] for one that this program can't read.
    pub(crate) fn add(&self, entry: &storage::JournalEntry) -> Result<(), UnreadableState> {
        add(&mut self.lock().book, entry)
    }

    /// Whether there is a token that holds.
    pub(super) fn has_one_that_holds(&self, now_ms: i64) -> bool {
        self.lock().book.tokens().any(|token| token.holds(now_ms))
    }

    /// Takes a change over, once it is kept.
    pub(super) fn add_later(&self, draft: &Draft) -> impl FnOnce() + Send + use<> {
        let desk = self.clone();
        let (kind, id, time_ms) = (draft.kind.clone(), draft.subject.clone(), draft.time_ms);
        let (person, body_json) = (draft.person.clone().unwrap_or_default(), draft.body_json.clone());
        move || {
            let told = Told { kind: &kind, id: &id, person: &person, time_ms, body_json: &body_json };
            if let Err(error) = desk.lock().book.add(&told) {
                tracing::error!(id, error, "a token that was kept can't be taken over");
            }
        }
    }

    /// When each token was used last, where one was used since this was asked before.
    pub(super) fn take_use(&self) -> Option<BTreeMap<String, i64>> {
        let mut desk = self.lock();
        if !std::mem::take(&mut desk.is_use_new) {
            return None;
        }
        Some(desk.book.tokens().filter_map(|token| Some((token.id.clone(), token.last_used_ms?))).collect())
    }

    /// What was taken last is still to be kept.
    pub(super) fn use_was_not_kept(&self) {
        self.lock().is_use_new = true;
    }

    /// What `secret` allows at this moment. One request is counted.
    fn ask(&self, secret: &str) -> Result<Grant, TokenDenied> {
        let now_ms = self.clock.now_ms();
        let mut desk = self.lock();
        let (token, _) = desk.book.holding(&sha256_hex(secret.as_bytes()), now_ms)?;
        let grant = Grant {
            token_id: token.id.clone(),
            name: token.name.clone(),
            scopes: token.scopes.clone(),
            source: token.source.clone(),
            body_bytes: token.body_bytes,
        };
        let requests_per_minute = NonZeroU32::new(token.requests_per_minute).unwrap_or(NonZeroU32::MIN);
        // A clock that was set back would let nobody in until it has caught up.
        if now_ms < desk.latest_ms {
            desk.limiters.clear();
        }
        desk.latest_ms = now_ms;
        let limiter = desk.limiters.entry(grant.token_id.clone()).or_insert_with(|| {
            RateLimiter::direct_with_clock(Quota::per_minute(requests_per_minute), Ticks(Arc::clone(&self.clock)))
        });
        if let Err(not_until) = limiter.check() {
            let wait = not_until.wait_time_from(Ticks(Arc::clone(&self.clock)).now());
            let retry_after_s = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            return Err(TokenDenied::TooMany { retry_after_s, requests_per_minute: requests_per_minute.get() });
        }
        desk.book.used(&grant.token_id, now_ms);
        desk.is_use_new = true;
        Ok(grant)
    }

    /// What the secret of this hash allows at this moment. Nothing is counted.
    fn standing(&self, sha256_hex: &str) -> Result<Standing, TokenDenied> {
        let desk = self.lock();
        let (token, until_ms) = desk.book.holding(sha256_hex, self.clock.now_ms())?;
        let ends_ms = [token.expires_ms, until_ms].into_iter().flatten().min();
        Ok(Standing { scopes: token.scopes.clone(), ends_ms })
    }

    // Each change is one step, so a thread that died while it held the lock left everything whole.
    fn lock(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is kept of a secret, as [`Dashboard::standing`] takes it.
pub fn hash_of_secret(secret: &str) -> String {
    sha256_hex(secret.as_bytes())
}

impl Dashboard {
    /// What a secret that somebody shows allows at this moment. One request of its minute is counted.
    ///
    /// # Errors
    /// [`TokenDenied`] where it allows nothing.
    pub fn grant(&self, secret: &str) -> Result<Grant, TokenDenied> {
        self.token_desk.ask(secret)
    }

    /// What the secret with this SHA-256 allows at this moment. No request is counted.
    ///
    /// # Errors
    /// [`TokenDenied`] where it allows nothing any more.
    pub fn standing(&self, sha256_hex: &str) -> Result<Standing, TokenDenied> {
        self.token_desk.standing(sha256_hex)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use serde_json::json;

    use super::super::TokenSecret;
    use super::*;

    const DAY_MS: i64 = 86_400_000;
    const START_MS: i64 = 1_795_000_000_000;

    struct SetClock(AtomicI64);

    impl Clock for SetClock {
        fn now_ms(&self) -> i64 {
            self.0.load(Ordering::SeqCst)
        }
    }

    struct Fixture {
        desk: TokenDesk,
        clock: Arc<SetClock>,
    }

    impl Fixture {
        fn new() -> Self {
            let clock = Arc::new(SetClock(AtomicI64::new(START_MS)));
            let desk = TokenDesk { desk: Arc::default(), clock: Arc::<SetClock>::clone(&clock) };
            Self { desk, clock }
        }

        /// An entry of the journal about the token `t`.
        fn tell(&self, kind: &str, body: &serde_json::Value) {
            let body_json = body.to_string();
            let time_ms = self.clock.now_ms();
            let told = Told { kind, id: "t", person: "Ada", time_ms, body_json: &body_json };
            self.desk.lock().book.add(&told).unwrap();
        }

        fn create(&self, secret: &TokenSecret, requests_per_minute: u32, expires_ms: Option<i64>) {
            self.tell(
                "created",
                &json!({
                    "token": { "name": "CI", "scopes": ["ingest"], "source": "ci", "body_bytes": 1024,
                               "requests_per_minute": requests_per_minute, "expires_ms": expires_ms },
                    "sha256_hex": secret.sha256_hex(), "hint": secret.hint(),
                }),
            );
        }

        fn renew(&self, secret: &TokenSecret, previous_until_ms: i64) {
            self.tell(
                "renewed",
                &json!({ "sha256_hex": secret.sha256_hex(), "hint": secret.hint(), "previous_until_ms": previous_until_ms }),
            );
        }

        fn at(&self, time_ms: i64) -> &Self {
            self.clock.0.store(time_ms, Ordering::SeqCst);
            self
        }

        fn ask(&self, secret: &TokenSecret) -> Result<String, TokenDenied> {
            self.desk.ask(secret.reveal()).map(|grant| grant.source.unwrap_or_default())
        }
    }

    fn secret(byte: u8) -> TokenSecret {
        TokenSecret::of([byte; 32])
    }

    #[test]
    fn a_token_counts_until_it_is_revoked_or_expires() {
        let desk = Fixture::new();
        desk.create(&secret(1), 60, Some(START_MS + DAY_MS));
        assert_eq!(desk.ask(&secret(1)), Ok("ci".to_owned()));
        assert_eq!(desk.ask(&secret(2)), Err(TokenDenied::Unknown));
        assert_eq!(desk.at(START_MS + DAY_MS - 1).ask(&secret(1)), Ok("ci".to_owned()));
        assert_eq!(desk.at(START_MS + DAY_MS).ask(&secret(1)), Err(TokenDenied::Expired));
        desk.at(START_MS).tell("revoked", &json!({ "reason": "it leaked" }));
        assert_eq!(desk.ask(&secret(1)), Err(TokenDenied::Revoked));
    }

    #[test]
    fn of_replaced_secrets_only_the_last_one_goes_on_and_only_for_its_time() {
        let desk = Fixture::new();
        desk.create(&secret(1), 60, None);
        desk.renew(&secret(2), START_MS + DAY_MS);
        assert_eq!(desk.ask(&secret(1)), Ok("ci".to_owned()));
        desk.at(START_MS + 1_000).renew(&secret(3), START_MS + 2 * DAY_MS);
        assert_eq!(desk.ask(&secret(1)), Err(TokenDenied::Replaced), "two secrets ago");
        assert_eq!(desk.ask(&secret(2)), Ok("ci".to_owned()));
        assert_eq!(desk.at(START_MS + 2 * DAY_MS).ask(&secret(2)), Err(TokenDenied::Replaced));
        assert_eq!(desk.ask(&secret(3)), Ok("ci".to_owned()));
        desk.renew(&secret(4), desk.clock.now_ms());
        assert_eq!(desk.ask(&secret(3)), Err(TokenDenied::Replaced), "one that leaked ends at once");
    }

    #[test]
    fn requests_beyond_those_of_a_minute_wait_and_are_told_how_long() {
        let desk = Fixture::new();
        desk.create(&secret(1), 60, None);
        let answered = (0..100).filter(|_| desk.ask(&secret(1)).is_ok()).count();
        assert_eq!(answered, 60);
        let too_many = Err(TokenDenied::TooMany { retry_after_s: 1, requests_per_minute: 60 });
        assert_eq!(desk.ask(&secret(1)), too_many);
        assert_eq!(desk.at(START_MS + 999).ask(&secret(1)), too_many);
        assert_eq!(desk.at(START_MS + 1_000).ask(&secret(1)), Ok("ci".to_owned()));
        assert_eq!(desk.at(START_MS + 1_000).ask(&secret(1)), too_many);
        assert_eq!(desk.at(START_MS - DAY_MS).ask(&secret(1)), Ok("ci".to_owned()), "a clock that was set back");
    }

    #[test]
    fn what_was_shown_before_is_looked_at_again_without_being_counted() {
        let desk = Fixture::new();
        desk.create(&secret(1), 1, Some(START_MS + DAY_MS));
        let hash = secret(1).sha256_hex();
        let standing = |ends_ms| Ok(Standing { scopes: vec![Scope::Ingest], ends_ms: Some(ends_ms) });
        for _ in 0..3 {
            assert_eq!(desk.desk.standing(&hash), standing(START_MS + DAY_MS));
        }
        assert!(desk.ask(&secret(1)).is_ok());
        desk.renew(&secret(2), START_MS + 1_000);
        assert_eq!(desk.desk.standing(&hash), standing(START_MS + 1_000));
        assert_eq!(desk.at(START_MS + 1_000).desk.standing(&hash), Err(TokenDenied::Replaced));
        desk.tell("revoked", &json!({ "reason": "it leaked" }));
        assert_eq!(desk.desk.standing(&secret(2).sha256_hex()), Err(TokenDenied::Revoked));
        assert_eq!(desk.desk.standing("nobody's"), Err(TokenDenied::Unknown));
    }

    #[test]
    fn the_last_use_is_told_and_taken_once() {
        let desk = Fixture::new();
        desk.create(&secret(1), 60, None);
        assert_eq!(desk.desk.take_use(), None);
        desk.at(START_MS + 7).ask(&secret(1)).unwrap();
        assert_eq!(desk.desk.tokens()[0].last_used_ms, Some(START_MS + 7));
        assert_eq!(desk.desk.take_use(), Some(BTreeMap::from([("t".to_owned(), START_MS + 7)])));
        assert_eq!(desk.desk.take_use(), None);
        desk.desk.use_was_not_kept();
        assert!(desk.desk.take_use().is_some());
    }
}
