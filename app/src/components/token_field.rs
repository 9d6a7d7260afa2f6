//! The field that asks for a token, in every form that records something.

use leptos::prelude::*;

/// A password field named `token`, or nothing where the server asks for none.
#[component]
pub fn TokenField(
    /// Whether the server asks for a token.
    needed: bool,
    /// The HTML id of the field.
    id: &'static str,
) -> impl IntoView {
    needed.then(|| {
        view! {
            <div class="field">
                <label for=id>"Token"</label>
                <input id=id name="token" type="password" required autocomplete="off"/>
            </div>
        }
    })
}
