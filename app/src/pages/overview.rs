//! The overview: which phase, how far is the gate, what is off target, what changed.

mod start;
mod verdict;

use leptos::either::Either;
use leptos::prelude::*;
use service::view::overview::{EscalationView, Overview, StatusChange, TrackSummary};
use service::view::{Frame, KpiRow};

use self::start::Start;
use self::verdict::Verdict;
use crate::components::{CountList, Escalation, KpiTable, StatusBar, StatusMark, ValueCell};
use crate::links::Links;
use crate::words::counted;

/// How many KPIs that need attention are shown at once; the others are folded in, so that the page is quick to read and to
/// draw.
const UNFOLDED_ROWS: usize = 8;

#[component]
pub fn OverviewContent(page: Overview, frame: Frame, links: Links) -> impl IntoView {
    let without_data = page.total.saturating_sub(page.with_data);
    // While most of the catalogue has no data, what to connect matters more than what is off target.
    let is_start = without_data * 4 >= page.total * 3;
    let start = is_start.then(|| view! { <Start with_data=page.with_data total=page.total links=links.clone()/> });
    view! {
        <div class="page-head">
            <h1>"Overview"</h1>
            <p class="lead">{format!("{}: {} measured against the targets of {}", frame.catalogue_name, counted(page.total, "KPI"), frame.phase_name)}</p>
        </div>
        <Escalations escalation=page.escalation firing=page.firing_alerts links=links.clone()/>
        <Verdict gate=page.gate counts=page.counts total=page.total links=links.clone()/>
        <Attention rows=page.attention without_data=page.no_data links=links.clone()/>
        <div class="columns">
            <Latest rows=page.latest links=links.clone()/>
            <Changes changes=page.changes links=links.clone()/>
        </div>
        {start}
        <Tracks tracks=page.tracks links=links/>
    }
    .into_any()
}

#[component]
fn Escalations(escalation: Option<EscalationView>, firing: usize, links: Links) -> impl IntoView {
    let alerts = (firing > 0).then(|| {
        let fires = if firing == 1 { "fires" } else { "fire" };
        let words = format!("{} {fires}", counted(firing, "alert"));
        view! { <p class="to-alerts"><a id="to-alerts" href=links.to("/alerts")>{words}</a></p> }
    });
    // The place is kept, so that an escalation can appear while the page is open.
    let body = match escalation {
        None => Either::Left(alerts),
        Some(escalation) => Either::Right(view! { <Escalation escalation=escalation>{alerts}</Escalation> }),
    };
    view! { <div id="escalations" data-live>{body}</div> }.into_any()
}

#[component]
fn Attention(rows: Vec<KpiRow>, without_data: usize, links: Links) -> impl IntoView {
    let count = rows.len();
    let body = if rows.is_empty() {
        let rest = if without_data > 0 {
            format!(
                "No KPI that has data is off target, at risk or stale. {} a target and no data yet, which raises no alert.",
                if without_data == 1 { "1 KPI has".to_owned() } else { format!("{without_data} KPIs have") }
            )
        } else {
            "No KPI is off target, at risk or stale.".to_owned()
        };
        Either::Left(view! { <p class="empty card">{rest}</p> })
    } else {
        let mut first = rows;
        let rest = first.split_off(first.len().min(UNFOLDED_ROWS));
        let less_urgent = (!rest.is_empty()).then(|| {
            view! {
                <details class="card flush fold" id="attention-rest">
                    <summary>{format!("{} more", rest.len())}</summary>
                    <KpiTable caption="The less urgent of them".to_owned() quiet_caption=true rows=rest links=links.clone() with_group=true/>
                </details>
            }
        });
        Either::Right(view! {
            <div class="card flush">
                <KpiTable caption="KPIs that are off target, at risk or stale, the most urgent first".to_owned() quiet_caption=true rows=first links=links.clone() with_group=true/>
            </div>
            {less_urgent}
        })
    };
    view! {
        <section class="section" id="attention" aria-labelledby="attention-title" data-live>
            <div class="section-head">
                <h2 id="attention-title">"Needs attention"</h2>
                <span class="section-count">{count.to_string()}</span>
            </div>
            {body}
        </section>
    }
    .into_any()
}

#[component]
fn Latest(rows: Vec<KpiRow>, links: Links) -> impl IntoView {
    let body = if rows.is_empty() {
        Either::Left(
            view! { <p class="empty">"Nothing has been measured yet. The dashboard measures itself as soon as browsers open it."</p> },
        )
    } else {
        let items: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let observed = row.observed.clone().unwrap_or_default();
                view! {
                    <li class="latest">
                        <a href=links.kpi(&row.id)>{row.name.clone()}</a>
                        <span class="latest-value"><ValueCell row=row.clone()/></span>
                        <StatusMark status=row.status/>
                        <span class="below">{observed}</span>
                    </li>
                }
            })
            .collect();
        Either::Right(view! { <ul class="plain rows">{items}</ul> })
    };
    view! {
        <section class="card section" id="latest" aria-labelledby="latest-title" data-live>
            <h2 id="latest-title">"Latest values"</h2>
            {body}
        </section>
    }
    .into_any()
}

#[component]
fn Changes(changes: Vec<StatusChange>, links: Links) -> impl IntoView {
    let body = if changes.is_empty() {
        Either::Left(view! { <p class="empty">"Every status is what it was a week before."</p> })
    } else {
        let items: Vec<_> = changes
            .into_iter()
            .map(|change| {
                let (direction, words) = (change.direction.name(), change.direction.words());
                view! {
                    <li class="status-change">
                        <a href=links.kpi(&change.kpi_id)>{change.kpi_name}</a>
                        <span class="from-to">
                            <StatusMark status=change.before/>
                            <span aria-hidden="true">"→"</span>
                            <span class="visually-hidden">" became "</span>
                            <StatusMark status=change.now/>
                        </span>
                        <span class=format!("direction is-{direction}")>{words}</span>
                    </li>
                }
            })
            .collect();
        Either::Right(view! { <ul class="plain rows">{items}</ul> })
    };
    view! {
        <section class="card section" id="changes" aria-labelledby="changes-title" data-live>
            <h2 id="changes-title">"Changed within a week"</h2>
            {body}
        </section>
    }
    .into_any()
}

#[component]
fn Tracks(tracks: Vec<TrackSummary>, links: Links) -> impl IntoView {
    let items: Vec<_> = tracks
        .into_iter()
        .map(|track| {
            view! {
                <li class="card track-card">
                    <h3><a id=format!("track-card-{}", track.id) href=links.track(&track.id)>{track.name}</a></h3>
                    <p class="below">{counted(track.total, "KPI")}</p>
                    <StatusBar counts=track.counts.clone()/>
                    <CountList counts=track.counts/>
                </li>
            }
        })
        .collect();
    view! {
        <section class="section" id="tracks" aria-labelledby="tracks-title" data-live>
            <h2 id="tracks-title">"Tracks"</h2>
            <ul class="plain track-cards">{items}</ul>
        </section>
    }
    .into_any()
}
