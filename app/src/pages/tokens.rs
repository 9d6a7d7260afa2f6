//! Tokens: who may send, read and decide; how one is made, renewed and revoked.

use leptos::prelude::*;
use service::view::Frame;
use service::view::tokens::{MadeSecret, TokenRow, TokensPage};

use crate::components::{Ask, Field, Outcome, Snippets};
use crate::forms::Forms;
use crate::links::Links;
use crate::words::counted;

/// For how long the secret before goes on: minutes and words.
const OVERLAPS: [(&str, &str); 4] =
    [("1440", "a day"), ("60", "an hour"), ("10080", "a week"), ("0", "not at all: it has leaked")];

#[component]
pub fn TokensContent(page: TokensPage, frame: Frame, forms: Forms, links: Links) -> impl IntoView {
    let count = page.holding.len();
    let lead = match (page.is_list_hidden, count) {
        (true, _) => "Which tokens there are is for whoever may do everything.".to_owned(),
        (false, 0) => "No token holds.".to_owned(),
        (false, count) => format!("{} in force.", counted(count, "token")),
    };
    let list = page.is_list_hidden.then(|| {
        view! {
            <p><a class="button" id="show-list" href=links.to("/sources/tokens?list=1")>"Show the list"</a></p>
            <p class="muted">"The browser asks for a token with the scope admin, as the password; the name may be any."</p>
        }
    });
    let wrong = page
        .wrong_tokens
        .clone()
        .map(|text| view! { <p class="notice notice-bad" id="wrong-tokens" role="status">{text}</p> });
    let row = |row: TokenRow| view! { <Row row=row forms=forms.clone() needs_token=frame.needs_token/> };
    let holding: Vec<_> = page.holding.into_iter().map(row).collect();
    let ended: Vec<_> = page.ended.into_iter().map(row).collect();
    let ended = (!ended.is_empty()).then(|| {
        view! {
            <details class="fold" id="ended-fold">
                <summary id="ended-toggle">{format!("{} not in force any more", counted(ended.len(), "token"))}</summary>
                <ul class="plain alert-list">{ended}</ul>
            </details>
        }
    });
    let ask = Ask::new("create", &forms, frame.needs_token);
    view! {
        <div class="page-head">
            <nav class="trail" aria-label="Breadcrumb"><ol class="plain"><li><a href=links.to("/sources")>"Sources"</a></li></ol></nav>
            <h1>"Tokens"</h1>
            <p class="lead">{lead}</p>
            <p class="muted">{page.who_needs_one}</p>
            {list}
        </div>
        {wrong}
        <Outcome forms=forms.clone()/>
        {page.made.map(|made| view! { <Made made=made/> })}
        <section class="section" id="tokens" aria-label="Tokens" data-live>
            <ul class="plain alert-list">{holding}</ul>
            {ended}
        </section>
        <Create ask=ask sources=page.sources/>
    }
    .into_any()
}

/// A secret that is shown this once, with what to copy to use it.
#[component]
fn Made(made: MadeSecret) -> impl IntoView {
    view! {
        <section class="notice notice-good" id="made" aria-labelledby="made-title">
            <h2 id="made-title">{format!("The secret of {}", made.name)}</h2>
            <p>"Copy it now. It is shown this once; only its hash is kept."</p>
            <pre class="snippet" tabindex="0" role="region" aria-label="The secret"><code id="made-secret">{made.secret}</code></pre>
            <Snippets snippets=made.snippets prefix="made"/>
        </section>
    }
    .into_any()
}

#[component]
fn Row(row: TokenRow, forms: Forms, needs_token: bool) -> impl IntoView {
    let holds = row.state == "holds";
    let badge = if holds { "badge badge-good" } else { "badge" };
    let history: Vec<_> = row.history.iter().map(|sentence| format!("{sentence} ")).collect();
    let actions = holds.then(|| {
        let renew = Ask::new(format!("renew-{}", row.id), &forms, needs_token);
        let revoke = Ask::new(format!("revoke-{}", row.id), &forms, needs_token);
        view! {
            <Action ask=renew row=row.clone() what="renew" words="Renew"/>
            <Action ask=revoke row=row.clone() what="revoke" words="Revoke"/>
        }
    });
    view! {
        <li class="card alert" id=format!("token-{}", row.id)>
            <p><span class=badge>{row.state}</span>" "<span class="strong">{row.name.clone()}</span>{format!(" – {}", row.allows)}</p>
            <p>{row.used.clone()}</p>
            <p class="below">{row.limits.clone()}" "{history}</p>
            {actions}
        </li>
    }
    .into_any()
}

/// The form that renews or revokes a token.
#[component]
fn Action(ask: Ask, row: TokenRow, what: &'static str, words: &'static str) -> impl IntoView {
    let id = ask.id();
    let fields = if what == "renew" {
        let overlaps = OVERLAPS.map(|(minutes, words)| (minutes.to_owned(), words.to_owned())).to_vec();
        ask.select(Field::new("overlap_minutes", "The secret of now goes on for"), overlaps)
    } else {
        ask.area(Field::new("reason", "Reason").needed())
    };
    view! {
        <details class="fold is-plain" id=format!("{id}-fold") open=ask.is_open()>
            <summary id=format!("{id}-toggle")>{words}<span class="visually-hidden">{format!(": {}", row.name)}</span></summary>
            <form class="form" id=id.clone() method="post" action="/sources/tokens">
                {ask.mark()}
                {ask.hidden("do", what.to_owned())}
                {ask.hidden("id", row.id.clone())}
                {fields}
                {ask.person()}
                {ask.token()}
                <p><button class="button" type="submit">{words}<span class="visually-hidden">{format!(": {}", row.name)}</span></button></p>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn Create(ask: Ask, sources: Vec<String>) -> impl IntoView {
    let scopes = [
        ("ingest", "Send, as one source"),
        ("ingest,read", "Send, as one source, and read"),
        ("read", "Read"),
        ("read,payloads", "Read, also the payloads that senders sent"),
        ("metrics", "Read this server's /metrics"),
        ("admin", "Everything"),
    ];
    let scopes = scopes.map(|(value, words)| (value.to_owned(), words.to_owned())).to_vec();
    let known = (!sources.is_empty()).then(|| format!(" Sources there are: {}.", sources.join(", ")));
    let source_hint =
        format!("Everything that is sent with the token comes under this name.{}", known.unwrap_or_default());
    let is_open = ask.is_open();
    view! {
        <details class="card fold" id="create-fold" open=is_open>
            <summary id="create-toggle">"Make a token"</summary>
            <form class="form fold-body" id=ask.id() method="post" action="/sources/tokens">
                {ask.mark()}
                {ask.hidden("do", "create".to_owned())}
                <div class="field-pair">
                    {ask.input(Field::new("name", "Name").needed().hint("What you call it, such as CI of the platform."))}
                    {ask.select(Field::new("scopes", "It may"), scopes)}
                    {ask.input(Field::new("source", "Source").hint(source_hint))}
                    {ask.input(Field::new("expires", "Until").kind("date").hint("The end of this day; empty for no end."))}
                    {ask.input(Field::new("requests_per_minute", "Requests a minute").hint("6000 where nothing is written. More are answered with 429."))}
                    {ask.input(Field::new("body_kib", "KiB of a request").hint("8192 where nothing is written. More are answered with 413."))}
                </div>
                {ask.person()}
                {ask.token()}
                <p><button class="button is-primary" type="submit">"Make the token"</button></p>
            </form>
        </details>
    }
    .into_any()
}
