//! Forms as people send them: their fields, the token, and why one is not followed.

use app::Forms;
use axum::http::StatusCode;
use service::text::TextError;
use storage::StoreError;

use crate::http::State;
use crate::http::access::Denied;
use crate::http::access::needs::{Authorized, Field, Needs, OneScope};
use crate::http::problem::Problem;

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

impl From<Denied> for Wrong {
    fn from(denied: Denied) -> Self {
        let status = denied.status();
        let words = match denied {
            Denied::Missing => "This server records only with a token.".to_owned(),
            other => sentence(&other.reason()),
        };
        Self { status, ..Self::field("token", words) }
    }
}

/// Why a form was not followed.
#[derive(Debug)]
pub enum FormError {
    /// It comes back on its page, with what was typed and what is wrong.
    Wrong(Wrong),
    /// There is no page for it to come back on, or nothing that its reader could put right.
    Problem(Problem),
}

impl From<Wrong> for FormError {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

impl From<TextError> for FormError {
    fn from(error: TextError) -> Self {
        Self::Wrong(error.into())
    }
}

impl From<Problem> for FormError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<StoreError> for FormError {
    fn from(error: StoreError) -> Self {
        Self::Problem(Problem::store(&error))
    }
}

impl Sent {
    /// The value of a field without space around it; empty where it is missing.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The value of a field as it was typed; empty where it is missing.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// The value of a field that is filled in.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Whoever sends the form; refuses it without a token that allows it, where the server asks for one.
    ///
    /// # Errors
    /// What is wrong with the field `token`.
    pub fn authorized<S: OneScope>(&self, needs: &Needs<Field<S>>, state: &State) -> Result<Authorized<S>, Wrong> {
        // A long form has a field for it before the file and one at the button.
        let token = self.0.iter().rfind(|(field, value)| field == "token" && !value.trim().is_empty());
        needs.shown(state, token.map_or("", |(_, token)| token)).map_err(Wrong::from)
    }

    /// The page's forms when this one comes back, with what was typed.
    pub fn back(&self, wrong: Wrong) -> Forms {
        let kept = |(name, _): &&(String, String)| !matches!(name.as_str(), "token" | "form" | "seen");
        Forms {
            notice: None,
            form: self.text("form").to_owned(),
            title: wrong.title.to_owned(),
            problems: wrong.problems,
            typed: self.0.iter().filter(kept).cloned().collect(),
        }
    }
}

/// A detail as a sentence: "the time is wrong" becomes "The time is wrong."
pub fn sentence(detail: &str) -> String {
    let mut letters = detail.trim_end_matches('.').chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    format!("{capital}.")
}
