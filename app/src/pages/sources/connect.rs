//! The ways to send data: a request, a command, a CSV file.

use leptos::prelude::*;

/// Snippets to copy, and the form of the CSV import.
#[component]
pub fn Connect(
    /// The address to push to.
    address: String,
) -> impl IntoView {
    let request = format!(
        "curl '{address}/api/v1/observations?source=ci' \\\n  -H 'content-type: application/json' \\\n  -d '{{\"kpi\": \"pipeline-build-time\", \"value\": 7, \"unit\": \"min\"}}'"
    );
    let command = format!("inferno-kpi push --url {address} pipeline-build-time=7min --junit results.xml");
    view! {
        <section class="section" aria-labelledby="push">
            <h2 id="push">"Send data"</h2>
            <div class="columns">
                <div class="card">
                    <h3>"With a request"</h3>
                    <pre class="snippet"><code>{request}</code></pre>
                    <p class="below"><a href="/api/v1/openapi.json">"Every field of the API"</a></p>
                </div>
                <div class="card">
                    <h3>"From a shell or CI"</h3>
                    <pre class="snippet"><code>{command}</code></pre>
                    <p class="below">"Test results, coverage and audits are read as the tools write them."</p>
                </div>
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
            <form class="form" method="post" action="/sources/import" enctype="multipart/form-data">
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
