//! One KPI in full.

mod alerts;
mod baseline;
mod computed;
mod facts;
mod observations;
mod outlook;
mod timeline;

use leptos::prelude::*;
use service::view::kpi_page::{KpiPage, TargetRow};
use service::view::{Frame, KpiRow};

use self::alerts::Alerts;
use self::baseline::Baseline;
use self::computed::Computed;
use self::facts::Facts;
use self::observations::Observations;
use self::outlook::Outlook;
use self::timeline::Timeline;
use crate::components::{Ask, ChartFigure, Outcome, PaceWord, StatusMark, ValueCell};
use crate::forms::Forms;
use crate::links::Links;

#[component]
pub fn KpiContent(page: KpiPage, frame: Frame, forms: Forms, links: Links) -> impl IntoView {
    let id = page.row.id.clone();
    // A past instant is for reading: what is noted or set now would belong to another.
    let ask = |form: &str| (!frame.is_as_of).then(|| Ask::new(form, &forms, frame.needs_token));
    let baseline = page.baseline_form.clone().map(|form| {
        let words = page.baseline.clone().unwrap_or_default();
        view! { <Baseline kpi=id.clone() words=words form=form ask=ask("set-baseline")/> }
    });
    let computed = page.derived.clone().map(|derived| view! { <Computed derived=derived links=links.clone()/> });
    let enter =
        (!frame.is_as_of).then(|| view! { <a class="button" href=format!("/check-in?kpi={id}")>"Enter a value"</a> });
    view! {
        <nav class="trail" aria-label="Breadcrumb">
            <ol class="plain">
                <li><a href=links.to("/")>"Overview"</a></li>
                <li><a href=links.track(&page.row.track)>{page.track_name.clone()}</a></li>
            </ol>
        </nav>
        <div class="page-head with-action">
            <div>
                <h1>{page.row.name.clone()}</h1>
                <p class="lead">{page.description.clone()}</p>
            </div>
            {enter}
        </div>
        <Outcome forms=forms.clone()/>
        <Alerts alerts=page.alerts.clone() links=links.clone()/>
        <div class="kpi-top">
            <Standing row=page.row.clone()/>
            <Targets targets=page.targets.clone()/>
        </div>
        <section class="card section" aria-labelledby="history-title">
            <h2 id="history-title">"History"</h2>
            <ChartFigure chart=page.chart.clone()/>
        </section>
        <div class="columns">
            <Outlook pace=page.pace.clone() forecast=page.forecast.clone() budget=page.budget.clone() corrections=page.corrections.clone()/>
            <Timeline kpi=id.clone() rows=page.timeline.clone() ask=ask("note")/>
            {computed}
            {baseline}
        </div>
        <Observations rows=page.observations.clone() count=page.observation_count row=page.row.clone()/>
        <Facts page=page links=links/>
    }
    .into_any()
}

#[component]
fn Standing(row: KpiRow) -> impl IntoView {
    let facts = [
        ("Target", row.target.clone()),
        ("Attainment", row.attainment.clone()),
        ("In this status since", row.since.clone()),
        ("Change", Some(row.change.clone()).filter(|change| !change.is_empty())),
        ("Latest observation", row.observed.clone()),
        ("Origin", Some(row.origin.clone()).filter(|origin| !origin.is_empty())),
    ];
    let facts: Vec<_> = facts
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }))
        .collect();
    view! {
        <section class="card standing" id="standing" aria-labelledby="standing-title" data-live>
            <h2 class="visually-hidden" id="standing-title">"Now"</h2>
            <div class="standing-value"><ValueCell row=row.clone()/><StatusMark status=row.status/><PaceWord pace=row.pace/></div>
            <div class="bullet-holder is-large" inner_html=row.bullet_svg></div>
            <p class="below">{row.bullet_text}</p>
            <dl class="facts">{facts}</dl>
        </section>
    }
    .into_any()
}

#[component]
fn Targets(targets: Vec<TargetRow>) -> impl IntoView {
    let rows: Vec<_> = targets
        .into_iter()
        .map(|target| {
            let now = target.current.then(|| view! { <span class="badge">"counts now"</span> });
            view! {
                <tr class=if target.current { "is-current" } else { "" }>
                    <th scope="row">{target.phase}{now}</th>
                    <td class="end">{target.written}</td>
                    <td><StatusMark status=target.status/></td>
                    <td class="end">{target.attainment.unwrap_or_else(|| "–".to_owned())}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <div class="card flush targets" id="targets" data-live>
          <div class="table-scroll" role="region" aria-labelledby="targets-caption" tabindex="0">
            <table class="table">
                <caption id="targets-caption">"Targets"</caption>
                <thead>
                    <tr><th scope="col">"Phase"</th><th class="end" scope="col">"Target"</th><th scope="col">"Verdict"</th><th class="end" scope="col">"Attained"</th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
          </div>
        </div>
    }
    .into_any()
}
