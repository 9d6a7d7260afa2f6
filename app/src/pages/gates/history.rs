//! Every decision about the gates, the newest first, each with what was frozen.

use leptos::either::Either;
use leptos::prelude::*;
use service::view::gates::{DecisionRow, FrozenRow};

use crate::components::DataTable;
use crate::links::{Links, encoded};

#[component]
pub fn History(decisions: Vec<DecisionRow>, chain: String, chain_sound: bool, links: Links) -> impl IntoView {
    let body = if decisions.is_empty() {
        Either::Left(view! {
            <p class="empty card">"Nothing has been decided yet. Waivers and sign-offs are made at each gate above, and stay here with their evidence."</p>
        })
    } else {
        let class = if chain_sound { "muted" } else { "notice notice-bad" };
        let items: Vec<_> =
            decisions.into_iter().map(|decision| view! { <Decision decision=decision links=links.clone()/> }).collect();
        Either::Right(view! { <p class=class>{chain}</p><ol class="plain decisions">{items}</ol> })
    };
    view! {
        <section class="section" id="decisions" aria-labelledby="decisions-title" data-live>
            <h2 id="decisions-title">"Decisions"</h2>
            {body}
        </section>
    }
    .into_any()
}

#[component]
fn Decision(decision: DecisionRow, links: Links) -> impl IntoView {
    let number = decision.number;
    let state = match (decision.words.as_str(), decision.holds) {
        ("Withdrawn", _) => None,
        (_, true) => Some(view! { <span class="badge badge-good">"holds"</span> }),
        (_, false) => Some(view! { <span class="badge">"no longer holds"</span> }),
    };
    let kpi = decision.kpi.map(|(id, name)| view! { " "<a href=links.kpi(&id)>{name}</a> });
    let expires = decision.expires.map(|expires| view! { <span class="muted">{format!(" Ends {expires}.")}</span> });
    // A past instant is asked for by its own address, whatever instant this page shows.
    let then = format!("/gates?as_of={}", encoded(&decision.instant));
    view! {
        <li class="card is-stack" id=format!("decision-{number}")>
            <div class="section-head">
                <h3>{format!("{number}. Gate {}: {}", decision.phase, decision.words)}{kpi}</h3>
                {state}
            </div>
            <p>{decision.reason}{expires}</p>
            <p class="below">{format!("{} on {}. {}.", decision.person, decision.time, decision.evidence)}</p>
            <p class="below"><a href=then>"As of then"<span class="visually-hidden">{format!(", decision {number}")}</span></a>" · "<code>{decision.hash}</code></p>
            <Frozen number=number rows=decision.frozen/>
        </li>
    }
    .into_any()
}

#[component]
fn Frozen(number: i64, rows: Vec<FrozenRow>) -> impl IntoView {
    if rows.is_empty() {
        return Either::Left(());
    }
    let title = format!("What was frozen with decision {number}: {} KPIs", rows.len());
    let columns = ["KPI", "Value", "Target", "Status", "Source"].map(str::to_owned).to_vec();
    let rows = rows
        .into_iter()
        .map(|row| {
            let status = format!("{} {}", row.status.sign, row.status.words);
            vec![row.kpi_name, row.value, row.target, status, row.source]
        })
        .collect();
    Either::Right(view! {
        <details class="fold is-plain" id=format!("frozen-{number}")>
            <summary id=format!("frozen-{number}-toggle")>{title.clone()}</summary>
            <DataTable caption=title columns=columns rows=rows id=format!("frozen-{number}-table")/>
        </details>
    })
}
