//! One finished run in full.

use leptos::prelude::*;
use service::view::benchmarks::{RunView, SchemeRow};

use crate::components::ChartFigure;
use crate::links::Links;

/// A run: what it says, the KPIs that it fed, charts, every scheme, and the machine.
#[component]
pub fn Run(
    /// The run.
    run: RunView,
    /// Makes the addresses.
    links: Links,
) -> impl IntoView {
    let fed: Vec<_> = run
        .fed
        .into_iter()
        .map(|(id, name, value)| view! { <div><dt><a href=links.kpi(&id)>{name}</a></dt><dd>{value}</dd></div> })
        .collect();
    let fed = (!fed.is_empty()).then(|| view! { <dl class="numbers">{fed}</dl> });
    let charts: Vec<_> = run
        .charts
        .into_iter()
        .map(|chart| view! { <div class="card"><ChartFigure chart=chart with_title=true/></div> })
        .collect();
    view! {
        <section class="section" aria-labelledby="run-title">
            <div class="section-head" id="run-head" data-live>
                <h2 id="run-title">{format!("Run of {}", run.summary.started_text)}</h2>
                <span class=format!("badge run-{}", run.summary.state)>{run.summary.state_words}</span>
            </div>
            <div class="card" id="run-headline" data-live>
                <p class="headline">{run.headline}</p>
                {fed}
            </div>
            <div class="columns">{charts}</div>
            <Schemes schemes=run.schemes/>
            <div class="columns">
                <Pairs id="machine" title="Machine" pairs=run.machine/>
                <Pairs id="plan" title="Plan" pairs=run.plan/>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Schemes(schemes: Vec<SchemeRow>) -> impl IntoView {
    let rows: Vec<_> = schemes.into_iter().map(|scheme| view! { <Scheme scheme=scheme/> }).collect();
    view! {
        <div class="card flush" id="schemes" data-live>
            <div class="table-scroll" role="region" aria-labelledby="schemes-caption" tabindex="0">
                <table class="table is-broad">
                    <caption id="schemes-caption">"Every scheme: medians, with their intervals"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Scheme"</th>
                            <th class="end" scope="col">"Weights"</th>
                            <th class="end" scope="col">"Generation"</th>
                            <th class="end" scope="col">"Prompt"</th>
                            <th class="end" scope="col">"Memory"</th>
                            <th class="end" scope="col">"Error"</th>
                            <th class="end" scope="col">"Same token"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Scheme(scheme: SchemeRow) -> impl IntoView {
    if let Some(reason) = scheme.unsupported {
        return view! {
            <tr class="is-empty"><th scope="row">{scheme.scheme}</th><td colspan="6">{format!("Did not run: {reason}")}</td></tr>
        }
        .into_any();
    }
    let cells = [scheme.weights, scheme.generation, scheme.prompt, scheme.memory, scheme.error, scheme.agreement];
    let cells: Vec<_> = cells.into_iter().map(|cell| view! { <td class="end number">{cell}</td> }).collect();
    view! { <tr><th scope="row">{scheme.scheme}</th>{cells}</tr> }.into_any()
}

#[component]
fn Pairs(id: &'static str, title: &'static str, pairs: Vec<(String, String)>) -> impl IntoView {
    let pairs: Vec<_> =
        pairs.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect();
    view! {
        <div class="card" id=id data-live>
            <h3>{title}</h3>
            <dl class="facts">{pairs}</dl>
        </div>
    }
    .into_any()
}
