//! One of the product's documents.

use leptos::either::{Either, EitherOf3, EitherOf4};
use leptos::prelude::*;

use crate::markdown::{Block, Span};
use crate::model::DocumentPage;

#[component]
pub fn DocumentContent(page: DocumentPage) -> impl IntoView {
    let mut tables = 0;
    let blocks: Vec<_> = page
        .blocks
        .into_iter()
        .map(|block| match block {
            Block::Heading(id, spans) => EitherOf4::A(view! { <h2 id=id>{line(spans)}</h2> }),
            Block::Paragraph(spans) => EitherOf4::B(view! { <p>{line(spans)}</p> }),
            Block::Code(code) => EitherOf4::C(view! { <pre class="snippet"><code>{code}</code></pre> }),
            Block::Table(head, rows) => {
                tables += 1;
                EitherOf4::D(view! { <Table number=tables head=head rows=rows/> })
            }
        })
        .collect();
    view! {
        <div class="page-head"><h1>{page.title}</h1></div>
        <div class="card section prose">{blocks}</div>
    }
    .into_any()
}

#[component]
fn Table(number: usize, head: Vec<Vec<Span>>, rows: Vec<Vec<Vec<Span>>>) -> impl IntoView {
    let heads: Vec<_> = head.into_iter().map(|cell| view! { <th scope="col">{line(cell)}</th> }).collect();
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let cells: Vec<_> = row
                .into_iter()
                .enumerate()
                .map(|(place, cell)| match place {
                    0 => Either::Left(view! { <th scope="row">{line(cell)}</th> }),
                    _ => Either::Right(view! { <td>{line(cell)}</td> }),
                })
                .collect();
            view! { <tr>{cells}</tr> }
        })
        .collect();
    let id = format!("table-{number}");
    let caption_id = id.clone();
    view! {
        <div class="table-scroll" role="region" aria-labelledby=caption_id tabindex="0">
            <table class="table">
                <caption class="visually-hidden" id=id>{format!("Table {number}")}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn line(spans: Vec<Span>) -> Vec<impl IntoView> {
    spans
        .into_iter()
        .map(|span| match span {
            Span::Text(text) => EitherOf3::A(text),
            Span::Code(code) => EitherOf3::B(view! { <code>{code}</code> }),
            Span::Anchor(id) => EitherOf3::C(view! { <span id=id></span> }),
        })
        .collect()
}
