//! A status as shape, word and colour, in that order.

use leptos::prelude::*;
use service::view::StatusView;

/// The sign, which assistive technology skips, and the words.
#[component]
pub fn StatusMark(
    /// The status.
    status: StatusView,
) -> impl IntoView {
    view! {
        <span class=format!("status status-{}", status.name)>
            <span class="sign" aria-hidden="true">{status.sign}</span>
            <span>{status.words}</span>
        </span>
    }
}
