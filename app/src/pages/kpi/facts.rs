//! How a KPI is defined: method, owner, cadence, baseline, and the KPIs that share its measurement.

use leptos::prelude::*;
use service::view::kpi_page::KpiPage;

use crate::links::Links;

/// The definition, and what to connect.
#[component]
pub fn Facts(
    /// The KPI.
    page: KpiPage,
    /// Makes the addresses.
    links: Links,
) -> impl IntoView {
    let facts = [
        ("Measured by", page.method),
        ("Value", page.computed),
        ("Attainment", page.attainment_rule),
        ("Baseline", page.baseline.unwrap_or_default()),
        ("Expected", page.cadence),
        ("Owner", page.owner),
        (
            "Touches customers",
            if page.customer_facing { "Yes: off target it escalates alone" } else { "No" }.to_owned(),
        ),
        ("Section", page.section),
        ("Measurement", page.measure),
        ("What to connect", page.row.connect),
    ];
    let facts: Vec<_> = facts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| view! { <div><dt>{name}</dt><dd>{text}</dd></div> })
        .collect();
    let shared = (!page.shared_with.is_empty()).then(|| {
        let items: Vec<_> = page
            .shared_with
            .into_iter()
            .map(|(id, name)| view! { <li><a href=links.kpi(&id)>{name}</a></li> })
            .collect();
        view! {
            <h3>"The same measurement with other targets"</h3>
            <ul>{items}</ul>
        }
    });
    view! {
        <section class="card section" aria-labelledby="definition-title">
            <h2 id="definition-title">"Definition"</h2>
            <dl class="facts is-wide">{facts}</dl>
            {shared}
        </section>
    }
    .into_any()
}
