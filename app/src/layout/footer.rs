//! What stands below every page.

use leptos::prelude::*;

use crate::islands::WebVitals;
use crate::links::Links;

/// The foot of every page.
#[component]
pub fn Footer(
    /// Makes the addresses.
    links: Links,
) -> impl IntoView {
    view! {
        <footer class="foot">
            <p>"Every number leads back to the payload that brought it."</p>
            <ul class="plain inline">
                <li><a href=links.to("/catalogue")>"Catalogue"</a></li>
                <li><a href="/api/v1/openapi.json">"API description"</a></li>
                <li><a href="/api/v1/kpis">"All KPIs as JSON"</a></li>
            </ul>
            <WebVitals/>
        </footer>
    }
    .into_any()
}
