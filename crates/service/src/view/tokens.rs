//! The page of tokens: who may send, read and decide, and the secret of one that was made just now.

use access::{Scope, Token, TokenSecret};

use super::snippets::{Snippet, snippets};
use crate::dashboard::{Dashboard, NeedsToken};
use crate::instant;

/// The page of tokens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokensPage {
    /// Those that hold, the latest first.
    pub holding: Vec<TokenRow>,
    /// Those that hold no more, the latest first.
    pub ended: Vec<TokenRow>,
    /// Who needs a token here, a sentence.
    pub who_needs_one: String,
    /// The token that was made or renewed just now.
    pub made: Option<MadeSecret>,
    /// The names of the sources there are, to choose from.
    pub sources: Vec<String>,
    /// Whether the list is left out, because whoever asks may not see it.
    pub is_list_hidden: bool,
    /// What is known of wrong tokens, a sentence; `None` where little happened.
    pub wrong_tokens: Option<String>,
}

impl TokensPage {
    /// The same for who may not see which tokens there are.
    #[must_use]
    pub fn without_list(self) -> Self {
        Self { holding: Vec::new(), ended: Vec::new(), sources: Vec::new(), is_list_hidden: true, ..self }
    }
}

/// A secret, shown this once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeSecret {
    /// The token's name.
    pub name: String,
    /// The secret.
    pub secret: String,
    /// What to copy to connect each system with it; empty where the token does not send.
    pub snippets: Vec<Snippet>,
}

/// A token in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// "holds", "expired", "revoked".
    pub state: &'static str,
    /// What it allows, such as "sends as ci, reads".
    pub allows: String,
    /// Its first characters and its limits.
    pub limits: String,
    /// When it was used last.
    pub used: String,
    /// What became of it, sentences from the oldest on.
    pub history: Vec<String>,
}

impl TokenRow {
    fn of(token: &Token, now_ms: i64) -> Self {
        let state = match (&token.revoked, token.holds(now_ms)) {
            (Some(_), _) => "revoked",
            (None, true) => "holds",
            (None, false) => "expired",
        };
        Self {
            id: token.id.clone(),
            name: token.name.clone(),
            state,
            allows: allows(token),
            limits: format!(
                "Begins with {}. {} requests a minute, up to {} KiB each.",
                token.hint,
                kpi::display::number(f64::from(token.requests_per_minute), 6),
                kpi::display::number(f64::from(token.body_bytes) / 1_024.0, 6)
            ),
            used: token.last_used_ms.map_or_else(|| "Never used.".to_owned(), |used_ms| said("Used last", used_ms)),
            history: history(token),
        }
    }
}

fn said(what: &str, time_ms: i64) -> String {
    format!("{what} {}.", instant::long(time_ms))
}

fn allows(token: &Token) -> String {
    if token.scopes.contains(&Scope::Admin) {
        let sends = token.source.as_ref().map_or_else(String::new, |source| format!(", and sends as {source}"));
        return format!("May do everything{sends}");
    }
    let words = token.scopes.iter().map(|scope| match (scope, &token.source) {
        (Scope::Ingest, Some(source)) => format!("sends as {source}"),
        (Scope::Ingest, None) => "sends".to_owned(),
        (Scope::Read | Scope::Admin, _) => "reads".to_owned(),
        (Scope::Payloads, _) => "reads payloads".to_owned(),
        (Scope::Metrics, _) => "reads the server's metrics".to_owned(),
    });
    let words = words.collect::<Vec<_>>().join(", ");
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn history(token: &Token) -> Vec<String> {
    let mut told = vec![format!("Made by {} on {}.", token.created_by, instant::long(token.created_ms))];
    if let Some((time_ms, person)) = &token.renewed {
        told.push(format!("Renewed by {person} on {}.", instant::long(*time_ms)));
    }
    if let Some(until_ms) = token.previous_until_ms {
        told.push(format!("The secret before counts until {}.", instant::long(until_ms)));
    }
    if let Some(expires_ms) = token.expires_ms {
        told.push(format!("Counts until {}.", instant::long(expires_ms)));
    }
    if let Some((time_ms, person, reason)) = &token.revoked {
        told.push(format!("Revoked by {person} on {}: {reason}", instant::long(*time_ms)));
    }
    told
}

impl Dashboard {
    /// The page of tokens; `sources` are the names there are.
    pub fn tokens_page(&self, made: Option<(&Token, &TokenSecret)>, sources: Vec<String>) -> TokensPage {
        let now_ms = self.now_ms();
        let (holding, ended) = self.api_tokens.list().into_iter().partition::<Vec<_>, _>(|token| token.holds(now_ms));
        let rows = |tokens: Vec<Token>| tokens.iter().map(|token| TokenRow::of(token, now_ms)).collect();
        let settings = self.settings();
        let who_needs_one = match settings.needs_token {
            NeedsToken::Nothing => {
                "Without a token everybody who reaches this server may do everything: it was started without INFERNO_KPI_TOKEN. A token that is shown counts all the same."
            }
            NeedsToken::Writing => "Who sends or decides needs a token; reading needs none.",
            NeedsToken::Everything => "Nobody reads, sends or decides without a token.",
        };
        let made = made.map(|(token, secret)| {
            let sends = Scope::Ingest.is_in(&token.scopes);
            let source = token.source.as_deref().unwrap_or("ci");
            let all = snippets(&settings.address, Some(secret.reveal()), source);
            MadeSecret {
                name: token.name.clone(),
                secret: secret.reveal().to_owned(),
                snippets: all.into_iter().filter(|snippet| sends && snippet.text.contains(secret.reveal())).collect(),
            }
        });
        TokensPage {
            holding: rows(holding),
            ended: rows(ended),
            who_needs_one: who_needs_one.to_owned(),
            made,
            sources,
            is_list_hidden: false,
            wrong_tokens: None,
        }
    }
}
