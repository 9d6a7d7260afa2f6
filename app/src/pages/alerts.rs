//! The alerts: what fires and why, who took it, what is silenced, and what was sent.

mod budgets;
mod card;
mod delivery;
mod history;
mod silences;

use leptos::either::Either;
use leptos::prelude::*;
use service::view::Frame;
use service::view::alerts::{AlertRow, AlertsPage};
use service::view::overview::EscalationView;

use self::budgets::Budgets;
use self::card::Card;
use self::delivery::Delivery;
use self::history::History;
use self::silences::Silences;
use crate::components::{Escalation, Outcome};
use crate::forms::Forms;
use crate::links::Links;

#[component]
pub fn AlertsContent(page: AlertsPage, frame: Frame, forms: Forms, links: Links) -> impl IntoView {
    let token = frame.needs_token;
    // A past instant is for reading: whoever acknowledges or silences does it now.
    let may_act = !frame.is_as_of;
    let past = frame.is_as_of.then(
        || view! { <p class="notice">"These are the alerts of the shown instant, as their history tells them."</p> },
    );
    let silences = may_act.then(|| {
        view! {
            <Silences
                silences=page.silences
                maintenance=page.maintenance
                kpis=page.kpis
                tracks=page.tracks
                owners=page.owners
                forms=forms.clone()
                needs_token=token
            />
        }
    });
    let delivery = (!frame.is_as_of).then(
        || view! { <Delivery channels=page.channels messages=page.messages forms=forms.clone() needs_token=token/> },
    );
    let rules: Vec<_> = page.rules.into_iter().map(|rule| view! { <li>{rule}</li> }).collect();
    view! {
        <div class="page-head">
            <h1>"Alerts"</h1>
            <p class="lead">"What needs somebody now, who has taken it, and what people were told."</p>
        </div>
        <Outcome forms=forms.clone()/>
        <Escalations escalation=page.escalation/>
        {past}
        <Firing alerts=page.firing forms=forms.clone() needs_token=token links=links.clone() may_act=may_act/>
        <Waiting alerts=page.pending forms=forms.clone() needs_token=token links=links.clone() may_act=may_act/>
        {silences}
        <Budgets budgets=page.budgets links=links.clone()/>
        {delivery}
        <History events=page.history links=links/>
        <section class="card section" aria-labelledby="rules-title">
            <h2 id="rules-title">"When alerts fire"</h2>
            <ul class="prose">{rules}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Escalations(escalation: Option<EscalationView>) -> impl IntoView {
    let notice = escalation.map(|escalation| view! { <Escalation escalation=escalation/> });
    view! { <div id="escalations" data-live>{notice}</div> }.into_any()
}

#[component]
fn Firing(alerts: Vec<AlertRow>, forms: Forms, needs_token: bool, links: Links, may_act: bool) -> impl IntoView {
    let count = alerts.len();
    let body = if alerts.is_empty() {
        Either::Left(
            view! { <p class="empty card">"Nothing fires. An alert comes when a KPI is at risk or off target, an error budget burns, a value stays away or a source fails."</p> },
        )
    } else {
        let cards: Vec<_> = alerts
            .into_iter()
            .map(|alert| {
                view! { <Card alert=alert is_firing=true forms=forms.clone() needs_token=needs_token links=links.clone() may_act=may_act/> }
            })
            .collect();
        Either::Right(view! { <ul class="plain alert-list">{cards}</ul> })
    };
    view! {
        <section class="section" id="firing" aria-labelledby="firing-title" data-live>
            <div class="section-head"><h2 id="firing-title">"Firing"</h2><span class="section-count">{count.to_string()}</span></div>
            {body}
        </section>
    }
    .into_any()
}

#[component]
fn Waiting(alerts: Vec<AlertRow>, forms: Forms, needs_token: bool, links: Links, may_act: bool) -> impl IntoView {
    let cards: Vec<_> = alerts
        .into_iter()
        .map(|alert| {
            view! { <Card alert=alert is_firing=false forms=forms.clone() needs_token=needs_token links=links.clone() may_act=may_act/> }
        })
        .collect();
    let count = cards.len();
    let body = if cards.is_empty() {
        Either::Left(view! { <p class="empty">"No alert waits to last long enough."</p> })
    } else {
        Either::Right(view! { <ul class="plain alert-list">{cards}</ul> })
    };
    view! {
        <section class="section" id="pending" aria-labelledby="pending-title" data-live>
            <div class="section-head"><h2 id="pending-title">"Pending"</h2><span class="section-count">{count.to_string()}</span></div>
            {body}
        </section>
    }
    .into_any()
}
