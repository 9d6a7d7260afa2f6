//! What a derived value is computed of.

use leptos::prelude::*;
use service::view::kpi_page::DerivedView;

use crate::links::Links;

/// The rule, the parts, and the series with whether somebody sends them.
#[component]
pub fn Computed(
    /// What the value is computed of.
    derived: DerivedView,
    /// Makes the addresses.
    links: Links,
) -> impl IntoView {
    let parts = derived.parts.map(|parts| view! { <p><span class="strong">"Now: "</span>{parts}</p> });
    let series: Vec<_> = derived
        .series
        .into_iter()
        .map(|(name, sent)| {
            let (class, words) = if sent { ("badge badge-good", "sent") } else { ("badge", "nobody sends it") };
            view! { <li><code>{name}</code>" "<span class=class>{words}</span></li> }
        })
        .collect();
    view! {
        <section class="card section" id="computed" aria-labelledby="computed-title" data-live>
            <h2 id="computed-title">"Computed of"</h2>
            <p>{derived.rule}</p>
            {parts}
            <ul>{series}</ul>
            <p class="below"><a href=format!("{}#contract", links.to("/sources"))>"Every series that the catalogue needs"</a></p>
        </section>
    }
    .into_any()
}
