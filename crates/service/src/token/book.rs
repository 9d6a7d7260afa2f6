//! Every token that was ever made, as the journal tells it.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::{NewToken, Token};

/// The body of the entry `created`.
#[derive(Serialize, Deserialize)]
pub(super) struct Created {
    pub(super) token: NewToken,
    pub(super) sha256_hex: String,
    pub(super) hint: String,
}

/// The body of the entry `renewed`.
#[derive(Serialize, Deserialize)]
pub(super) struct Renewed {
    pub(super) sha256_hex: String,
    pub(super) hint: String,
    pub(super) previous_until_ms: i64,
}

/// The body of the entry `revoked`.
#[derive(Serialize, Deserialize)]
pub(super) struct RevokedBody {
    pub(super) reason: String,
}

/// Whose a secret is, and until when it goes on after it was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) id: String,
    pub(super) until_ms: Option<i64>,
}

/// What the journal says of one token.
pub(super) struct Told<'a> {
    pub(super) kind: &'a str,
    pub(super) id: &'a str,
    pub(super) person: &'a str,
    pub(super) time_ms: i64,
    pub(super) body_json: &'a str,
}

/// The tokens by id, in the order in which they were made, and whose each secret is.
#[derive(Debug, Default)]
pub(super) struct Book {
    tokens: BTreeMap<String, Token>,
    owners: HashMap<String, Owner>,
}

impl Book {
    /// Takes an entry of the journal over.
    pub(super) fn add(&mut self, told: &Told<'_>) -> Result<(), String> {
        let unreadable = |error: serde_json::Error| error.to_string();
        if told.kind == "created" {
            let body: Created = serde_json::from_str(told.body_json).map_err(unreadable)?;
            self.create(told, body);
            return Ok(());
        }
        let token = self.tokens.get_mut(told.id).ok_or_else(|| format!("it is about an unknown token {}", told.id))?;
        match told.kind {
            "renewed" => {
                let body: Renewed = serde_json::from_str(told.body_json).map_err(unreadable)?;
                token.hint = body.hint;
                token.renewed = Some((told.time_ms, told.person.to_owned()));
                token.previous_until_ms = Some(body.previous_until_ms);
                // The secret before is the only one that may go on; all older ones end.
                for owner in self.owners.values_mut().filter(|owner| owner.id == told.id) {
                    let end_ms = if owner.until_ms.is_none() { body.previous_until_ms } else { told.time_ms };
                    owner.until_ms = Some(owner.until_ms.unwrap_or(end_ms).min(end_ms));
                }
                self.owners.insert(body.sha256_hex, Owner { id: told.id.to_owned(), until_ms: None });
            }
            "revoked" => {
                let body: RevokedBody = serde_json::from_str(told.body_json).map_err(unreadable)?;
                token.revoked = Some((told.time_ms, told.person.to_owned(), body.reason));
            }
            other => return Err(format!("\"{other}\" is nothing that can become of a token")),
        }
        Ok(())
    }

    fn create(&mut self, told: &Told<'_>, body: Created) {
        let Created { token, sha256_hex, hint } = body;
        let made = Token {
            id: told.id.to_owned(),
            name: token.name,
            scopes: token.scopes,
            source: token.source,
            requests_per_minute: token.requests_per_minute,
            body_bytes: token.body_bytes,
            expires_ms: token.expires_ms,
            created_ms: told.time_ms,
            created_by: told.person.to_owned(),
            hint,
            renewed: None,
            previous_until_ms: None,
            revoked: None,
            last_used_ms: None,
        };
        self.tokens.insert(told.id.to_owned(), made);
        self.owners.insert(sha256_hex, Owner { id: told.id.to_owned(), until_ms: None });
    }

    /// Every token, the first made first.
    pub(super) fn tokens(&self) -> impl DoubleEndedIterator<Item = &Token> {
        self.tokens.values()
    }

    /// The token of a secret's hash, and until when that secret goes on.
    pub(super) fn of_hash(&self, sha256_hex: &str) -> Option<(&Token, Option<i64>)> {
        let owner = self.owners.get(sha256_hex)?;
        Some((self.tokens.get(&owner.id)?, owner.until_ms))
    }

    /// Notes that a token was used; the clock may have gone back since the last time.
    pub(super) fn used(&mut self, id: &str, now_ms: i64) {
        if let Some(token) = self.tokens.get_mut(id) {
            token.last_used_ms = Some(now_ms);
        }
    }
}
