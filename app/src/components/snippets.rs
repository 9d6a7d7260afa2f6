//! What to copy to connect each system, folded.

use leptos::prelude::*;
use service::view::snippets::Snippet;

/// A fold for each text; their ids begin with `prefix`.
#[component]
pub fn Snippets(
    /// What to copy, by system.
    snippets: Vec<Snippet>,
    /// What tells these folds from others on the page.
    prefix: &'static str,
) -> impl IntoView {
    let folds: Vec<_> = snippets
        .into_iter()
        .map(|snippet| {
            let id = format!("{prefix}-{}", snippet.id);
            let label = format!("Text to copy for {}", snippet.system);
            view! {
                <details class="fold" id=id.clone()>
                    <summary id=format!("{id}-toggle")>{snippet.system}</summary>
                    <p class="below">{snippet.place}</p>
                    <pre class="snippet" tabindex="0" role="region" aria-label=label><code>{snippet.text}</code></pre>
                </details>
            }
        })
        .collect();
    view! { {folds} }.into_any()
}
