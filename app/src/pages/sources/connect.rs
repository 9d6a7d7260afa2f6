//! The ways to connect a system: what to copy for each, and the import of a file.

use leptos::prelude::*;
use service::view::snippets::Snippet;

use crate::components::{EarlyToken, Snippets};

/// Snippets to copy, and the form of the CSV import.
#[component]
pub fn Connect(
    /// What to copy, by system.
    snippets: Vec<Snippet>,
) -> impl IntoView {
    view! {
        <section class="section" aria-labelledby="push">
            <h2 id="push">"Connect a system"</h2>
            <div class="card section">
                <Snippets snippets=snippets prefix="connect"/>
                <p class="below">"Every field of the API: "<a href="/api/v1/openapi.json">"openapi.json"</a>"."</p>
            </div>
            <Import/>
        </section>
    }
    .into_any()
}

#[component]
fn Import() -> impl IntoView {
    let example = "kpi,value,unit,time,note\npipeline-build-time,7,min,2026-11-23T14:30:00Z,release build";
    view! {
        <div class="card is-stack" id="import">
            <h3>"Import a CSV file"</h3>
            <p class="below">"The first line names the columns: kpi and value, and any of unit, time, note, evidence, person, external_id. You see every row before anything is recorded."</p>
            <p class="below">"Other columns, or a workbook? "<a href="/sources/import">"Import a table of a CRM or a spreadsheet"</a></p>
            <form class="form" method="post" action="/sources/import" enctype="multipart/form-data">
                <EarlyToken id="import-early-token"/>
                <div class="field">
                    <label for="import-file">"File"</label>
                    <input id="import-file" type="file" name="file" accept=".csv,text/csv"/>
                </div>
                <div class="field">
                    <label for="import-csv">"Or its text"</label>
                    <textarea id="import-csv" name="csv" rows="4" spellcheck="false" autocomplete="off" placeholder=example></textarea>
                </div>
                <p><button class="button is-primary" type="submit" name="action" value="preview">"Preview"</button></p>
            </form>
        </div>
    }
    .into_any()
}
