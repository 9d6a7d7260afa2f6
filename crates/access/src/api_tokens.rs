//! The tokens in memory, asked by every request; made, renewed and revoked by people. Each of these stands in the journal with a
//! name and a time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use journal::digest::sha256_hex;
use journal::stream::TOKENS;
use journal::text::required;
use journal::{Clock, Draft, Follower, Journal, WriteGuard, unreadable};
use kpi::principal::{Identity, Principal, Scope};
use serde::Serialize;
use storage::{JournalEntry, StoreError};

use crate::denied::TokenDenied;
use crate::limits::RequestLimits;
use crate::new_token::NewToken;
use crate::registry::{Created, Renewed, Revoked, TokenEvent, TokenRegistry};
use crate::reserved::RESERVED_SOURCES;
use crate::secret::TokenSecret;
use crate::token::{Token, TokenError};
use crate::usage;

/// How long a replaced secret goes on at most: 31 days.
pub const LONGEST_OVERLAP_MINUTES: u32 = 31 * 24 * 60;
const MINUTE_MS: i64 = 60_000;

/// What a secret allows that was shown before, such as by an event stream that is still open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What its token allows.
    pub scopes: Vec<Scope>,
    /// When it ends by itself, in milliseconds since the Unix epoch.
    pub ends_ms: Option<i64>,
}

/// The tokens of a store.
pub struct ApiTokens {
    known: Arc<KnownTokens>,
    journal: Journal,
}

/// The tokens as the journal tells them.
struct KnownTokens {
    known: Mutex<Known>,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Known {
    registry: TokenRegistry,
    limits: RequestLimits,
    is_use_new: bool,
}

impl Follower for KnownTokens {
    fn follow(&self, entries: &[JournalEntry]) -> Result<(), StoreError> {
        for entry in entries.iter().filter(|entry| entry.stream == TOKENS) {
            let event = TokenEvent {
                kind: &entry.kind,
                id: &entry.subject,
                person: entry.person.as_deref().unwrap_or_default(),
                time_ms: entry.time_ms,
                body_json: &entry.body_json,
            };
            self.lock().registry.add(&event).map_err(|why| unreadable(entry, why))?;
        }
        Ok(())
    }
}

impl KnownTokens {
    fn list(&self) -> Vec<Token> {
        self.lock().registry.tokens().rev().cloned().collect()
    }

    fn authenticate(&self, secret: &str) -> Result<Principal, TokenDenied> {
        let now_ms = self.clock.now_ms();
        let mut known = self.lock();
        let Known { registry, limits, is_use_new } = &mut *known;
        let (token, _) = registry.holding(&sha256_hex(secret.as_bytes()), now_ms)?;
        limits.count(&token.id, token.requests_per_minute, &self.clock)?;
        let principal = Principal {
            identity: Identity::Token { id: token.id.clone(), name: token.name.clone() },
            scopes: token.scopes.clone(),
            source: token.source.clone(),
            body_bytes: Some(token.body_bytes),
        };
        let id = token.id.clone();
        registry.used(&id, now_ms);
        *is_use_new = true;
        Ok(principal)
    }

    fn standing(&self, sha256_hex: &str) -> Result<Standing, TokenDenied> {
        let known = self.lock();
        let (token, until_ms) = known.registry.holding(sha256_hex, self.clock.now_ms())?;
        let ends_ms = [token.expires_ms, until_ms].into_iter().flatten().min();
        Ok(Standing { scopes: token.scopes.clone(), ends_ms })
    }

    /// When each token was used last, where one was used since this was asked before.
    fn take_use(&self) -> Option<BTreeMap<String, i64>> {
        let mut known = self.lock();
        if !std::mem::take(&mut known.is_use_new) {
            return None;
        }
        Some(known.registry.tokens().filter_map(|token| Some((token.id.clone(), token.last_used_ms?))).collect())
    }

    /// What was taken last is still to be kept.
    fn use_was_not_kept(&self) {
        self.lock().is_use_new = true;
    }

    // Each change is one step, so a thread that died while it held the lock left everything whole.
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is kept of a secret, as [`ApiTokens::standing`] takes it.
pub fn hash_of_secret(secret: &str) -> String {
    sha256_hex(secret.as_bytes())
}

impl ApiTokens {
    /// No tokens yet: they come as the journal is read.
    pub fn following(journal: &Journal, clock: Arc<dyn Clock>) -> Self {
        let known = Arc::new(KnownTokens { known: Mutex::default(), clock });
        journal.add_follower(Arc::<KnownTokens>::clone(&known));
        Self { known, journal: journal.clone() }
    }

    /// Reads when tokens were used last; to be called once the journal was read.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read.
    pub async fn load_use(&self) -> Result<(), StoreError> {
        for (id, used_ms) in usage::load(self.journal.store().as_ref()).await? {
            self.known.lock().registry.used(&id, used_ms);
        }
        Ok(())
    }

    /// Who shows this secret, and what that allows at this moment. One request of the token's minute is counted.
    ///
    /// # Errors
    /// [`TokenDenied`] where it allows nothing.
    pub fn authenticate(&self, secret: &str) -> Result<Principal, TokenDenied> {
        self.known.authenticate(secret)
    }

