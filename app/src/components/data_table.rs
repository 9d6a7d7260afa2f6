//! A plain table of texts in a region that scrolls by itself.

use leptos::prelude::*;

/// A table; the first cell of each row is its head.
#[component]
pub fn DataTable(
    /// What the table is.
    caption: String,
    /// The heads of the columns.
    columns: Vec<String>,
    /// The rows, each as long as `columns`.
    rows: Vec<Vec<String>>,
    /// The id of the caption, unique in the page.
    id: String,
) -> impl IntoView {
    let heads: Vec<_> = columns.into_iter().map(|column| view! { <th scope="col">{column}</th> }).collect();
    let body: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let mut cells = row.into_iter();
            let first = cells.next().map(|cell| view! { <th scope="row">{cell}</th> });
            let rest: Vec<_> = cells.map(|cell| view! { <td>{cell}</td> }).collect();
            view! { <tr>{first}{rest}</tr> }
        })
        .collect();
    let caption_id = id.clone();
    view! {
        <div class="table-scroll" role="region" aria-labelledby=caption_id tabindex="0">
            <table class="table">
                <caption id=id>{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}
