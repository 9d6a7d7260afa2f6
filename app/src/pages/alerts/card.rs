//! One alert: what is the matter, who has taken it, what was said, and what a person can do.

use leptos::prelude::*;
use service::view::alerts::AlertRow;

use crate::components::{Ask, Field, severity_shape};
use crate::forms::Forms;
use crate::links::{Links, anchor};

/// How long a silence may be chosen to last; read with the service's words for lengths of time.
pub const LENGTHS: [&str; 4] = ["1 hour", "8 hours", "1 day", "1 week"];

#[component]
pub fn Card(
    alert: AlertRow,
    is_firing: bool,
    forms: Forms,
    needs_token: bool,
    links: Links,
    may_act: bool,
) -> impl IntoView {
    let place = anchor(&alert.key);
    let ask = Ask::new(format!("act-{place}"), &forms, needs_token);
    let (sign, class) = severity_shape(alert.severity);
    let kpi = alert.kpi.clone().map(|(id, name)| view! { <a href=links.kpi(&id)>{name}</a> });
    let source = alert.kpi.is_none().then(|| alert.key.split_once(':').map(|(_, name)| name.to_owned())).flatten();
    let told = alert.notified.clone().map(|time| format!("last told {time}"));
    // The title of the others says how bad they are.
    let severity = (!matches!(alert.title.as_str(), "Off target" | "At risk"))
        .then(|| view! { <span class="badge">{alert.severity}</span> });
    let facts: Vec<String> = [
        Some(format!("since {}", alert.since)),
        (!alert.owner.is_empty()).then(|| format!("owner {}", alert.owner)),
        told,
    ]
    .into_iter()
    .flatten()
    .collect();
    let acknowledged = alert
        .acknowledged
        .clone()
        .map(|text| view! { <p class="alert-note"><span class="badge badge-good">"taken"</span>" "{text}</p> });
    let silenced = alert
        .silenced
        .clone()
        .map(|text| view! { <p class="alert-note"><span class="badge">"silent"</span>" "{text}</p> });
    let comments: Vec<_> = alert
        .comments
        .iter()
        .cloned()
        .map(|comment| view! { <li><span>{comment.text}</span><span class="below">{format!("{}, {}", comment.person, comment.time)}</span></li> })
        .collect();
    let comments = (!comments.is_empty()).then(|| view! { <ul class="plain comments">{comments}</ul> });
    let act = may_act.then(|| view! { <Act alert=alert.clone() is_firing=is_firing ask=ask/> });
    view! {
        <li class=format!("card alert is-{}", alert.severity) id=place>
            <div class="section-head">
                <h3><span class=class><span class="sign" aria-hidden="true">{sign}</span><span>{alert.title.clone()}</span></span>" "{kpi}{source}</h3>
                {severity}
            </div>
            <p>{alert.text.clone()}</p>
            <p class="below">{facts.join(" · ")}</p>
            {acknowledged}
            {silenced}
            {comments}
            {act}
        </li>
    }
    .into_any()
}

/// One form with a button for each thing that can be done, so that a name is entered once.
#[component]
fn Act(alert: AlertRow, is_firing: bool, ask: Ask) -> impl IntoView {
    let id = ask.id();
    let take =
        if alert.acknowledged.is_some() { ("give-back", "Give it back") } else { ("acknowledge", "Acknowledge") };
    let take = is_firing
        .then(|| view! { <button class="button is-primary" type="submit" name="do" value=take.0>{take.1}</button> });
    let same = |word: &&str| ((*word).to_owned(), (*word).to_owned());
    let scopes = if alert.kpi.is_some() {
        let owner = format!("Everything of {}", alert.owner);
        vec![("kpi", "This KPI".to_owned()), ("track", "Its track".to_owned()), ("owner", owner)]
    } else {
        vec![("this", "This alert".to_owned())]
    };
    let scopes = scopes.into_iter().map(|(value, words)| (value.to_owned(), words)).collect();
    let summary = if is_firing { "Acknowledge, comment or silence" } else { "Comment or silence" };
    let whose = alert.kpi.as_ref().map_or_else(|| alert.title.to_lowercase(), |(_, name)| name.clone());
    view! {
        <details class="fold is-plain" id=format!("{id}-fold") open=ask.is_open()>
            <summary id=format!("{id}-toggle")>{summary}<span class="visually-hidden">{format!(": {whose}")}</span></summary>
            <form class="form" id=id.clone() method="post" action="/alerts/act">
                {ask.mark()}
                {ask.hidden("key", alert.key)}
                {ask.person()}
                {ask.area(Field::new("text", "Note, comment or reason").hint("Needed for a comment and for a silence."))}
                {ask.token()}
                <p class="actions">
                    {take}
                    <button class="button" type="submit" name="do" value="comment">"Comment"</button>
                </p>
                <fieldset class="silence-choice">
                    <legend>"Or send no notifications for a while"</legend>
                    {ask.select(Field::new("length", "For"), LENGTHS.iter().map(same).collect())}
                    {ask.select(Field::new("scope", "About"), scopes)}
                    <p><button class="button" type="submit" name="do" value="silence">"Silence"</button></p>
                </fieldset>
            </form>
        </details>
    }
    .into_any()
}
