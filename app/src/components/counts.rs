//! How many KPIs have each status: as a bar in proportion, and as a list in words.

use leptos::prelude::*;
use service::view::StatusView;

/// The parts of a whole as one bar; decoration beside a [`CountList`].
#[component]
pub fn StatusBar(
    /// The parts.
    counts: Vec<(StatusView, usize)>,
) -> impl IntoView {
    let total: usize = counts.iter().map(|(_, count)| count).sum();
    let mut start = 0;
    let parts: Vec<_> = counts
        .into_iter()
        .map(|(status, count)| {
            let from = start;
            start += count;
            view! {
                <rect
                    class=format!("fill-{}", status.name)
                    x=from.to_string()
                    y="0"
                    width=count.to_string()
                    height="1"
                ></rect>
            }
        })
        .collect();
    view! {
        <svg
            class="status-bar"
            viewBox=format!("0 0 {} 1", total.max(1))
            preserveAspectRatio="none"
            aria-hidden="true"
            focusable="false"
        >
            {parts}
        </svg>
    }
    .into_any()
}

/// Every status with its number.
#[component]
pub fn CountList(
    /// The parts.
    counts: Vec<(StatusView, usize)>,
) -> impl IntoView {
    let items: Vec<_> = counts
        .into_iter()
        .map(|(status, count)| {
            view! {
                <li class=format!("count status-{}", status.name)>
                    <span class="sign" aria-hidden="true">{status.sign}</span>
                    <span class="number">{count.to_string()}</span>
                    <span class="count-words">{format!(" {}", status.words.to_lowercase())}</span>
                </li>
            }
        })
        .collect();
    view! { <ul class="plain count-list">{items}</ul> }.into_any()
}
