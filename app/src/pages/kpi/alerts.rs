//! The alerts of a KPI that fire or are pending.

use leptos::prelude::*;
use service::view::alerts::AlertRow;

use crate::components::severity_shape;
use crate::links::{Links, anchor};

/// The alerts as a notice with a link to each; an empty place where there are none.
#[component]
pub fn Alerts(
    /// The alerts.
    alerts: Vec<AlertRow>,
    /// Makes the addresses.
    links: Links,
) -> impl IntoView {
    let items: Vec<_> = alerts
        .into_iter()
        .map(|alert| {
            let (sign, class) = severity_shape(alert.severity);
            let href = format!("{}#{}", links.to("/alerts"), anchor(&alert.key));
            let state = alert.acknowledged.or(alert.silenced).unwrap_or_else(|| format!("since {}", alert.since));
            view! {
                <li>
                    <span class=class><span class="sign" aria-hidden="true">{sign}</span><a href=href>{alert.title}</a></span>
                    " "{alert.text}
                    <span class="below">{state}</span>
                </li>
            }
        })
        .collect();
    let list = (!items.is_empty()).then(|| {
        view! {
            <section class="notice" aria-labelledby="kpi-alerts-title">
                <h2 id="kpi-alerts-title">"Alerts"</h2>
                <ul class="plain">{items}</ul>
            </section>
        }
    });
    view! { <div id="kpi-alerts" data-live>{list}</div> }.into_any()
}
