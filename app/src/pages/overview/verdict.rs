//! The two large answers: how far the gate is, and how all KPIs stand.

use leptos::either::Either;
use leptos::prelude::*;
use service::view::StatusView;
use service::view::overview::GateSummary;

use crate::components::{CountList, GateMeter, StatusBar};
use crate::links::Links;
use crate::words::{are, counted};

/// The gate and the sum of all statuses.
#[component]
pub fn Verdict(
    /// The gate that ends the current phase.
    gate: Option<GateSummary>,
    /// How many KPIs have each status.
    counts: Vec<(StatusView, usize)>,
    /// How many KPIs there are.
    total: usize,
    /// Makes the addresses.
    links: Links,
) -> impl IntoView {
    let gate = match gate {
        Some(gate) => Either::Left(view! { <Gate gate=gate links=links/> }),
        None => Either::Right(view! {
            <section class="card verdict" aria-labelledby="gate-title">
                <h2 id="gate-title">"Gate"</h2>
                <p class="empty">"This is the last phase: no gate follows."</p>
            </section>
        }),
    };
    let all = if total == 1 { " KPI" } else { " KPIs in every track" };
    view! {
        <div class="verdicts" id="verdicts" data-live>
            {gate}
            <section class="card verdict" aria-labelledby="statuses-title">
                <h2 id="statuses-title">"All KPIs"</h2>
                <p class="big"><span class="big-number">{total.to_string()}</span>{all}</p>
                <StatusBar counts=counts.clone()/>
                <CountList counts=counts/>
            </section>
        </div>
    }
    .into_any()
}

#[component]
fn Gate(gate: GateSummary, links: Links) -> impl IntoView {
    let outcome = if gate.passed { "badge badge-good" } else { "badge" };
    let of = format!(" of {} needed", gate.needed);
    let rest = format!(
        "{} {} counted: {} without data, {} stale.",
        counted(gate.counted, "KPI"),
        are(gate.counted),
        gate.no_data,
        gate.stale
    );
    view! {
        <section class="card verdict" aria-labelledby="gate-title">
            <div class="section-head">
                <h2 id="gate-title">{format!("Gate {}", gate.title)}</h2>
                <span class=outcome>{gate.outcome.clone()}</span>
            </div>
            <p class="big"><span class="big-number">{gate.met.to_string()}</span>{of}</p>
            <GateMeter gate=gate.clone()/>
            <p><span class="strong">{gate.sentence}</span>" "<span class="muted">{rest}</span></p>
            <p><a id="gate-blockers" href=links.to("/gates")>"What blocks the gate"</a></p>
        </section>
    }
    .into_any()
}
