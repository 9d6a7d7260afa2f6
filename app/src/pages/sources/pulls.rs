//! What the server fetches by itself, and how that goes.

use leptos::prelude::*;
use service::view::sources::PullRow;

/// The pulled sources; nothing where none is configured.
#[component]
pub fn Pulls(
    /// The pulled sources.
    pulls: Vec<PullRow>,
) -> impl IntoView {
    if pulls.is_empty() {
        return view! { <div id="pulls" data-live></div> }.into_any();
    }
    let rows: Vec<_> = pulls
        .into_iter()
        .map(|pull| {
            let (class, word) = match pull.is_well {
                Some(true) => ("badge badge-good", "well"),
                Some(false) => ("badge badge-bad", "failing"),
                None => ("badge", "not tried yet"),
            };
            let error = (!pull.last_error.is_empty()).then(|| view! { <span class="below">{pull.last_error}</span> });
            view! {
                <tr>
                    <th scope="row">{pull.name}</th>
                    <td class="break-anywhere">{pull.what}</td>
                    <td>{pull.every}</td>
                    <td><span class=class>{word}</span>{error}</td>
                    <td>{pull.last_success}</td>
                    <td>{pull.next}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card section" id="pulls" aria-labelledby="pulls-title" data-live>
            <h2 id="pulls-title">"What this server fetches"</h2>
            <div class="table-scroll" role="region" aria-labelledby="pulls-caption" tabindex="0">
                <table class="table is-broad">
                    <caption class="visually-hidden" id="pulls-caption">"Sources that are asked on a schedule"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Name"</th>
                            <th scope="col">"Asked"</th>
                            <th scope="col">"How often"</th>
                            <th scope="col">"State"</th>
                            <th scope="col">"Last success"</th>
                            <th scope="col">"Next"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
