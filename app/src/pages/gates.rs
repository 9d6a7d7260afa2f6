//! The gates: verdict, blockers nearest first, and what is not counted.

use leptos::either::Either;
use leptos::prelude::*;
use service::view::gates::{GateView, GatesPage};

use crate::components::{GateMeter, KpiTable};
use crate::links::Links;
use crate::words::{are, counted};

#[component]
pub fn GatesContent(page: GatesPage, links: Links) -> impl IntoView {
    let gates: Vec<_> = page.gates.into_iter().map(|gate| view! { <Gate gate=gate links=links.clone()/> }).collect();
    view! {
        <div class="page-head">
            <h1>"Gates"</h1>
            <p class="lead">"A phase ends when enough of its counted KPIs are met."</p>
        </div>
        {gates}
        <section class="card section" aria-labelledby="policy-title">
            <h2 id="policy-title">"How KPIs are counted"</h2>
            <p class="prose">{page.policy}</p>
        </section>
    }
    .into_any()
}

#[component]
fn Gate(gate: GateView, links: Links) -> impl IntoView {
    let phase = gate.phase;
    let current = gate.current.then(|| view! { <span class="badge">"this phase"</span> });
    let numbers = [
        ("Met", gate.summary.met),
        ("Needed", gate.summary.needed),
        ("Counted", gate.summary.counted),
        ("No data", gate.summary.no_data),
        ("Stale", gate.summary.stale),
    ];
    let numbers: Vec<_> = numbers
        .into_iter()
        .map(|(name, count)| view! { <div><dt>{name}</dt><dd>{count.to_string()}</dd></div> })
        .collect();
    let outcome = if gate.summary.passed { "badge badge-good" } else { "badge" };
    view! {
        <section class="section gate" id=format!("gate-{phase}") aria-labelledby=format!("gate-{phase}-title") data-live>
            <div class="card">
                <div class="section-head">
                    <h2 id=format!("gate-{phase}-title")>{gate.summary.title.clone()}</h2>
                    <span class=outcome>{gate.summary.outcome.clone()}</span>
                    {current}
                </div>
                <GateMeter gate=gate.summary.clone()/>
                <p><span class="strong">{gate.summary.sentence.clone()}</span>" "<span class="muted">{format!("{} of the counted KPIs must be met.", gate.share)}</span></p>
                <dl class="numbers">{numbers}</dl>
            </div>
            <Blockers gate=gate.clone() links=links.clone()/>
            <Rest gate=gate links=links/>
        </section>
    }
    .into_any()
}

#[component]
fn Blockers(gate: GateView, links: Links) -> impl IntoView {
    if gate.blockers.is_empty() {
        return Either::Left(view! { <p class="empty card">"Nothing blocks this gate: every counted KPI is met."</p> });
    }
    let count = gate.blockers.len();
    let title = format!("{} {} not met, the nearest first", counted(count, "counted KPI"), are(count));
    let table =
        view! { <KpiTable caption=title.clone() quiet_caption=true rows=gate.blockers links=links with_group=true/> };
    Either::Right(view! {
        <details class="card flush fold" id=format!("gate-{}-blockers", gate.phase) open=gate.current>
            <summary id=format!("gate-{}-blockers-toggle", gate.phase)>{title}</summary>
            {table}
        </details>
    })
}

#[component]
fn Rest(gate: GateView, links: Links) -> impl IntoView {
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
        let items: Vec<_> =
            gate.uncounted.into_iter().map(|(id, name)| view! { <li><a href=links.kpi(&id)>{name}</a></li> }).collect();
        view! {
            <details class="card fold" id=format!("gate-{}-uncounted", gate.phase)>
                <summary id=format!("gate-{}-uncounted-toggle", gate.phase)>{title}</summary>
                <ul class="name-list">{items}</ul>
            </details>
        }
    });
    view! { {met}{uncounted} }
}
