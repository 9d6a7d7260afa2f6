//! What blocks a gate, the nearest first, and what would pass: values to assume beside each blocker.
//!
//! The form works without script: the server answers what would follow. With script the island computes the same with the
//! same core while a value is typed.

use leptos::prelude::*;
use service::view::gates::{Blocker, GateView};

use crate::components::{StatusMark, ValueCell};
use crate::links::{Links, encoded};
use crate::words::{are, counted};

#[component]
pub fn Blockers(gate: GateView, may_decide: bool, as_of: String, links: Links) -> impl IntoView {
    if gate.blockers.is_empty() {
        let words = "Nothing blocks this gate: every counted KPI is met.";
        return view! { <p class="empty card">{words}</p> }.into_any();
    }
    let phase = gate.phase;
    let missing = gate.summary.needed.saturating_sub(gate.summary.met).min(gate.blockers.len());
    let nearest = (missing > 0).then(|| {
        let words = if missing == 1 {
            "Assume the nearest is met".to_owned()
        } else {
            format!("Assume the nearest {missing} are met")
        };
        view! {
            <button class="button" id=format!("gate-{phase}-nearest") type="submit" name="nearest" value=missing.to_string()>{words}</button>
        }
    });
    let as_of = (!as_of.is_empty()).then(|| view! { <input type="hidden" name="as_of" value=as_of/> });
    let again = format!("{}#gate-{phase}-simulate", links.to("/gates"));
    // One that only assumed values of another gate were given for stays folded.
    let open = gate.current || gate.simulated.is_some();
    view! {
        <form
            class="simulate"
            id=format!("gate-{phase}-simulate")
            method="get"
            action=format!("/gates#gate-{phase}-simulate")
            autocomplete="off"
            data-simulation=gate.simulation_text.clone()
        >
            <input type="hidden" name="phase" value=phase.to_string()/>
            {as_of}
            <div class="card is-stack">
                <h3>"What would pass"</h3>
                <p class="muted">"Assume values for blockers in the list below. Nothing is recorded."</p>
                <p class="actions">
                    <button class="button is-primary" id=format!("gate-{phase}-show") type="submit">"Show what would follow"</button>
                    {nearest}
                    <a class="button" id=format!("gate-{phase}-clear") href=again data-clear>"Assume nothing"</a>
                </p>
                <output class="simulated" id=format!("gate-{phase}-simulated") aria-live="polite">{gate.simulated}</output>
            </div>
            <Table phase=phase blockers=gate.blockers open=open may_decide=may_decide links=links/>
        </form>
    }
    .into_any()
}

#[component]
fn Table(phase: u8, blockers: Vec<Blocker>, open: bool, may_decide: bool, links: Links) -> impl IntoView {
    let count = blockers.len();
    let title = format!("{} {} not met, the nearest first", counted(count, "counted KPI"), are(count));
    let rows: Vec<_> = blockers
        .into_iter()
        .map(|blocker| view! { <Row phase=phase blocker=blocker may_decide=may_decide links=links.clone()/> })
        .collect();
    view! {
        <details class="card flush fold" id=format!("gate-{phase}-blockers") open=open>
            <summary id=format!("gate-{phase}-blockers-toggle")>{title.clone()}</summary>
            <table class="table kpi-table blocker-table">
                <caption class="visually-hidden">{title}</caption>
                <thead>
                    <tr>
                        <th scope="col">"KPI"</th>
                        <th scope="col">"Status"</th>
                        <th class="end" scope="col">"Value"</th>
                        <th scope="col">"Target"</th>
                        <th scope="col">"When it may be met"</th>
                        <th scope="col">"Assume"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
    .into_any()
}

#[component]
fn Row(phase: u8, blocker: Blocker, may_decide: bool, links: Links) -> impl IntoView {
    let row = blocker.row.clone();
    let waiver = match &blocker.waiver {
        Some(waiver) => {
            let until = waiver.expires.as_ref().map_or_else(String::new, |expires| format!(" until {expires}"));
            let text = format!("Waived by {}{until}: {}", waiver.person, waiver.reason);
            view! { <span class="below">{text}</span> }.into_any()
        }
        None if may_decide => {
            let href = format!("/gates?phase={phase}&waive={}#waive-{phase}", encoded(&row.id));
            let whose = format!(" {}", row.name);
            view! { <a class="below" href=href>"Waive"<span class="visually-hidden">{whose}</span></a> }.into_any()
        }
        None => ().into_any(),
    };
    let target = row.target.clone().unwrap_or_else(|| "No target in this phase".to_owned());
    let missing = (!blocker.missing.is_empty()).then(|| view! { <span class="below">{blocker.missing.clone()}</span> });
    view! {
        <tr class=if row.value.is_some() { "kpi-row" } else { "kpi-row is-empty" }>
            <th scope="row" class="cell-name">
                <a href=links.kpi(&row.id)>{row.name.clone()}</a>
                <span class="below">{row.group.clone()}</span>
            </th>
            <td class="cell-status"><StatusMark status=row.status.clone()/>{missing}</td>
            <td class="cell-value end"><ValueCell row=row.clone()/></td>
            <td class="cell-target"><span class="target-text">{target}</span></td>
            <td class="cell-forecast"><span>{blocker.forecast.clone()}</span>{waiver}</td>
            <td class="cell-assume"><Assume phase=phase blocker=blocker/></td>
        </tr>
    }
    .into_any()
}

#[component]
fn Assume(phase: u8, blocker: Blocker) -> impl IntoView {
    let id = format!("assume-{phase}-{}", blocker.row.id);
    let name = format!("assume.{}", blocker.row.id);
    if blocker.judged {
        let label = format!("{}: assume", blocker.row.name);
        let options: Vec<_> = [("", "as it is"), ("met", "met"), ("not met", "not met")]
            .into_iter()
            .map(|(value, words)| view! { <option value=value selected=value == blocker.assumed>{words}</option> })
            .collect();
        return view! { <select id=id name=name aria-label=label data-meets=blocker.meets>{options}</select> }
            .into_any();
    }
    let unit = blocker.assumed_unit;
    let label = if unit.is_empty() {
        format!("{}: assumed value", blocker.row.name)
    } else {
        format!("{}: assumed value in {unit}", blocker.row.name)
    };
    view! {
        <span class="with-unit">
            <input id=id name=name type="number" step="any" value=blocker.assumed aria-label=label data-meets=blocker.meets/>
            <span class="hint" aria-hidden="true">{unit}</span>
        </span>
    }
    .into_any()
}
