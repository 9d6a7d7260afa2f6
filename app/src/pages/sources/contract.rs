//! The metric contract: the series that the catalogue's KPIs are computed of, and whether somebody sends them.

use leptos::prelude::*;
use service::view::sources::{ContractRow, TrapRow};

use crate::links::Links;

/// The series, those that are missing first.
#[component]
pub fn Contract(
    /// The series.
    rows: Vec<ContractRow>,
    /// How many of them are sent.
    sentence: String,
    /// Metrics that must not be used as they are.
    traps: Vec<TrapRow>,
    /// Makes the addresses.
    links: Links,
) -> impl IntoView {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let (class, word) = if row.kept { ("badge badge-good", "kept") } else { ("badge badge-bad", "missing") };
            let labels = if row.labels.is_empty() { "none".to_owned() } else { row.labels.join(", ") };
            let kpis: Vec<_> =
                row.kpis.into_iter().map(|(id, name)| view! { <li><a href=links.kpi(&id)>{name}</a></li> }).collect();
            let fed_by: Vec<_> = row
                .fed_by
                .into_iter()
                .map(|(metric, note)| view! { <li><code>{metric}</code><span class="below">{note}</span></li> })
                .collect();
            view! {
                <tr>
                    <th scope="row"><code>{row.series}</code></th>
                    <td><span class=class>{word}</span><span class="below">{row.state}</span></td>
                    <td>{labels}</td>
                    <td><ul class="plain">{fed_by}</ul></td>
                    <td><ul class="plain">{kpis}</ul></td>
                </tr>
            }
        })
        .collect();
    let table = (!rows.is_empty()).then(|| {
        view! {
            <details class="fold" id="contract-fold">
                <summary id="contract-toggle">"Every series"</summary>
                <div class="table-scroll" role="region" aria-labelledby="contract-caption" tabindex="0">
                    <table class="table is-broad">
                        <caption class="visually-hidden" id="contract-caption">"Series that KPIs are computed of, those that are missing first"</caption>
                        <thead>
                            <tr><th scope="col">"Series"</th><th scope="col">"State"</th><th scope="col">"Labels"</th><th scope="col">"Fed by"</th><th scope="col">"KPIs"</th></tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        }
    });
    view! {
        <section class="card section" id="contract" aria-labelledby="contract-title" data-live>
            <h2 id="contract-title">"What the catalogue expects"</h2>
            <p>{sentence}" "<span class="muted">"The command inferno-kpi catalogue contract says the same."</span></p>
            {table}
            <Traps traps/>
        </section>
    }
    .into_any()
}

#[component]
fn Traps(traps: Vec<TrapRow>) -> impl IntoView {
    let count: usize = traps.iter().map(|trap| trap.metrics.len()).sum();
    let rows: Vec<_> = traps
        .into_iter()
        .map(|trap| {
            let metrics: Vec<_> =
                trap.metrics.into_iter().map(|metric| view! { <li><code>{metric}</code></li> }).collect();
            let instead = trap.instead.map(|instead| view! { <span class="below">"Instead: "{instead}</span> });
            view! {
                <tr>
                    <th scope="row"><ul class="plain">{metrics}</ul></th>
                    <td>{trap.reason}{instead}</td>
                </tr>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <details class="fold" id="traps-fold">
                <summary id="traps-toggle">{format!("{count} metrics that are not used")}</summary>
                <div class="table-scroll" role="region" aria-labelledby="traps-caption" tabindex="0">
                    <table class="table is-broad">
                        <caption class="visually-hidden" id="traps-caption">"Metrics that must not be used as they are"</caption>
                        <thead><tr><th scope="col">"Metrics"</th><th scope="col">"Why not"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        }
    })
}
