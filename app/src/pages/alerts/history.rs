//! What became of alerts.

use leptos::either::Either;
use leptos::prelude::*;
use service::view::alerts::EventRow;

use crate::components::severity_shape;
use crate::links::Links;

#[component]
pub fn History(events: Vec<EventRow>, links: Links) -> impl IntoView {
    let body = if events.is_empty() {
        Either::Left(view! { <p class="empty">"Nothing has fired since this server keeps its history."</p> })
    } else {
        let rows: Vec<_> = events.into_iter().map(|event| view! { <Event event=event links=links.clone()/> }).collect();
        Either::Right(view! {
            <div class="card flush">
                <div class="table-scroll" role="region" aria-labelledby="events-caption" tabindex="0">
                    <table class="table is-broad">
                        <caption class="visually-hidden" id="events-caption">"What became of alerts, the newest first"</caption>
                        <thead>
                            <tr><th scope="col">"When"</th><th scope="col">"What became of it"</th><th scope="col">"Alert"</th><th scope="col">"What was the matter"</th></tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </div>
        })
    };
    view! {
        <section class="section" id="alert-history" aria-labelledby="alert-history-title" data-live>
            <h2 id="alert-history-title">"History"</h2>
            {body}
        </section>
    }
    .into_any()
}

#[component]
fn Event(event: EventRow, links: Links) -> impl IntoView {
    let (sign, class) = severity_shape(event.severity);
    let subject = match event.kpi {
        Some((id, name)) => Either::Left(view! { <a href=links.kpi(&id)>{name}</a> }),
        None => Either::Right(event.key.clone()),
    };
    let person = event.person.map(|person| view! { <span class="below">{format!("by {person}")}</span> });
    view! {
        <tr>
            <th scope="row">{event.time}</th>
            <td><span class=class><span class="sign" aria-hidden="true">{sign}</span><span>{event.transition}</span></span>{person}</td>
            <td>{subject}<span class="below">{event.severity}</span></td>
            <td>{event.text}</td>
        </tr>
    }
    .into_any()
}
