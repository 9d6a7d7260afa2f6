//! KPIs as rows; on a narrow place every row becomes a card.

use leptos::either::Either;
use leptos::prelude::*;
use service::view::KpiRow;

use super::{PaceWord, StatusMark};
use crate::links::Links;

/// A table of KPIs.
#[component]
pub fn KpiTable(
    /// What the rows have in common.
    caption: String,
    /// Whether the caption is for assistive technology alone, because a heading above says the same.
    #[prop(optional)]
    quiet_caption: bool,
    /// The rows, already in order.
    rows: Vec<KpiRow>,
    /// Makes the addresses.
    links: Links,
    /// Names each KPI's table of the framework below its name.
    #[prop(optional)]
    with_group: bool,
) -> impl IntoView {
    let body: Vec<_> =
        rows.into_iter().map(|row| view! { <Row row=row links=links.clone() with_group=with_group/> }).collect();
    view! {
        <table class="table kpi-table">
            <caption class=if quiet_caption { "visually-hidden" } else { "" }>{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">"KPI"</th>
                    <th scope="col">"Status"</th>
                    <th class="end" scope="col">"Value"</th>
                    <th scope="col">"Target"</th>
                    <th scope="col">"Trend"</th>
                </tr>
            </thead>
            <tbody>{body}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Row(row: KpiRow, links: Links, with_group: bool) -> impl IntoView {
    let group = with_group.then(|| view! { <span class="below">{row.group.clone()}</span> });
    let connect = (row.value.is_none() && !row.connect.is_empty())
        .then(|| view! { <span class="below connect">{format!("Connect: {}", row.connect)}</span> });
    let attainment =
        row.attainment.clone().map(|share| view! { <span class="below">{format!("{share} of target")}</span> });
    let since = row.since.clone().map(|since| view! { <span class="below">{format!("since {since}")}</span> });
    let class = if row.value.is_some() { "kpi-row" } else { "kpi-row is-empty" };
    let target_class = if row.target.is_some() { "target-text" } else { "target-text is-none" };
    let target = row.target.clone().unwrap_or_else(|| "No target in this phase".to_owned());
    view! {
        <tr class=class>
            <th scope="row" class="cell-name">
                <a href=links.kpi(&row.id)>{row.name.clone()}</a>
                {group}
                {connect}
            </th>
            <td class="cell-status"><StatusMark status=row.status.clone()/>{attainment}<PaceWord pace=row.pace/>{since}</td>
            <td class="cell-value end"><ValueCell row=row.clone()/></td>
            <td class="cell-target">
                <span class=target_class>{target}</span>
                <span class="bullet-holder" inner_html=row.bullet_svg.clone()></span>
                <span class="visually-hidden">{row.bullet_text.clone()}</span>
            </td>
            <td class="cell-trend"><Trend row=row/></td>
        </tr>
    }
    .into_any()
}

/// The value with what a reader must know of it.
#[component]
pub fn ValueCell(
    /// The KPI.
    row: KpiRow,
) -> impl IntoView {
    match row.value {
        Some(value) => {
            let detail =
                (!row.value_detail.is_empty()).then(|| view! { <span class="below">{row.value_detail.clone()}</span> });
            let mark = row.marked_origin.map(|origin| view! { <span class="origin-mark">{origin}</span> });
            Either::Left(view! { <span class="value">{value}</span>{detail}{mark} })
        }
        None => Either::Right(view! { <span class="no-value">"No value"</span> }),
    }
}

/// The small history and the change.
#[component]
fn Trend(row: KpiRow) -> impl IntoView {
    let line = (!row.sparkline_svg.is_empty())
        .then(|| view! { <span class="sparkline-holder" inner_html=row.sparkline_svg.clone()></span> });
    let change = (!row.change.is_empty()).then(|| {
        view! {
            <span class="change">
                <span class="visually-hidden">"Change: "</span>
                <span>{row.change.clone()}</span>
            </span>
        }
    });
    view! { {line}{change} }
}
