//! What a gate counts as met, and what it does not count.

use leptos::prelude::*;
use service::view::gates::GateView;

use crate::components::KpiTable;
use crate::links::Links;
use crate::words::{are, counted};

#[component]
pub fn Rest(gate: GateView, links: Links) -> impl IntoView {
    let met = (!gate.met.is_empty()).then(|| {
        let title = format!("{} {} met", counted(gate.met.len(), "counted KPI"), are(gate.met.len()));
        view! {
            <details class="card flush fold" id=format!("gate-{}-met", gate.phase)>
                <summary id=format!("gate-{}-met-toggle", gate.phase)>{title.clone()}</summary>
                <KpiTable caption=title quiet_caption=true rows=gate.met links=links.clone()/>
            </details>
        }
    });
    let uncounted = (!gate.uncounted.is_empty()).then(|| {
        let title = format!("{} {} not counted", counted(gate.uncounted.len(), "KPI"), are(gate.uncounted.len()));
        let items: Vec<_> = by_reason(gate.uncounted)
            .into_iter()
            .map(|(reason, kpis)| {
                let kpis: Vec<_> =
                    kpis.into_iter().map(|(id, name)| view! { <li><a href=links.kpi(&id)>{name}</a></li> }).collect();
                view! { <p class="fold-text">{format!("Because {reason}:")}</p><ul class="name-list">{kpis}</ul> }
            })
            .collect();
        view! {
            <details class="card fold" id=format!("gate-{}-uncounted", gate.phase)>
                <summary id=format!("gate-{}-uncounted-toggle", gate.phase)>{title}</summary>
                {items}
            </details>
        }
    });
    view! { {met}{uncounted} }
}

/// The KPIs in groups that have a reason in common, each as slug and name.
fn by_reason(uncounted: Vec<service::view::gates::Uncounted>) -> Vec<(String, Vec<(String, String)>)> {
    let mut groups: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for one in uncounted {
        let kpi = (one.kpi_id, one.kpi_name);
        match groups.iter_mut().find(|(reason, _)| *reason == one.reason) {
            Some((_, kpis)) => kpis.push(kpi),
            None => groups.push((one.reason, vec![kpi])),
        }
    }
    groups
}
