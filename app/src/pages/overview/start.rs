//! What to do first while most of the catalogue has no data.

use leptos::prelude::*;

use crate::links::Links;

/// The ways to bring data in, the quickest first.
#[component]
pub fn Start(
    /// How many KPIs have a value.
    with_data: usize,
    /// How many KPIs there are.
    total: usize,
    /// Makes the addresses.
    links: Links,
) -> impl IntoView {
    let sentence = format!(
        "{with_data} of {total} KPIs have a value so far. Each of these brings more in, and every page follows at once."
    );
    let steps = [
        (
            "/benchmarks",
            "Run the benchmark",
            "A minute on this machine gives the first values of the embedded engine's reference model.",
        ),
        ("/check-in", "Enter a value", "For what only a person knows: with a note, a name and a link to evidence."),
        (
            "/sources#import",
            "Import a CSV file",
            "One line for each observation; a preview shows what would be recorded.",
        ),
        (
            "/sources#push",
            "Push from a shell or CI",
            "One command or one HTTP request; test results, coverage and audits are understood as they are.",
        ),
    ];
    let items: Vec<_> = steps
        .into_iter()
        .map(|(path, title, text)| {
            let href = match path.split_once('#') {
                Some((page, place)) => format!("{}#{place}", links.to(page)),
                None => links.to(path),
            };
            view! {
                <li class="card step">
                    <h3><a href=href>{title}</a></h3>
                    <p>{text}</p>
                </li>
            }
        })
        .collect();
    view! {
        <section class="section start" aria-labelledby="start-title">
            <h2 id="start-title">"Connect what is next"</h2>
            <p class="muted">{sentence}</p>
            <ol class="plain steps">{items}</ol>
        </section>
    }
    .into_any()
}
