//! The benchmarks: runs of the embedded engine, the latest in full.

mod run;

use leptos::either::Either;
use leptos::prelude::*;
use service::view::Frame;
use service::view::benchmarks::{BenchmarksPage, RunSummary};

use self::run::Run;
use crate::components::TokenField;
use crate::islands::BenchmarkProgress;
use crate::links::Links;

#[component]
pub fn BenchmarksContent(page: BenchmarksPage, frame: Frame, links: Links) -> impl IntoView {
    let shown = page.shown.as_ref().map(|run| run.summary.id.clone());
    let run = match page.shown {
        Some(run) => Either::Left(view! { <Run run=run links=links.clone()/> }),
        None => Either::Right(view! {
            <p class="empty card">"No run has finished yet. Start one: it takes a few minutes and shows what this machine does."</p>
        }),
    };
    // A past instant is for reading: a run would belong to another.
    let control = (!frame.is_as_of).then(|| view! { <Control running=page.running needs_token=frame.needs_token/> });
    view! {
        <div class="page-head with-action">
            <div>
                <h1>"Benchmarks"</h1>
                <p class="lead">{page.notice}</p>
            </div>
            {control}
        </div>
        <BenchmarkProgress/>
        {run}
        <Runs runs=page.runs shown=shown links=links/>
    }
    .into_any()
}

#[component]
fn Control(running: Option<RunSummary>, needs_token: bool) -> impl IntoView {
    let form = match running {
        Some(run) => Either::Left(view! {
            <form class="run-control" id="benchmark-cancel" method="post" action="/benchmarks/cancel">
                <p class="below">{format!("Running since {}", run.started_text)}</p>
                <TokenField needed=needs_token id="benchmark-token"/>
                <button class="button" id="benchmark-cancel-button" type="submit">"Cancel the run"</button>
            </form>
        }),
        None => Either::Right(view! {
            <form class="run-control" id="benchmark-start" method="post" action="/benchmarks/start">
                <TokenField needed=needs_token id="benchmark-token"/>
                <button class="button is-primary" id="benchmark-start-button" type="submit">"Run the benchmark"</button>
            </form>
        }),
    };
    view! { <div id="run-control" data-live>{form}</div> }.into_any()
}

#[component]
fn Runs(runs: Vec<RunSummary>, shown: Option<String>, links: Links) -> impl IntoView {
    let rows: Vec<_> = runs
        .into_iter()
        .map(|run| {
            let is_shown = shown.as_ref() == Some(&run.id);
            let href = links.to(&format!("/benchmarks?run={}", run.id));
            view! {
                <tr class=if is_shown { "is-current" } else { "" }>
                    <th scope="row"><a id=format!("run-{}", run.id) href=href aria-current=is_shown.then_some("true")>{run.started_text}</a></th>
                    <td><span class=format!("badge run-{}", run.state)>{run.state_words}</span></td>
                    <td>{run.message}</td>
                </tr>
            }
        })
        .collect();
    let table = (!rows.is_empty()).then(|| {
        view! {
            <div class="card flush">
                <div class="table-scroll" role="region" aria-labelledby="runs-caption" tabindex="0">
                    <table class="table">
                        <caption class="visually-hidden" id="runs-caption">"Runs, the newest first"</caption>
                        <thead><tr><th scope="col">"Started"</th><th scope="col">"State"</th><th scope="col">"Result"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </div>
        }
    });
    let none = table.is_none().then(|| view! { <p class="empty card">"No run yet."</p> });
    view! {
        <section class="section" id="runs" aria-labelledby="runs-title" data-live>
            <h2 id="runs-title">"Runs"</h2>
            {table}
            {none}
        </section>
    }
    .into_any()
}