    /// What the secret with this SHA-256 allows at this moment. No request is counted.
    ///
    /// # Errors
    /// [`TokenDenied`] where it allows nothing any more.
    pub fn standing(&self, sha256_hex: &str) -> Result<Standing, TokenDenied> {
        self.known.standing(sha256_hex)
    }

    /// Every token, the latest first, those that hold no more included.
    pub fn list(&self) -> Vec<Token> {
        self.known.list()
    }

    /// Whether there is a token that holds.
    pub fn has_any(&self) -> bool {
        let now_ms = self.journal.now_ms();
        self.known.lock().registry.tokens().any(|token| token.holds(now_ms))
    }

    /// Makes a token of a secret that is shown to the person once and kept nowhere.
    ///
    /// # Errors
    /// [`TokenError`]; nothing is made then.
    pub async fn create(&self, asked: NewToken, secret: &TokenSecret, person: &str) -> Result<Token, TokenError> {
        let person = required("person", person)?;
        let now_ms = self.journal.now_ms();
        let token = asked.checked(now_ms)?;
        let guard = self.journal.write_guard().await;
        if self.list().iter().any(|other| other.holds(now_ms) && other.name == token.name) {
            let detail = format!("\"{}\" is the name of another token that holds", token.name);
            return Err(TokenError::Unfit { field: "name", detail });
        }
        let id = self.journal.next_id();
        let body = Created { token, sha256_hex: secret.sha256_hex(), hint: secret.hint() };
        self.keep(guard, "created", &id, (&person, now_ms), &body).await
    }

    /// Replaces a token's secret; the one before goes on for `overlap_minutes`, so that senders can change over.
    ///
    /// # Errors
    /// [`TokenError`]; nothing is changed then.
    pub async fn renew(
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
        let guard = self.journal.write_guard().await;
        let now_ms = self.journal.now_ms();
        self.is_in_force(id, now_ms)?;
        let previous_until_ms = now_ms.saturating_add(i64::from(overlap_minutes) * MINUTE_MS);
        let body = Renewed { sha256_hex: secret.sha256_hex(), hint: secret.hint(), previous_until_ms };
        self.keep(guard, "renewed", id, (&person, now_ms), &body).await
    }

    /// Refuses a token from now on.
    ///
    /// # Errors
    /// [`TokenError`]; nothing is changed then.
    pub async fn revoke(&self, id: &str, person: &str, reason: &str) -> Result<Token, TokenError> {
        let person = required("person", person)?;
        let reason = required("reason", reason)?;
        let guard = self.journal.write_guard().await;
        let now_ms = self.journal.now_ms();
        self.is_in_force(id, now_ms)?;
        self.keep(guard, "revoked", id, (&person, now_ms), &Revoked { reason }).await
    }

    /// The names of all sources that have delivered something, the product's own left out.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read.
    pub async fn source_names(&self) -> Result<Vec<String>, StoreError> {
        let names = self.journal.store().source_summaries().await?.into_iter().map(|summary| summary.source);
        Ok(names.filter(|name| !RESERVED_SOURCES.contains(&name.as_str())).collect())
    }

    /// Keeps when tokens were used, where one was used since the last time.
    ///
    /// # Errors
    /// [`StoreError`] where the store failed; the next call tries again.
    pub async fn keep_use(&self) -> Result<(), StoreError> {
        let Some(used) = self.known.take_use() else { return Ok(()) };
        let kept = usage::keep(self.journal.store().as_ref(), &used, self.journal.now_ms()).await;
        if kept.is_err() {
            self.known.use_was_not_kept();
        }
        kept
    }

    fn token(&self, id: &str) -> Result<Token, TokenError> {
        self.list().into_iter().find(|token| token.id == id).ok_or(TokenError::Unknown)
    }

    fn is_in_force(&self, id: &str, now_ms: i64) -> Result<(), TokenError> {
        if self.token(id)?.holds(now_ms) { Ok(()) } else { Err(TokenError::Unknown) }
    }

    /// Writes what became of a token and returns it as it is then.
    async fn keep(
        &self,
        guard: WriteGuard,
        kind: &str,
        id: &str,
        (person, now_ms): (&str, i64),
        body: &impl Serialize,
    ) -> Result<Token, TokenError> {
        let draft = Draft::new(TOKENS, kind, id, Some(person), now_ms, body)
            .map_err(|error| TokenError::Unfit { field: "token", detail: error.to_string() })?;
        self.journal.append(guard, draft).await?;
        self.token(id)
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
        tokens: KnownTokens,
        clock: Arc<SetClock>,
    }

    impl Fixture {
        fn new() -> Self {
            let clock = Arc::new(SetClock(AtomicI64::new(START_MS)));
            let tokens = KnownTokens { known: Mutex::default(), clock: Arc::<SetClock>::clone(&clock) };
            Self { tokens, clock }
        }

