//! Where every value came from: the latest observations with a link to the payload that brought each.

use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;
use service::view::KpiRow;
use service::view::kpi_page::ObservationRow;

use crate::components::PayloadLink;

/// The latest observations, the newest first.
#[component]
pub fn Observations(
    /// The observations.
    rows: Vec<ObservationRow>,
    /// How many there are in all.
    count: usize,
    /// The KPI, for what to connect.
    row: KpiRow,
) -> impl IntoView {
    if rows.is_empty() {
        let connect = if row.connect.is_empty() {
            "Enter a value or push one.".to_owned()
        } else {
            format!("Connect: {}.", row.connect)
        };
        return Either::Left(view! {
            <section class="card section" id="observations" aria-labelledby="observations-title" data-live>
                <h2 id="observations-title">"Observations"</h2>
                <p class="empty">{format!("No observation yet. {connect}")}</p>
            </section>
        });
    }
    let shown = rows.len();
    let caption = if shown < count {
        format!("The latest {shown} of {count}, the newest first")
    } else {
        format!("All {count}, the newest first")
    };
    let body: Vec<_> = rows.into_iter().map(|row| view! { <Observation row=row/> }).collect();
    Either::Right(view! {
        <section class="card flush section" id="observations" aria-labelledby="observations-title" data-live>
            <h2 id="observations-title">"Observations"</h2>
            <div class="table-scroll" role="region" aria-labelledby="observations-caption" tabindex="0">
                <table class="table is-broad">
                    <caption class="below" id="observations-caption">{caption}</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Time"</th>
                            <th class="end" scope="col">"Value"</th>
                            <th scope="col">"Source"</th>
                            <th scope="col">"Note"</th>
                            <th scope="col">"Payload"</th>
                        </tr>
                    </thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
        </section>
    })
}

#[component]
fn Observation(row: ObservationRow) -> impl IntoView {
    let sent = (row.written != row.value && !row.written.is_empty())
        .then(|| view! { <span class="below">{format!("sent as {}", row.written)}</span> });
    let sample = row.sample.map(|sample| view! { <span class="below">{sample}</span> });
    let person = row.person.map(|person| view! { <span class="below">{format!("by {person}")}</span> });
    let evidence = match row.evidence {
        Some(link) if link.starts_with("https://") || link.starts_with("http://") => {
            EitherOf3::A(view! { <a class="below" href=link rel="noopener noreferrer nofollow">"Evidence"</a> })
        }
        Some(text) => EitherOf3::B(view! { <span class="below">{format!("Evidence: {text}")}</span> }),
        None => EitherOf3::C(()),
    };
    let label = format!(" of {}", row.time_text);
    view! {
        <tr>
            <th scope="row">
                <time datetime=row.time>{row.time_text}</time>
                <span class="below">{format!("recorded {}", row.recorded_text)}</span>
            </th>
            <td class="end"><span class="value">{row.value}</span>{sent}{sample}</td>
            <td>{row.source}<span class="below">{row.origin}</span></td>
            <td class="cell-note">{row.note}{person}{evidence}</td>
            <td>
                <PayloadLink id=row.payload_id words="Payload" about=label/>
            </td>
        </tr>
    }
    .into_any()
}
