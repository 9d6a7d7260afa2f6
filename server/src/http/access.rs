//! Who asks: what the token that a request shows allows, in each of the ways in which clients show one.

pub mod entry;
pub mod needs;

use std::sync::Arc;

use access::{Scope, TokenDenied};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::State;
use super::api::observations::source;
use super::asking::Asking;
use super::problem::Problem;

/// Whoever asks, after the token was looked at.
#[derive(Debug, Clone)]
pub struct Caller(Arc<Allowed>);

#[derive(Debug)]
struct Allowed {
    scopes: Vec<Scope>,
    source: Option<String>,
    body_bytes: Option<usize>,
}

/// Why somebody is not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// No token is shown where one is needed.
    Missing,
    /// The token is not taken.
    Wrong(String),
    /// The token does not allow this.
    Scope(Scope),
    /// Too many wrong tokens came from where this one comes from.
    TooManyWrong {
        /// After how many seconds one more is looked at.
        retry_after_s: u64,
    },
    /// The token's requests are used up for now.
    TooMany {
        /// After how many seconds one is answered again.
        retry_after_s: u64,
        /// How many a minute are answered.
        requests_per_minute: u32,
    },
}

impl Denied {
    /// The status that says so.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Missing | Self::Wrong(_) => StatusCode::UNAUTHORIZED,
            Self::Scope(_) => StatusCode::FORBIDDEN,
            Self::TooMany { .. } | Self::TooManyWrong { .. } => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// What is wrong, as a sentence without its full stop.
    pub fn reason(&self) -> String {
        match self {
            Self::Missing => "a token is needed".to_owned(),
            Self::Wrong(reason) => reason.clone(),
            Self::Scope(scope) => format!("this token does not have the scope {}", scope.name()),
            Self::TooManyWrong { retry_after_s } => {
                format!("this token is wrong, as many before it from this address; try again in {retry_after_s} s")
            }
            Self::TooMany { retry_after_s, requests_per_minute } => format!(
                "this token's {requests_per_minute} requests of a minute are used up; try again in {retry_after_s} s"
            ),
        }
    }

    /// After how many seconds the same may be asked again.
    pub fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::TooMany { retry_after_s, .. } | Self::TooManyWrong { retry_after_s } => Some(*retry_after_s),
            _ => None,
        }
    }
}

impl From<TokenDenied> for Denied {
    fn from(denied: TokenDenied) -> Self {
        match denied {
            TokenDenied::TooMany { retry_after_s, requests_per_minute } => {
                Self::TooMany { retry_after_s, requests_per_minute }
            }
            other => Self::Wrong(other.to_string()),
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        let (kind, title) = match &denied {
            Denied::Missing | Denied::Wrong(_) => ("token", "A token is needed"),
            Denied::Scope(_) => ("scope", "The token does not allow this"),
            Denied::TooMany { .. } | Denied::TooManyWrong { .. } => ("too-many-requests", "Too many requests"),
        };
        let expected = if kind == "token" { "Authorization: Bearer TOKEN" } else { "" };
        let problem = Self::new(denied.status(), kind, title).detail(format!("{}.", denied.reason()));
        Self { retry_after_s: denied.retry_after_s(), ..problem.expected(expected) }
    }
}

impl Caller {
    fn new(scopes: Vec<Scope>, source: Option<String>, body_bytes: Option<usize>) -> Self {
        Self(Arc::new(Allowed { scopes, source, body_bytes }))
    }

    /// Somebody who may do everything.
    fn anyone() -> Self {
        Self::new(vec![Scope::Admin], None, None)
    }

    /// Somebody of whom nothing is known, who may do nothing.
    fn nobody() -> Self {
        Self::new(Vec::new(), None, None)
    }

    /// Refuses whoever lacks a scope.
    ///
    /// # Errors
    /// [`Denied::Scope`].
    pub fn may(&self, scope: Scope) -> Result<(), Denied> {
        if scope.is_in(&self.0.scopes) { Ok(()) } else { Err(Denied::Scope(scope)) }
    }

    /// How many bytes of a body are read where `most` are read of anybody.
    pub fn at_most(&self, most: usize) -> usize {
        self.0.body_bytes.map_or(most, |bytes| bytes.min(most))
    }

    /// The source under whose name everything comes, where the token belongs to one.
    pub fn source(&self) -> Option<&str> {
        self.0.source.as_deref()
    }

    /// The source of what is sent in another system's protocol: the token's, else `usual`.
    pub fn source_or(&self, usual: &str) -> String {
        self.source().unwrap_or(usual).to_owned()
    }

