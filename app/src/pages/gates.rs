//! The gates: verdict, what blocks them, what would pass, decisions and their history.

mod blockers;
mod decide;
mod history;
mod rest;

use leptos::either::Either;
use leptos::prelude::*;
use service::view::Frame;
use service::view::gates::{DecisionRow, GateView, GatesPage};

use self::blockers::Blockers;
use self::decide::Decide;
use self::history::History;
use self::rest::Rest;
use crate::components::{GateMeter, Outcome};
use crate::forms::Forms;
use crate::islands::GateSimulation;
use crate::links::Links;

#[component]
pub fn GatesContent(page: GatesPage, frame: Frame, forms: Forms, links: Links) -> impl IntoView {
    let decisions = page.decisions.clone();
    let gates: Vec<_> = page
        .gates
        .into_iter()
        .map(|gate| {
            let holding = decisions.iter().filter(|one| one.phase == gate.phase && one.holds).cloned().collect();
            let frame = frame.clone();
            view! { <Gate gate=gate holding=holding frame=frame forms=forms.clone() links=links.clone()/> }
        })
        .collect();
    view! {
        <div class="page-head">
            <h1>"Gates"</h1>
            <p class="lead">"A phase ends when enough of its counted KPIs are met and somebody signs its gate off."</p>
        </div>
        <Outcome forms=forms.clone()/>
        {gates}
        <History decisions=page.decisions chain=page.chain chain_sound=page.chain_sound links=links/>
        <section class="card section" aria-labelledby="policy-title">
            <h2 id="policy-title">"How KPIs are counted"</h2>
            <p class="prose">{page.policy}</p>
            <Badges/>
        </section>
        <GateSimulation/>
    }
    .into_any()
}

#[component]
fn Gate(gate: GateView, holding: Vec<DecisionRow>, frame: Frame, forms: Forms, links: Links) -> impl IntoView {
    let phase = gate.phase;
    let decide = (!frame.is_as_of).then(|| {
        view! { <Decide gate=gate.clone() holding=holding forms=forms needs_token=frame.needs_token/> }
    });
    view! {
        <section class="section gate" id=format!("gate-{phase}") aria-labelledby=format!("gate-{phase}-title") data-live>
            <Verdict gate=gate.clone()/>
            <Blockers gate=gate.clone() may_decide=!frame.is_as_of as_of=frame.as_of links=links.clone()/>
            {decide}
            <Rest gate=gate links=links/>
        </section>
    }
    .into_any()
}

#[component]
fn Verdict(gate: GateView) -> impl IntoView {
    let phase = gate.phase;
    let current = gate.current.then(|| view! { <span class="badge">"this phase"</span> });
    let numbers = [
        ("Met", gate.summary.met),
        ("Needed", gate.summary.needed),
        ("Counted", gate.summary.counted),
        ("No data", gate.summary.no_data),
        ("Stale", gate.summary.stale),
        ("Waived", gate.blockers.iter().filter(|blocker| blocker.waiver.is_some()).count()),
    ];
    let numbers: Vec<_> = numbers
        .into_iter()
        .map(|(name, count)| view! { <div><dt>{name}</dt><dd>{count.to_string()}</dd></div> })
        .collect();
    let outcome = if gate.summary.passed { "badge badge-good" } else { "badge" };
    let signed = match gate.signed_off {
        Some(decision) => Either::Left(view! {
            <p><span class="badge badge-good">"Signed off"</span>" "{format!("by {} on {}: {}", decision.person, decision.time, decision.reason)}</p>
        }),
        None => Either::Right(()),
    };
    let share = format!("{} of the counted KPIs must be met.", gate.share);
    view! {
        <div class="card">
            <div class="section-head">
                <h2 id=format!("gate-{phase}-title")>{gate.summary.title.clone()}</h2>
                <span class=outcome>{gate.summary.outcome.clone()}</span>
                {current}
            </div>
            <GateMeter gate=gate.summary.clone()/>
            <p><span class="strong">{gate.summary.sentence.clone()}</span>" "<span class="muted">{share}</span></p>
            <p><span class="strong">"Forecast: "</span>{gate.forecast}</p>
            {signed}
            <dl class="numbers">{numbers}</dl>
        </div>
    }
    .into_any()
}

/// How other places show a gate.
#[component]
fn Badges() -> impl IntoView {
    view! {
        <details class="fold" id="badges">
            <summary id="badges-toggle">"Show a gate elsewhere"</summary>
            <p>"A badge for a readme, and a command that ends with 0 while the gate is passed, 1 while it is not and 2 where it can't be said:"</p>
            <pre class="snippet"><code>"![Gate](http://ADDRESS/api/v1/gates/1/badge.svg)\ninferno-kpi gate 1 --url http://ADDRESS"</code></pre>
        </details>
    }
    .into_any()
}
