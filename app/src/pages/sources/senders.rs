//! Who sends data: how much, how late, and what of it was refused.

use leptos::either::Either;
use leptos::prelude::*;
use service::view::sources::SourceRow;

use crate::links::encoded;
use crate::words::counted;

/// The sources, and how many of their payloads wait to be read again.
#[component]
pub fn Senders(
    /// The sources.
    sources: Vec<SourceRow>,
    /// How many payloads wait.
    dead: i64,
) -> impl IntoView {
    let waiting = usize::try_from(dead).unwrap_or_default();
    let letters = if waiting == 0 {
        Either::Left(view! { <p class="muted">"Everything that arrived was taken: no dead letters wait."</p> })
    } else {
        Either::Right(view! {
            <p>
                <a href="/sources/dead-letters" id="dead-letters-link">{counted(waiting, "dead letter")}</a>
                " to look at: payloads of which something was refused. They can be read again after a fix."
            </p>
        })
    };
    let body = if sources.is_empty() {
        Either::Left(view! { <p class="empty">"Nobody has sent anything yet. The next section shows how."</p> })
    } else {
        Either::Right(view! { <Table sources=sources/> })
    };
    view! {
        <section class="card section" id="senders" aria-labelledby="senders-title" data-live>
            <h2 id="senders-title">"Who sends data"</h2>
            {letters}
            {body}
            <p class="below">
                <a href="/series">"Every series of samples"</a>" · "
                <a href="/sources/tokens" id="tokens-link">"Tokens"</a>": who may send, read and decide"
            </p>
        </section>
    }
    .into_any()
}

#[component]
fn Table(sources: Vec<SourceRow>) -> impl IntoView {
    let rows: Vec<_> = sources
        .into_iter()
        .map(|source| {
            let dead = (source.dead > 0).then(|| {
                let href = format!("/sources/dead-letters?source={}", encoded(&source.name));
                let words = counted(usize::try_from(source.dead).unwrap_or_default(), "dead letter");
                view! { <a class="below" href=href>{words}<span class="visually-hidden">{format!(" of {}", source.name)}</span></a> }
            });
            let refusal =
                (!source.last_refusal.is_empty()).then(|| view! { <span class="below">{source.last_refusal.clone()}</span> });
            view! {
                <tr>
                    <th scope="row">{source.name.clone()}</th>
                    <td>{source.last_received}</td>
                    <td class="end number">{source.rate}</td>
                    <td class="end number">{source.lag}</td>
                    <td class="end number">{source.rows}</td>
                    <td class="end"><span class="number">{source.refused}</span>{dead}{refusal}</td>
                    <td class="end number">{source.payloads}</td>
                    <td class="end number">{source.bytes}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <div class="table-scroll" role="region" aria-labelledby="senders-caption" tabindex="0">
            <table class="table is-broad">
                <caption class="visually-hidden" id="senders-caption">"Sources by name"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Source"</th>
                        <th scope="col">"Last received"</th>
                        <th class="end" scope="col">"Last hour"</th>
                        <th class="end" scope="col">"Lag"</th>
                        <th class="end" scope="col">"Rows kept"</th>
                        <th class="end" scope="col">"Refused"</th>
                        <th class="end" scope="col">"Payloads"</th>
                        <th class="end" scope="col">"Bytes"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