    /// The source that a sender names, checked against its token; `usual` where it names none.
    ///
    /// # Errors
    /// A problem where the name is not sound, or is not the token's.
    pub fn named_source(&self, written: Option<&str>, usual: &str) -> Result<String, Problem> {
        /// What programs write where nobody has said a name; `inferno-kpi push` does.
        const UNSAID: [&str; 2] = ["", "command-line"];
        let Some(own) = self.source() else { return source(written, usual) };
        match written.map(str::trim).filter(|name| !UNSAID.contains(name) && *name != own) {
            None => Ok(own.to_owned()),
            Some(other) => Err(Problem::new(StatusCode::FORBIDDEN, "source", "The token belongs to another source")
                .detail(format!("\"{other}\" is named, and the token belongs to \"{own}\""))
                .expected(format!("source={own}, or no source"))),
        }
    }
}

impl State {
    /// What the token that is shown allows. Without one everything is allowed where the server asks for none.
    ///
    /// # Errors
    /// [`Denied`] where it is not taken.
    pub fn caller(&self, shown: Option<&str>) -> Result<Caller, Denied> {
        let shown = shown.map(str::trim).filter(|shown| !shown.is_empty());
        let Some(shown) = shown else {
            return if self.guard.needs_token() { Err(Denied::Missing) } else { Ok(Caller::anyone()) };
        };
        // One request is counted once, however often its token is looked at.
        let asking = Asking::now();
        if let Some(caller) = asking.as_ref().and_then(|asking| asking.who_showed(shown)) {
            return Ok(caller);
        }
        let caller = match self.looked_at(shown) {
            // Clients of other systems must show something; where no token is needed, anything does.
            Err(TokenDenied::Unknown) if !self.guard.needs_token() => return Ok(Caller::anyone()),
            Err(denied @ TokenDenied::TooMany { .. }) => return Err(denied.into()),
            Err(denied) => return Err(self.wrong(asking.as_ref(), denied.into())),
            Ok(caller) => caller,
        };
        if let Some(asking) = asking {
            asking.knows(shown, &caller);
        }
        Ok(caller)
    }

    /// What a token allows, whether or not one is needed.
    fn looked_at(&self, shown: &str) -> Result<Caller, TokenDenied> {
        if self.guard.is_server_token(shown) {
            return Ok(Caller::anyone());
        }
        let principal = self.dashboard.api_tokens().authenticate(shown)?;
        let body_bytes = principal.body_bytes.map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
        Ok(Caller::new(principal.scopes, principal.source, body_bytes))
    }

    /// Counts a wrong token.
    fn wrong(&self, asking: Option<&Asking>, denied: Denied) -> Denied {
        let Some(asking) = asking else { return denied };
        asking.showed_wrong_token();
        match self.wrong_tokens.count(asking.network(), self.dashboard.now_ms()) {
            Some(retry_after_s) => Denied::TooManyWrong { retry_after_s },
            None => denied,
        }
    }

    /// The caller of what is for few: where any token holds, nobody has it without one, wherever they come from.
    ///
    /// # Errors
    /// [`Denied`] where the scope is not allowed.
    pub fn caller_with(&self, scope: Scope, headers: &HeaderMap) -> Result<Caller, Denied> {
        if !self.has_tokens() {
            return self.caller_for(scope, headers);
        }
        let shown = shown_in(headers).ok_or(Denied::Missing)?;
        let caller = self.caller(Some(&shown))?;
        let is_known = Asking::now().is_some_and(|asking| asking.who_showed(shown.trim()).is_some());
        if !is_known {
            return Err(Denied::Wrong("this token is not known here".to_owned()));
        }
        caller.may(scope)?;
        Ok(caller)
    }

    /// Whether there is any token: the server's own, or one that was made and holds.
    pub fn has_tokens(&self) -> bool {
        self.guard.needs_token() || self.dashboard.api_tokens().has_any()
    }

    /// Whether who asks may do this, as far as is known by the token that was shown.
    pub fn asker_may(&self, scope: Scope) -> bool {
        let caller = Asking::now().and_then(|asking| asking.caller());
        !self.has_tokens() || caller.is_some_and(|caller| caller.may(scope).is_ok())
    }

    /// The caller of a request to this server's own routes; who shows no token may read where reading is open.
    ///
    /// # Errors
    /// [`Denied`] where the scope is not allowed.
    pub fn caller_for(&self, scope: Scope, headers: &HeaderMap) -> Result<Caller, Denied> {
        let shown = shown_in(headers);
        if scope == Scope::Read && !self.guard.is_private() {
            // A token that is shown is counted all the same, and a wrong one is told.
            return match self.caller(shown.as_deref()) {
                Err(Denied::Missing) => Ok(Caller::new(vec![Scope::Read], None, None)),
                other => other,
            };
        }
        let caller = self.caller(shown.as_deref())?;
        caller.may(scope)?;
        Ok(caller)
    }

    /// The caller of a request in another system's protocol, which shows the token in a header or as `parameter`.
    ///
    /// # Errors
    /// [`Denied`] where it may not send.
    fn sender(&self, headers: &HeaderMap, parameter: Option<&str>) -> Result<Caller, Denied> {
        let shown = shown_in(headers).or_else(|| parameter.map(str::to_owned));
        let caller = self.caller(shown.as_deref())?;
        caller.may(Scope::Ingest)?;
        Ok(caller)
    }
}

/// Whether the header shows basic credentials.
pub fn is_basic(headers: &HeaderMap) -> bool {
    let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    authorization.is_some_and(|text| text.split(' ').next().is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic")))
}

/// The token in the header: as `Bearer` or `Token`, or as the password of basic authentication.
pub fn shown_in(headers: &HeaderMap) -> Option<String> {
    let authorization = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = authorization.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" | "token" => Some(rest.trim().to_owned()),
        "basic" => {
            let text = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
            text.split_once(':').map(|(_, password)| password.to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_in_each_of_the_usual_headers() {
        let shown = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, value.parse().unwrap());
            shown_in(&headers)
        };
        assert_eq!(shown("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(shown("Token abc").as_deref(), Some("abc"));
        assert_eq!(shown("Basic dXNlcjphYmM=").as_deref(), Some("abc"));
        assert_eq!(shown("Digest abc"), None);
        assert_eq!(shown("Basic !"), None);
    }
}
