//! KPIs without data, by what to connect.

use leptos::either::Either;
use leptos::prelude::*;
use service::view::sources::MissingGroup;

use crate::links::Links;
use crate::words::counted;

/// What is missing, in groups.
#[component]
pub fn Missing(
    /// The groups.
    groups: Vec<MissingGroup>,
    /// Makes the addresses.
    links: Links,
) -> impl IntoView {
    if groups.is_empty() {
        return Either::Left(view! { <p class="empty card">"Every KPI has data."</p> });
    }
    let items: Vec<_> = groups
        .into_iter()
        .enumerate()
        .map(|(index, group)| {
            let kpis: Vec<_> =
                group.kpis.into_iter().map(|(id, name)| view! { <li><a href=links.kpi(&id)>{name}</a></li> }).collect();
            let count = counted(kpis.len(), "KPI");
            view! {
                <details class="fold" id=format!("missing-{index}")>
                    <summary id=format!("missing-{index}-toggle")>
                        <span>{group.connect}</span>
                        <span class="section-count">{count}</span>
                    </summary>
                    <ul class="name-list">{kpis}</ul>
                </details>
            }
        })
        .collect();
    Either::Right(view! {
        <section class="card section" id="missing" aria-labelledby="missing-title" data-live>
            <h2 id="missing-title">"What to connect next"</h2>
            <p class="muted">"Each of these systems would bring data for the KPIs below it."</p>
            {items}
        </section>
    })
}
