//! Every token that was ever made, as the journal tells it.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::denied::TokenDenied;
use crate::new_token::NewToken;
use crate::token::Token;

/// The body of the entry `created`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Created {
    pub(crate) token: NewToken,
    pub(crate) sha256_hex: String,
    pub(crate) hint: String,
}

/// The body of the entry `renewed`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Renewed {
    pub(crate) sha256_hex: String,
    pub(crate) hint: String,
    pub(crate) previous_until_ms: i64,
}

/// The body of the entry `revoked`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Revoked {
    pub(crate) reason: String,
}

/// Whose a secret is, and until when it goes on after it was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) id: String,
    pub(crate) until_ms: Option<i64>,
}

/// What the journal says of one token.
pub(crate) struct TokenEvent<'a> {
    pub(crate) kind: &'a str,
    pub(crate) id: &'a str,
    pub(crate) person: &'a str,
    pub(crate) time_ms: i64,
    pub(crate) body_json: &'a str,
}

/// The tokens by id, in the order in which they were made, and whose each secret is.
#[derive(Debug, Default)]
pub(crate) struct TokenRegistry {
    tokens: BTreeMap<String, Token>,
    owners: HashMap<String, Owner>,
}

impl TokenRegistry {
    /// Takes an entry of the journal over.
    pub(crate) fn add(&mut self, event: &TokenEvent<'_>) -> Result<(), String> {
        let unreadable = |error: serde_json::Error| error.to_string();
        if event.kind == "created" {
            let body: Created = serde_json::from_str(event.body_json).map_err(unreadable)?;
            self.create(event, body);
            return Ok(());
        }
        let token =
            self.tokens.get_mut(event.id).ok_or_else(|| format!("it is about an unknown token {}", event.id))?;
        match event.kind {
            "renewed" => {
                let body: Renewed = serde_json::from_str(event.body_json).map_err(unreadable)?;
                token.hint = body.hint;
                token.renewed = Some((event.time_ms, event.person.to_owned()));
                token.previous_until_ms = Some(body.previous_until_ms);
                // The secret before is the only one that may go on; all older ones end.
                for owner in self.owners.values_mut().filter(|owner| owner.id == event.id) {
                    let end_ms = if owner.until_ms.is_none() { body.previous_until_ms } else { event.time_ms };
                    owner.until_ms = Some(owner.until_ms.unwrap_or(end_ms).min(end_ms));
                }
                self.owners.insert(body.sha256_hex, Owner { id: event.id.to_owned(), until_ms: None });
            }
            "revoked" => {
                let body: Revoked = serde_json::from_str(event.body_json).map_err(unreadable)?;
                token.revoked = Some((event.time_ms, event.person.to_owned(), body.reason));
            }
            other => return Err(format!("\"{other}\" is nothing that can become of a token")),
        }
        Ok(())
    }

    fn create(&mut self, event: &TokenEvent<'_>, body: Created) {
        let Created { token, sha256_hex, hint } = body;
        let made = Token {
            id: event.id.to_owned(),
            name: token.name,
            scopes: token.scopes,
            source: token.source,
            requests_per_minute: token.requests_per_minute,
            body_bytes: token.body_bytes,
            expires_ms: token.expires_ms,
            created_ms: event.time_ms,
            created_by: event.person.to_owned(),
            hint,
            renewed: None,
            previous_until_ms: None,
            revoked: None,
            last_used_ms: None,
        };
        self.tokens.insert(event.id.to_owned(), made);
        self.owners.insert(sha256_hex, Owner { id: event.id.to_owned(), until_ms: None });
    }

    /// Every token, the first made first.
    pub(crate) fn tokens(&self) -> impl DoubleEndedIterator<Item = &Token> {
        self.tokens.values()
    }

    /// The token of a secret's hash, and until when that secret goes on.
    pub(crate) fn of_hash(&self, sha256_hex: &str) -> Option<(&Token, Option<i64>)> {
        let owner = self.owners.get(sha256_hex)?;
        Some((self.tokens.get(&owner.id)?, owner.until_ms))
    }

    /// The token of a secret's hash, where that secret holds.
    pub(crate) fn holding(&self, sha256_hex: &str, now_ms: i64) -> Result<(&Token, Option<i64>), TokenDenied> {
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

    /// Notes that a token was used; the clock may have gone back since the last time.
    pub(crate) fn used(&mut self, id: &str, now_ms: i64) {
        if let Some(token) = self.tokens.get_mut(id) {
            token.last_used_ms = Some(now_ms);
        }
    }
}
