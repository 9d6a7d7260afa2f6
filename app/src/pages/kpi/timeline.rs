//! What happened to a KPI, and the form that notes something.

use leptos::either::Either;
use leptos::prelude::*;
use service::view::kpi_page::TimelineRow;

use crate::components::{Ask, Field};

/// How much is listed; the chart marks all of it.
const LISTED: usize = 40;

/// The list, the newest first. Without `ask` there is no form, because the page shows a past instant.
#[component]
pub fn Timeline(
    /// The slug of the KPI.
    kpi: String,
    /// What happened.
    rows: Vec<TimelineRow>,
    /// Makes the fields of the form.
    ask: Option<Ask>,
) -> impl IntoView {
    let more = rows.len().saturating_sub(LISTED);
    let items: Vec<_> = rows
        .into_iter()
        .take(LISTED)
        .map(|row| {
            let person = row.person.map(|person| format!(" by {person}")).unwrap_or_default();
            view! {
                <li>
                    <span class="badge">{row.kind}</span>
                    <span>{row.text}</span>
                    <span class="below">{format!("{}{person}", row.time)}</span>
                </li>
            }
        })
        .collect();
    let list = if items.is_empty() {
        Either::Left(
            view! { <p class="empty">"No deployment, incident, decision, change of the target or comment yet."</p> },
        )
    } else {
        let more = (more > 0).then(|| view! { <p class="below">{format!("and {more} before")}</p> });
        Either::Right(view! { <ol class="plain timeline">{items}</ol>{more} })
    };
    let note = ask.map(|ask| view! { <Note kpi=kpi ask=ask/> });
    view! {
        <section class="card section" id="timeline" aria-labelledby="timeline-title" data-live>
            <h2 id="timeline-title">"What happened"</h2>
            {list}
            {note}
        </section>
    }
    .into_any()
}

#[component]
fn Note(kpi: String, ask: Ask) -> impl IntoView {
    let kinds = [("comment", "Comment"), ("deployment", "Deployment"), ("incident", "Incident")];
    let kinds = kinds.map(|(value, words)| (value.to_owned(), words.to_owned())).to_vec();
    view! {
        <details class="fold is-plain" id="note-fold" open=ask.is_open()>
            <summary id="note-toggle">"Comment, or note a deployment or an incident"</summary>
            <form class="form" id=ask.id() method="post" action=format!("/kpis/{kpi}/note")>
                {ask.mark()}
                {ask.select(Field::new("kind", "Kind"), kinds)}
                {ask.area(Field::new("text", "Text").needed())}
                {ask.person()}
                {ask.input(Field::new("time", "When it was").hint("2026-11-23 or 2026-11-23T14:30Z; left out, it is now."))}
                {ask.token()}
                <p><button class="button is-primary" type="submit">"Keep it"</button></p>
            </form>
        </details>
    }
    .into_any()
}
