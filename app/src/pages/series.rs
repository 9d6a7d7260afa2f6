//! The series of samples: the list, and one of them as a chart at any zoom with the payloads that brought its samples.

use leptos::either::Either;
use leptos::prelude::*;
use service::view::sample_series::{SeriesListPage, SeriesPage, ZOOMS};

use crate::components::{ChartFigure, PayloadLink};
use crate::links::{Links, encoded};

#[component]
pub fn SeriesListContent(page: SeriesListPage, links: Links) -> impl IntoView {
    let next = page.next_after.map(|after| {
        let href = format!("/series?contains={}&after={after}", encoded(&page.contains));
        view! { <p><a href=href rel="next">"Further series"</a></p> }
    });
    let list = if page.rows.is_empty() {
        let words = if page.contains.is_empty() {
            "Nobody has sent samples yet.".to_owned()
        } else {
            format!("No series has {} in its name.", page.contains)
        };
        Either::Left(view! { <p class="empty card">{words}</p> })
    } else {
        let rows: Vec<_> = page
            .rows
            .into_iter()
            .map(|row| {
                view! {
                    <tr>
                        <th scope="row"><a href=format!("/series/{}", row.number)>{row.name}</a></th>
                        <td class="break-anywhere">{row.labels}</td>
                        <td>{row.source}</td>
                        <td>{row.first_seen}</td>
                    </tr>
                }
            })
            .collect();
        Either::Right(view! {
            <div class="card flush">
                <div class="table-scroll" role="region" aria-labelledby="series-caption" tabindex="0">
                    <table class="table is-broad">
                        <caption class="visually-hidden" id="series-caption">"Series in the order in which they appeared"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Series"</th>
                                <th scope="col">"Labels"</th>
                                <th scope="col">"First sent by"</th>
                                <th scope="col">"Since"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </div>
        })
    };
    view! {
        <div class="page-head">
            <nav class="trail" aria-label="Breadcrumb"><ol class="plain"><li><a href=links.to("/sources")>"Sources"</a></li></ol></nav>
            <h1>"Series"</h1>
            <p class="lead">"Samples that monitoring systems send, by name and labels."</p>
        </div>
        <form class="form" method="get" action="/series" role="search">
            <div class="field">
                <label for="series-contains">"Part of the name"</label>
                <input id="series-contains" type="search" name="contains" value=page.contains autocomplete="off"/>
            </div>
            <p><button class="button" type="submit">"Show"</button></p>
        </form>
        {list}
        {next}
    }
    .into_any()
}

#[component]
pub fn SeriesContent(page: SeriesPage, links: Links) -> impl IntoView {
    let number = page.row.number;
    let at = |zoom: &str, until: &str| format!("/series/{number}?zoom={zoom}&until={until}");
    let zooms: Vec<_> = ZOOMS
        .into_iter()
        .map(|(name, words, _)| {
            let current = (name == page.zoom).then_some("true");
            view! { <li><a href=at(name, &page.until) aria-current=current>{words}</a></li> }
        })
        .collect();
    let later = page.later.as_deref().map(|until| {
        view! { <li><a href=at(page.zoom, until) rel="next">"Later"</a></li> }
    });
    let facts: Vec<_> =
        page.facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect();
    let facts = if facts.is_empty() {
        Either::Left(view! { <p class="empty">"No samples in this time."</p> })
    } else {
        Either::Right(view! { <dl class="facts">{facts}</dl> })
    };
    let kpis: Vec<_> =
        page.kpis.into_iter().map(|(id, name)| view! { <li><a href=links.kpi(&id)>{name}</a></li> }).collect();
    let kpis = (!kpis.is_empty()).then(|| {
        view! { <p class="below">"KPIs that are computed of it:"</p><ul class="name-list">{kpis}</ul> }
    });
    let labels = if page.row.labels.is_empty() { "without labels".to_owned() } else { page.row.labels };
    view! {
        <div class="page-head">
            <nav class="trail" aria-label="Breadcrumb">
                <ol class="plain"><li><a href=links.to("/sources")>"Sources"</a></li><li><a href="/series">"Series"</a></li></ol>
            </nav>
            <h1 class="break-anywhere">{page.row.name}</h1>
            <p class="lead break-anywhere">{format!("{labels}; first sent by {}, {}", page.row.source, page.row.first_seen)}</p>
        </div>
        <section class="card section" aria-labelledby="shown-title">
            <h2 id="shown-title">{page.shown}</h2>
            <nav aria-label="Time shown">
                <ul class="plain choices">
                    {zooms}
                    <li><a href=at(page.zoom, &page.earlier) rel="prev">"Earlier"</a></li>
                    {later}
                </ul>
            </nav>
            <ChartFigure chart=page.chart/>
            {facts}
            {kpis}
        </section>
        <Samples rows=page.samples/>
    }
    .into_any()
}

/// The latest samples, each with a link to the bytes that brought it.
#[component]
fn Samples(rows: Vec<[String; 5]>) -> impl IntoView {
    if rows.is_empty() {
        return Either::Left(());
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(|[time, value, payload, row, recorded]| {
            view! {
                <tr>
                    <th scope="row">{time.clone()}<span class="below">{format!("recorded {recorded}")}</span></th>
                    <td class="end number">{value}</td>
                    <td>
                        <PayloadLink id=payload.clone() words=format!("Payload {payload}") about=format!(" of {time}")/>
                        {format!(", sample {row}")}
                    </td>
                </tr>
            }
        })
        .collect();
    Either::Right(view! {
        <section class="card flush section" id="samples" aria-labelledby="samples-title">
            <h2 id="samples-title">"Latest samples of this time"</h2>
            <div class="table-scroll" role="region" aria-labelledby="samples-caption" tabindex="0">
                <table class="table">
                    <caption class="visually-hidden" id="samples-caption">"Samples, the newest first, with what brought them"</caption>
                    <thead>
                        <tr><th scope="col">"Time"</th><th class="end" scope="col">"Value"</th><th scope="col">"Came with"</th></tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    })
}
