//! Forms as people send them: their fields, the token, and the way back to the page with what was wrong.

use access::Scope;
use app::Forms;
use axum::http::StatusCode;
use service::text::TextError;

use crate::http::State;
use crate::http::access::{Caller, Denied};

/// What a form sent: names of fields and their values.
#[derive(Debug, Clone, Default)]
pub struct Sent(pub Vec<(String, String)>);

/// Why a form comes back.
#[derive(Debug)]
pub struct Wrong {
    /// The status of the answer.
    pub status: StatusCode,
    /// What the page says above the problems.
    pub title: &'static str,
    /// What is wrong: the name of the field (empty for the whole form) and a sentence.
    pub problems: Vec<(String, String)>,
}

impl Wrong {
    /// One problem of one field.
    pub fn field(field: &str, sentence: impl Into<String>) -> Self {
        let problems = vec![(field.to_owned(), sentence.into())];
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, title: "Nothing was recorded", problems }
    }

    /// A problem of the form as a whole.
    pub fn whole(status: StatusCode, sentence: impl Into<String>) -> Self {
        Self { status, ..Self::field("", sentence) }
    }
}

impl From<TextError> for Wrong {
    fn from(error: TextError) -> Self {
        let name = match error.field {
            "person" => "Your name",
            "reason" => "The reason",
            _ => "The text",
        };
        Self::field(error.field, format!("{name}: {}.", error.detail))
    }
}

impl Sent {
    /// The value of a field without space around it; empty where it is missing.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim())
    }

    /// The value of a field that is filled in.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Whoever sends the form; refuses it without a token that allows it, where the server asks for one.
    pub fn authorized(&self, state: &State, scope: Scope) -> Result<Caller, Wrong> {
        // A long form has a field for it before the file and one at the button.
        let token = self.0.iter().rfind(|(field, value)| field == "token" && !value.trim().is_empty());
        authorized(state, token.map_or("", |(_, token)| token), scope)
    }

    /// The page's forms when this one comes back, with what was typed.
    pub fn back(self, wrong: Wrong) -> Forms {
        let form = self.text("form").to_owned();
        let kept = |(name, _): &(String, String)| !matches!(name.as_str(), "token" | "form" | "seen");
        Forms {
            notice: None,
            form,
            title: wrong.title.to_owned(),
            problems: wrong.problems,
            typed: self.0.into_iter().filter(kept).collect(),
        }
    }
}

/// Whoever shows `token` in a form.
///
/// # Errors
/// What is wrong with the field `token`.
pub fn authorized(state: &State, token: &str, scope: Scope) -> Result<Caller, Wrong> {
    let allowed = state.caller(Some(token)).and_then(|caller| caller.may(scope).map(|()| caller));
    allowed.map_err(|denied| {
        let status = denied.status();
        let words = match denied {
            Denied::Missing => "This server records only with a token.".to_owned(),
            other => sentence(&other.reason()),
        };
        Wrong { status, ..Wrong::field("token", words) }
    })
}

/// A detail as a sentence: "the time is wrong" becomes "The time is wrong."
pub fn sentence(detail: &str) -> String {
    let mut letters = detail.trim_end_matches('.').chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    format!("{capital}.")
}
