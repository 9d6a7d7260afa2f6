//! The sources: how much of the catalogue has real data, who sends it, and how to send more.

mod connect;
mod contract;
mod missing;
mod pulls;
mod senders;
mod soundness;

use leptos::either::Either;
use leptos::prelude::*;
use service::view::Frame;
use service::view::sources::{OwnMeasure, SourcesPage};

use self::connect::Connect;
use self::contract::Contract;
use self::missing::Missing;
use self::pulls::Pulls;
use self::senders::Senders;
use self::soundness::Soundness;
use crate::links::Links;
use crate::words::{counted, have};

#[component]
pub fn SourcesContent(page: SourcesPage, frame: Frame, links: Links) -> impl IntoView {
    let needs_token = frame.needs_token;
    // What is received, refused and pulled is known of now alone; beside numbers of the past it would pass for theirs.
    let (now, end) = if frame.is_as_of {
        let notice = view! {
            <p class="notice">"Which KPIs had data is told of the shown instant. Who sends now, what is refused and how the server is doing is shown at the present instant."</p>
        };
        (Either::Left(notice), None)
    } else {
        let now = view! {
            <Failing sources=page.failing/>
            <Senders sources=page.sources dead=page.dead/>
            <Pulls pulls=page.pulls/>
            <Connect snippets=page.snippets/>
        };
        let end = view! {
            <Soundness view=page.soundness needs_token=needs_token/>
            <Own measures=page.own store=page.store/>
        };
        (Either::Right(now), Some(end))
    };
    view! {
        <div class="page-head">
            <h1>"Sources"</h1>
            <p class="lead">{format!("{} of {} {} data.", page.with_data, counted(page.total, "KPI"), have(page.total))}</p>
        </div>
        <Coverage coverage=page.coverage links=links.clone()/>
        {now}
        <Contract rows=page.contract sentence=page.contract_sentence traps=page.traps links=links.clone()/>
        <Missing groups=page.missing links=links/>
        {end}
    }
    .into_any()
}

#[component]
fn Coverage(coverage: Vec<(String, String, usize, usize)>, links: Links) -> impl IntoView {
    let items: Vec<_> = coverage
        .into_iter()
        .map(|(id, name, with_data, total)| {
            let label = format!("{name}: {with_data} of {} {} data", counted(total, "KPI"), have(total));
            view! {
                <li class="coverage-row">
                    <a id=format!("coverage-{id}") href=links.track(&id)>{name}</a>
                    <progress max=total.max(1).to_string() value=with_data.to_string() aria-label=label></progress>
                    <span class="number">{format!("{with_data} of {total}")}</span>
                </li>
            }
        })
        .collect();
    view! {
        <section class="card section" id="coverage" aria-labelledby="coverage-title" data-live>
            <h2 id="coverage-title">"Coverage by track"</h2>
            <ul class="plain coverage">{items}</ul>
        </section>
    }
    .into_any()
}

/// Sources whose latest deliveries were refused; an empty place where there are none.
#[component]
fn Failing(sources: Vec<[String; 4]>) -> impl IntoView {
    let items: Vec<_> = sources
        .into_iter()
        .map(|[name, times, since, reason]| {
            view! { <li><span class="strong">{name}</span>{format!(": {reason}")}<span class="below">{format!("{times}, since {since}")}</span></li> }
        })
        .collect();
    let notice = (!items.is_empty()).then(|| {
        view! {
            <section class="notice notice-bad" aria-labelledby="failing-title">
                <h2 id="failing-title"><span class="sign" aria-hidden="true">"▲"</span><span>"Refused of late"</span></h2>
                <ul>{items}</ul>
            </section>
        }
    });
    view! { <div id="failing" data-live>{notice}</div> }.into_any()
}

#[component]
fn Own(measures: Vec<OwnMeasure>, store: String) -> impl IntoView {
    let items: Vec<_> = measures
        .into_iter()
        .map(|measure| {
            view! {
                <div><dt>{measure.name}</dt><dd><span class="value">{measure.value}</span><span class="below">{measure.detail}</span></dd></div>
            }
        })
        .collect();
    view! {
        <section class="card section" id="own" aria-labelledby="own-title" data-live>
            <h2 id="own-title">"This dashboard's own service"</h2>
            <p class="muted">"How this server is doing. These are never the platform's numbers."</p>
            <dl class="facts">{items}<div><dt>"Database"</dt><dd>{store}</dd></div></dl>
        </section>
    }
    .into_any()
}