        /// An entry of the journal about the token `t`.
        fn tell(&self, kind: &str, body: &serde_json::Value) {
            let body_json = body.to_string();
            let time_ms = self.clock.now_ms();
            let event = TokenEvent { kind, id: "t", person: "Ada", time_ms, body_json: &body_json };
            self.tokens.lock().registry.add(&event).unwrap();
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
            self.tokens.authenticate(secret.reveal()).map(|principal| principal.source.unwrap_or_default())
        }
    }

    fn secret(byte: u8) -> TokenSecret {
        TokenSecret::of([byte; 32])
    }

    #[test]
    fn a_token_counts_until_it_is_revoked_or_expires() {
        let fixture = Fixture::new();
        fixture.create(&secret(1), 60, Some(START_MS + DAY_MS));
        assert_eq!(fixture.ask(&secret(1)), Ok("ci".to_owned()));
        assert_eq!(fixture.ask(&secret(2)), Err(TokenDenied::Unknown));
        assert_eq!(fixture.at(START_MS + DAY_MS - 1).ask(&secret(1)), Ok("ci".to_owned()));
        assert_eq!(fixture.at(START_MS + DAY_MS).ask(&secret(1)), Err(TokenDenied::Expired));
        fixture.at(START_MS).tell("revoked", &json!({ "reason": "it leaked" }));
        assert_eq!(fixture.ask(&secret(1)), Err(TokenDenied::Revoked));
    }

    #[test]
    fn of_replaced_secrets_only_the_last_one_goes_on_and_only_for_its_time() {
        let fixture = Fixture::new();
        fixture.create(&secret(1), 60, None);
        fixture.renew(&secret(2), START_MS + DAY_MS);
        assert_eq!(fixture.ask(&secret(1)), Ok("ci".to_owned()));
        fixture.at(START_MS + 1_000).renew(&secret(3), START_MS + 2 * DAY_MS);
        assert_eq!(fixture.ask(&secret(1)), Err(TokenDenied::Replaced), "two secrets ago");
        assert_eq!(fixture.ask(&secret(2)), Ok("ci".to_owned()));
        assert_eq!(fixture.at(START_MS + 2 * DAY_MS).ask(&secret(2)), Err(TokenDenied::Replaced));
        assert_eq!(fixture.ask(&secret(3)), Ok("ci".to_owned()));
        fixture.renew(&secret(4), fixture.clock.now_ms());
        assert_eq!(fixture.ask(&secret(3)), Err(TokenDenied::Replaced), "one that leaked ends at once");
    }

    #[test]
    fn requests_beyond_those_of_a_minute_wait_and_are_told_how_long() {
        let fixture = Fixture::new();
        fixture.create(&secret(1), 60, None);
        let answered = (0..100).filter(|_| fixture.ask(&secret(1)).is_ok()).count();
        assert_eq!(answered, 60);
        let too_many = Err(TokenDenied::TooMany { retry_after_s: 1, requests_per_minute: 60 });
        assert_eq!(fixture.ask(&secret(1)), too_many);
        assert_eq!(fixture.at(START_MS + 999).ask(&secret(1)), too_many);
        assert_eq!(fixture.at(START_MS + 1_000).ask(&secret(1)), Ok("ci".to_owned()));
        assert_eq!(fixture.at(START_MS + 1_000).ask(&secret(1)), too_many);
        assert_eq!(fixture.at(START_MS - DAY_MS).ask(&secret(1)), Ok("ci".to_owned()), "a clock that was set back");
    }

    #[test]
    fn what_was_shown_before_is_looked_at_again_without_being_counted() {
        let fixture = Fixture::new();
        fixture.create(&secret(1), 1, Some(START_MS + DAY_MS));
        let hash = secret(1).sha256_hex();
        let standing = |ends_ms| Ok(Standing { scopes: vec![Scope::Ingest], ends_ms: Some(ends_ms) });
        for _ in 0..3 {
            assert_eq!(fixture.tokens.standing(&hash), standing(START_MS + DAY_MS));
        }
        assert!(fixture.ask(&secret(1)).is_ok());
        fixture.renew(&secret(2), START_MS + 1_000);
        assert_eq!(fixture.tokens.standing(&hash), standing(START_MS + 1_000));
        assert_eq!(fixture.at(START_MS + 1_000).tokens.standing(&hash), Err(TokenDenied::Replaced));
        fixture.tell("revoked", &json!({ "reason": "it leaked" }));
        assert_eq!(fixture.tokens.standing(&secret(2).sha256_hex()), Err(TokenDenied::Revoked));
        assert_eq!(fixture.tokens.standing("nobody's"), Err(TokenDenied::Unknown));
    }

    #[test]
    fn the_last_use_is_told_and_taken_once() {
        let fixture = Fixture::new();
        fixture.create(&secret(1), 60, None);
        assert_eq!(fixture.tokens.take_use(), None);
        fixture.at(START_MS + 7).ask(&secret(1)).unwrap();
        assert_eq!(fixture.tokens.list()[0].last_used_ms, Some(START_MS + 7));
        assert_eq!(fixture.tokens.take_use(), Some(BTreeMap::from([("t".to_owned(), START_MS + 7)])));
        assert_eq!(fixture.tokens.take_use(), None);
        fixture.tokens.use_was_not_kept();
        assert!(fixture.tokens.take_use().is_some());
    }
}
