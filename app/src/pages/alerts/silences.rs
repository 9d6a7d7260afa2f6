//! Silences and maintenance windows: what is withheld until when, and the forms that set and end a silence.

use kpi::alert::{Kind, Severity};
use leptos::either::Either;
use leptos::prelude::*;
use service::view::alerts::{MaintenanceRow, SilenceRow};

use super::card::LENGTHS;
use crate::components::{Ask, Field};
use crate::forms::Forms;

#[component]
pub fn Silences(
    silences: Vec<SilenceRow>,
    maintenance: Vec<MaintenanceRow>,
    kpis: Vec<(String, String)>,
    tracks: Vec<(String, String)>,
    owners: Vec<String>,
    forms: Forms,
    needs_token: bool,
) -> impl IntoView {
    let rows: Vec<_> = silences
        .into_iter()
        .map(|row| view! { <Silence row=row forms=forms.clone() needs_token=needs_token/> })
        .collect();
    let windows: Vec<_> = maintenance
        .into_iter()
        .map(|window| {
            view! { <li class="card alert"><p><span class="badge">"maintenance"</span>" "{window.about}</p><p class="below">{format!("{}: {}", window.time, window.reason)}</p></li> }
        })
        .collect();
    let list = if rows.is_empty() && windows.is_empty() {
        Either::Left(
            view! { <p class="empty">"Nothing is silenced, and no maintenance is announced in the catalogue."</p> },
        )
    } else {
        Either::Right(view! { <ul class="plain alert-list">{rows}{windows}</ul> })
    };
    let ask = Ask::new("silence", &forms, needs_token);
    view! {
        <section class="section" id="silences" aria-labelledby="silences-title" data-live>
            <h2 id="silences-title">"Silences"</h2>
            {list}
            <New ask=ask kpis=kpis tracks=tracks owners=owners/>
        </section>
    }
    .into_any()
}

#[component]
fn Silence(row: SilenceRow, forms: Forms, needs_token: bool) -> impl IntoView {
    let ask = Ask::new(format!("end-{}", row.id), &forms, needs_token);
    let id = ask.id();
    let state = if row.active { "holds now" } else { "to come" };
    view! {
        <li class="card alert">
            <p><span class="badge">{state}</span>" "<span class="strong">{row.matcher.clone()}</span></p>
            <p class="below">{format!("{}. By {}: {}", row.time, row.person, row.reason)}</p>
            <details class="fold is-plain" id=format!("{id}-fold") open=ask.is_open()>
                <summary id=format!("{id}-toggle")>"End it now"<span class="visually-hidden">{format!(": {}", row.matcher)}</span></summary>
                <form class="form" id=id.clone() method="post" action="/alerts/silences/end">
                    {ask.mark()}
                    {ask.hidden("silence", row.id)}
                    {ask.person()}
                    {ask.token()}
                    <p><button class="button" type="submit">"End the silence"</button></p>
                </form>
            </details>
        </li>
    }
    .into_any()
}

fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Level => "At risk and off target",
        Kind::Burn => "Error budgets",
        Kind::Stale => "Stale values",
        Kind::Source => "Failing sources",
        Kind::Escalation => "Escalations",
    }
}

fn severity_words(severity: Severity) -> &'static str {
    match severity {
        Severity::Red => "Red",
        Severity::Yellow => "Yellow",
        Severity::Notice => "Notice",
    }
}

#[component]
fn New(ask: Ask, kpis: Vec<(String, String)>, tracks: Vec<(String, String)>, owners: Vec<String>) -> impl IntoView {
    let id = ask.id();
    let any = |words: &str| std::iter::once((String::new(), words.to_owned()));
    let kpis = any("Every KPI").chain(kpis).collect();
    let tracks = any("Every track").chain(tracks).collect();
    let owners = any("Every owner").chain(owners.into_iter().map(|owner| (owner.clone(), owner))).collect();
    let kinds = Kind::ALL.map(|kind| (kind.name().to_owned(), kind_words(kind).to_owned()));
    let kinds = any("Every kind").chain(kinds).collect();
    let severities = Severity::ALL.map(|severity| (severity.name().to_owned(), severity_words(severity).to_owned()));
    let severities = any("Every severity").chain(severities).collect();
    let lengths = LENGTHS.iter().map(|word| ((*word).to_owned(), (*word).to_owned())).collect();
    view! {
        <details class="card fold" id="silence-fold" open=ask.is_open()>
            <summary id="silence-toggle">"Silence something"</summary>
            <form class="form fold-body" id=id method="post" action="/alerts/silences">
                <p class="muted">"Alerts that match all of this go on, but nobody is told. What was withheld is told when the silence ends and the alert still fires."</p>
                {ask.mark()}
                <div class="field-pair">
                    {ask.select(Field::new("kpi", "KPI"), kpis)}
                    {ask.select(Field::new("track", "Track"), tracks)}
                    {ask.select(Field::new("owner", "Owner"), owners)}
                    {ask.select(Field::new("kind", "Kind"), kinds)}
                    {ask.select(Field::new("severity", "Severity"), severities)}
                    {ask.select(Field::new("length", "For"), lengths)}
                </div>
                {ask.area(Field::new("reason", "Reason").needed())}
                {ask.person()}
                {ask.token()}
                <p><button class="button is-primary" type="submit">"Silence"</button></p>
            </form>
        </details>
    }
    .into_any()
}
