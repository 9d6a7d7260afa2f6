//! The way to the bytes that a sender sent, with a word where not every reader may take it.

use leptos::prelude::*;

/// What who reads the page may do without another token; every page provides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reader {
    /// Recording asks for a token.
    pub needs_token: bool,
    /// Payloads are for others.
    pub payloads_need_token: bool,
}

impl Reader {
    /// Who reads the page that is drawn.
    pub fn now() -> Self {
        use_context().unwrap_or_default()
    }
}

/// A link to a payload.
#[component]
pub fn PayloadLink(
    /// The payload's id or number.
    id: String,
    /// What the link says.
    #[prop(into)]
    words: String,
    /// What it says besides to who does not see where it stands.
    about: String,
) -> impl IntoView {
    let locked = Reader::now().payloads_need_token.then(|| {
        view! { <span class="below">"needs a token with the scope payloads"</span> }
    });
    view! {
        <a href=format!("/api/v1/payloads/{id}")>{words}<span class="visually-hidden">{about}</span></a>
        {locked}
    }
    .into_any()
}

/// The field for a token before a file, where the server asks for one.
#[component]
pub fn EarlyToken(
    /// The HTML id of the field.
    id: &'static str,
) -> impl IntoView {
    Reader::now().needs_token.then(|| {
        view! {
            <div class="field">
                <label for=id>"Token"</label>
                <input id=id name="token" type="password" autocomplete="off" aria-describedby=format!("{id}-hint")/>
                <p class="hint" id=format!("{id}-hint")>"A file of more than 1 MiB is read only with a token; recording needs one in any case."</p>
            </div>
        }
    })
}
