//! Whether a KPI keeps up with the path to its target, in a word.

use leptos::prelude::*;

/// "On pace" or "Behind pace", small; nothing without a pace.
#[component]
pub fn PaceWord(
    /// The word.
    pace: Option<&'static str>,
) -> impl IntoView {
    pace.map(|word| view! { <span class="below pace">{word}</span> })
}
