//! What a person asks of a new token, checked.

use journal::text::required;
use kpi::principal::Scope;
use serde::{Deserialize, Serialize};

use crate::reserved::RESERVED_SOURCES;
use crate::token::TokenError;

/// The most requests a minute that a token can be given.
pub const MOST_REQUESTS_PER_MINUTE: u32 = 600_000;
/// The most bytes of a request: what the server reads of any.
pub const MOST_BODY_BYTES: u32 = 8 * 1024 * 1024;
/// The least limit of bytes that makes sense.
const LEAST_BODY_BYTES: u32 = 1024;
/// The most characters of a name.
const MOST_CHARACTERS: usize = 100;

/// A token that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewToken {
    /// What people call it.
    pub name: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// The source under whose name everything comes that is sent with it.
    pub source: Option<String>,
    /// How many requests a minute are answered.
    pub requests_per_minute: u32,
    /// How many bytes a request may have.
    pub body_bytes: u32,
    /// From when on it is refused, in milliseconds since the Unix epoch.
    pub expires_ms: Option<i64>,
}

impl Default for NewToken {
    fn default() -> Self {
        Self {
            name: String::new(),
            scopes: Vec::new(),
            source: None,
            // A hundred a second: a busy Prometheus sends about ten.
            requests_per_minute: 6_000,
            body_bytes: MOST_BODY_BYTES,
            expires_ms: None,
        }
    }
}

impl NewToken {
    /// The same, its texts trimmed and its scopes in order.
    ///
    /// # Errors
    /// [`TokenError::Unfit`] or [`TokenError::Text`] where a field does not do.
    pub(crate) fn checked(mut self, now_ms: i64) -> Result<Self, TokenError> {
        let unfit = |field, detail: String| Err(TokenError::Unfit { field, detail });
        self.name = short("name", &self.name)?;
        let source = self.source.as_deref().filter(|source| !source.trim().is_empty());
        self.source = source.map(|source| short("source", source)).transpose()?;
        if self.source.as_deref().is_some_and(|source| RESERVED_SOURCES.contains(&source)) {
            return unfit("source", "it is one of the product's own source names".to_owned());
        }
        self.scopes.sort_unstable();
        self.scopes.dedup();
        if self.scopes.is_empty() {
            return unfit("scopes", "name at least one of ingest, read, payloads, metrics, admin".to_owned());
        }
        if self.scopes.contains(&Scope::Ingest) && !self.scopes.contains(&Scope::Admin) && self.source.is_none() {
            return unfit("source", "a token that sends belongs to one source: name it".to_owned());
        }
        if !(1..=MOST_REQUESTS_PER_MINUTE).contains(&self.requests_per_minute) {
            return unfit("requests_per_minute", format!("write a number from 1 to {MOST_REQUESTS_PER_MINUTE}"));
        }
        if !(LEAST_BODY_BYTES..=MOST_BODY_BYTES).contains(&self.body_bytes) {
            return unfit("body_bytes", format!("write a number from {LEAST_BODY_BYTES} to {MOST_BODY_BYTES}"));
        }
        if self.expires_ms.is_some_and(|expires_ms| expires_ms <= now_ms) {
            return unfit("expires", "it lies in the past".to_owned());
        }
        Ok(self)
    }
}

fn short(field: &'static str, text: &str) -> Result<String, TokenError> {
    let text = required(field, text)?;
    if text.chars().count() > MOST_CHARACTERS || text.chars().any(char::is_control) {
        let detail = format!("write at most {MOST_CHARACTERS} characters in one line");
        return Err(TokenError::Unfit { field, detail });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_000;

    fn sending() -> NewToken {
        NewToken {
            name: "CI".to_owned(),
            scopes: vec![Scope::Ingest],
            source: Some("ci".to_owned()),
            ..NewToken::default()
        }
    }

    fn field_at_fault(wanted: NewToken) -> &'static str {
        match wanted.checked(NOW_MS) {
            Err(TokenError::Unfit { field, .. }) => field,
            Err(TokenError::Text(error)) => error.field,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn texts_are_trimmed_and_scopes_stand_once() {
        let wanted =
            NewToken { name: " CI ".to_owned(), scopes: vec![Scope::Read, Scope::Ingest, Scope::Read], ..sending() };
        let checked = wanted.checked(NOW_MS).unwrap();
        assert_eq!((checked.name.as_str(), checked.scopes), ("CI", vec![Scope::Ingest, Scope::Read]));
    }

    #[test]
    fn each_wrong_field_is_named() {
        for (wanted, field) in [
            (NewToken { name: "  ".to_owned(), ..sending() }, "name"),
            (NewToken { name: "a\nb".to_owned(), ..sending() }, "name"),
            (NewToken { scopes: Vec::new(), ..sending() }, "scopes"),
            (NewToken { source: None, ..sending() }, "source"),
            (NewToken { source: Some("demo".to_owned()), ..sending() }, "source"),
            (NewToken { requests_per_minute: 0, ..sending() }, "requests_per_minute"),
            (NewToken { body_bytes: 1_023, ..sending() }, "body_bytes"),
            (NewToken { body_bytes: MOST_BODY_BYTES + 1, ..sending() }, "body_bytes"),
            (NewToken { expires_ms: Some(NOW_MS), ..sending() }, "expires"),
        ] {
            assert_eq!(field_at_fault(wanted), field);
        }
    }

    #[test]
    fn who_may_do_everything_needs_no_source() {
        let wanted = NewToken { scopes: vec![Scope::Ingest, Scope::Admin], source: None, ..sending() };
        assert!(wanted.checked(NOW_MS).is_ok());
        let reader = NewToken { scopes: vec![Scope::Read], source: None, ..sending() };
        assert!(reader.checked(NOW_MS).is_ok());
    }
}
