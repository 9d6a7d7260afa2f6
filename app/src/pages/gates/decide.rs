//! The decisions that a person can make about a gate: waive a KPI, sign off, withdraw.

use leptos::prelude::*;
use service::view::gates::{DecisionRow, GateView};

use crate::components::{Ask, Field};
use crate::forms::Forms;

/// The forms. Each carries the state of the gate that the person saw, so that of two people who decide at once one is told.
#[component]
pub fn Decide(gate: GateView, holding: Vec<DecisionRow>, forms: Forms, needs_token: bool) -> impl IntoView {
    let phase = gate.phase;
    let ask = |form: &str| Ask::new(format!("{form}-{phase}"), &forms, needs_token);
    let (waive, sign, withdraw) = (ask("waive"), ask("sign"), ask("withdraw"));
    let open = waive.is_open() || sign.is_open() || withdraw.is_open();
    let waive = (!gate.blockers.is_empty()).then(|| view! { <Waive gate=gate.clone() ask=waive/> });
    let withdraw = (!holding.is_empty())
        .then(|| view! { <Withdraw phase=phase tag=gate.tag.clone() holding=holding ask=withdraw/> });
    view! {
        <details class="card fold" id=format!("gate-{phase}-decide") open=open>
            <summary id=format!("gate-{phase}-decide-toggle")>"Decide on this gate"</summary>
            <div class="fold-body columns">
                {waive}
                <SignOff gate=gate ask=sign/>
                {withdraw}
            </div>
        </details>
    }
    .into_any()
}

fn action(phase: u8) -> String {
    format!("/gates/{phase}/decide")
}

#[component]
fn Waive(gate: GateView, ask: Ask) -> impl IntoView {
    let choose = (String::new(), "Choose a KPI".to_owned());
    let blockers = gate.blockers.into_iter().filter(|blocker| blocker.waiver.is_none());
    let kpis: Vec<_> = std::iter::once(choose).chain(blockers.map(|it| (it.row.id, it.row.name))).collect();
    view! {
        <form class="form" id=ask.id() method="post" action=action(gate.phase)>
            <h3>"Waive a KPI"</h3>
            <p class="muted">"A waived KPI counts as met for the sign-off, and stays what it is everywhere else."</p>
            {ask.mark()}
            {ask.hidden("kind", "waiver".to_owned())}
            {ask.hidden("seen", gate.tag)}
            {ask.select(Field::new("kpi", "KPI").needed(), kpis)}
            {ask.area(Field::new("reason", "Reason").needed())}
            {ask.input(Field::new("expires", "Holds until the end of").kind("date").hint("Left out, it holds until it is withdrawn."))}
            {ask.person()}
            {ask.token()}
            <p><button class="button is-primary" type="submit">"Waive"</button></p>
        </form>
    }
    .into_any()
}

#[component]
fn SignOff(gate: GateView, ask: Ask) -> impl IntoView {
    let hint = gate.sign_off_hint;
    if !gate.can_sign_off {
        return view! {
            <div class="form" id=ask.id()>
                <h3>"Sign off"</h3>
                <p class="muted" id=format!("{}-why", ask.id())>{hint}</p>
                <p><button class="button" type="button" disabled aria-describedby=format!("{}-why", ask.id())>"Sign off"</button></p>
            </div>
        }
        .into_any();
    }
    view! {
        <form class="form" id=ask.id() method="post" action=action(gate.phase)>
            <h3>"Sign off"</h3>
            <p class="muted">{hint}" The next phase begins, and every value, target and source is frozen with the decision."</p>
            {ask.mark()}
            {ask.hidden("kind", "sign-off".to_owned())}
            {ask.hidden("seen", gate.tag)}
            {ask.area(Field::new("reason", "Reason").needed())}
            {ask.person()}
            {ask.token()}
            <p><button class="button is-primary" type="submit">"Sign off"</button></p>
        </form>
    }
    .into_any()
}

#[component]
fn Withdraw(phase: u8, tag: String, holding: Vec<DecisionRow>, ask: Ask) -> impl IntoView {
    let decisions = holding
        .into_iter()
        .map(|decision| {
            let about = decision.kpi.map_or_else(String::new, |(_, name)| format!(" {name}"));
            let words =
                format!("{}. {}{about}, {}, {}", decision.number, decision.words, decision.person, decision.time);
            (decision.id, words)
        })
        .collect();
    view! {
        <form class="form" id=ask.id() method="post" action=action(phase)>
            <h3>"Withdraw a decision"</h3>
            <p class="muted">"It stays in the history and no longer holds."</p>
            {ask.mark()}
            {ask.hidden("kind", "withdrawal".to_owned())}
            {ask.hidden("seen", tag)}
            {ask.select(Field::new("withdraws", "Decision").needed(), decisions)}
            {ask.area(Field::new("reason", "Reason").needed())}
            {ask.person()}
            {ask.token()}
            <p><button class="button" type="submit">"Withdraw"</button></p>
        </form>
    }
    .into_any()
}
