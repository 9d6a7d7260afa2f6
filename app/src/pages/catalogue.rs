//! The catalogue: phases, audiences, versions with what each changed, and the way to another one.

mod versions;

use leptos::either::Either;
use leptos::prelude::*;
use service::view::Frame;
use service::view::catalogue_page::{CataloguePage, PhaseRow};

use self::versions::Versions;
use crate::components::{Ask, Field, Outcome};
use crate::forms::Forms;
use crate::links::encoded;
use crate::words::counted;

#[component]
pub fn CatalogueContent(page: CataloguePage, frame: Frame, forms: Forms) -> impl IntoView {
    let as_of = if frame.as_of.is_empty() { String::new() } else { format!("?as_of={}", encoded(&frame.as_of)) };
    let export = format!("/api/v1/catalogue{as_of}");
    let apply = (!frame.is_as_of && page.can_apply).then(|| {
        let ask = Ask::new("apply", &forms, frame.needs_token);
        view! { <Apply latest_number=page.latest_number ask=ask/> }
    });
    view! {
        <div class="page-head with-action">
            <div>
                <h1>"Catalogue"</h1>
                <p class="lead">{format!("{}: {}. {}", page.name, counted(page.kpi_count, "KPI"), page.changed_by)}</p>
            </div>
            <a class="button" href=export download="catalogue.toml">"Export"</a>
        </div>
        <Outcome forms=forms/>
        <Refusal errors=page.refusal/>
        <Phases phases=page.phases/>
        <Audiences audiences=page.audiences/>
        <Versions versions=page.versions/>
        {apply}
    }
    .into_any()
}

/// Why the catalogue's file was refused; an empty place where it was not.
#[component]
fn Refusal(errors: Vec<String>) -> impl IntoView {
    let items: Vec<_> = errors.into_iter().map(|error| view! { <li>{error}</li> }).collect();
    let notice = (!items.is_empty()).then(|| {
        view! {
            <section class="notice notice-bad" aria-labelledby="refusal-title">
                <h2 id="refusal-title">"The file was refused, the running catalogue stays"</h2>
                <ul>{items}</ul>
            </section>
        }
    });
    view! { <div id="refusal" data-live>{notice}</div> }.into_any()
}

#[component]
fn Phases(phases: Vec<PhaseRow>) -> impl IntoView {
    let rows: Vec<_> = phases
        .into_iter()
        .map(|phase| {
            let now = phase.current.then(|| view! { <span class="badge">"now"</span> });
            view! {
                <tr class=if phase.current { "is-current" } else { "" }>
                    <th scope="row">{phase.name}{now}</th>
                    <td>{phase.dates}</td>
                    <td class="end">{phase.share}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card flush section" id="phases" aria-labelledby="phases-title" data-live>
            <h2 id="phases-title">"Phases"</h2>
            <div class="table-scroll" role="region" aria-labelledby="phases-caption" tabindex="0">
                <table class="table">
                    <caption class="visually-hidden" id="phases-caption">"Phases with their dates and gates"</caption>
                    <thead><tr><th scope="col">"Phase"</th><th scope="col">"Dates"</th><th class="end" scope="col">"Must be met"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Audiences(audiences: Vec<(String, String)>) -> impl IntoView {
    if audiences.is_empty() {
        return Either::Left(());
    }
    let rows: Vec<_> =
        audiences.into_iter().map(|(name, count)| view! { <div><dt>{name}</dt><dd>{count}</dd></div> }).collect();
    Either::Right(view! {
        <section class="card section" aria-labelledby="audiences-title">
            <h2 id="audiences-title">"Who reads which KPIs"</h2>
            <dl class="facts">{rows}</dl>
        </section>
    })
}

#[component]
fn Apply(latest_number: i64, ask: Ask) -> impl IntoView {
    let id = ask.id();
    view! {
        <section class="card section" id="change" aria-labelledby="change-title">
            <h2 id="change-title">"Another catalogue"</h2>
            <p class="muted">"A file with an error is refused as a whole, every error is listed by its line, and the running catalogue stays. History stays with every KPI whose measurement keeps its name."</p>
            <form class="form" id=id.clone() method="post" action="/catalogue" enctype="multipart/form-data">
                {ask.mark()}
                {ask.hidden("seen", latest_number.to_string())}
                {ask.token()}
                <div class="field">
                    <label for=format!("{id}-file")>"File"<span class="must">" (needed)"</span></label>
                    <input id=format!("{id}-file") type="file" name="file" accept=".toml,application/toml,text/plain" required/>
                </div>
                {ask.area(Field::new("reason", "Reason"))}
                {ask.person()}
                <p><button class="button is-primary" type="submit">"Apply"</button></p>
            </form>
        </section>
    }
    .into_any()
}
