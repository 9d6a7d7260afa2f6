//! Who asks, and what whoever it is may do. Today that is what a token allows; people and their roles will be other kinds of
//! the same thing.
//!
//! How somebody shows who they are is not known here.

use serde::{Deserialize, Serialize};

/// What somebody may do.
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

/// Who somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// Nobody in particular: nothing was shown, where nothing is needed.
    Anyone,
    /// Whoever holds the server's own token.
    Operator,
    /// Whoever holds a token that a person made.
    Token {
        /// The token's id.
        id: String,
        /// Its name.
        name: String,
    },
}

/// Who asks, and what that allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Who it is.
    pub identity: Identity,
    /// What is allowed.
    pub scopes: Vec<Scope>,
    /// The source under whose name everything comes that is sent; `None` where the sender names it.
    pub source: Option<String>,
    /// How many bytes a request may have; `None` for as many as anybody's.
    pub body_bytes: Option<u32>,
}

impl Principal {
    /// Somebody unknown, where nothing is needed to do everything.
    pub fn anyone() -> Self {
        Self::with(Identity::Anyone, vec![Scope::Admin])
    }

    /// Somebody unknown who may only read.
    pub fn reader() -> Self {
        Self::with(Identity::Anyone, vec![Scope::Read])
    }

    /// Whoever holds the server's own token.
    pub fn operator() -> Self {
        Self::with(Identity::Operator, vec![Scope::Admin])
    }

    fn with(identity: Identity, scopes: Vec<Scope>) -> Self {
        Self { identity, scopes, source: None, body_bytes: None }
    }

    /// Whether this is allowed.
    pub fn may(&self, scope: Scope) -> bool {
        scope.is_in(&self.scopes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_do_everything_may_do_each_thing_and_others_only_theirs() {
        for scope in Scope::ALL {
            assert!(Principal::anyone().may(scope) && Principal::operator().may(scope));
            assert_eq!(Principal::reader().may(scope), scope == Scope::Read);
            assert_eq!(Scope::from_name(scope.name()), Some(scope));
        }
    }
}
