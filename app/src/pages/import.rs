//! The answer to a CSV import: a preview before, a confirmation after. Tables with columns of their own have a page of their own.

pub mod table;

use leptos::either::EitherOf3;
use leptos::prelude::*;
use service::view::sources::ImportPreview;

use crate::components::{DataTable, TokenField};
use crate::links::Links;
use crate::words::counted;

#[component]
pub fn ImportContent(page: ImportPreview, needs_token: bool, links: Links) -> impl IntoView {
    let body = if let Some(text) = page.recorded {
        EitherOf3::A(view! { <Recorded text=text links=links/> })
    } else if let Some(reason) = page.refusal {
        EitherOf3::B(view! { <Refused reason=reason links=links/> })
    } else {
        EitherOf3::C(view! { <Preview page=page needs_token=needs_token links=links/> })
    };
    view! { {body} }
}

#[component]
fn Recorded(text: String, links: Links) -> impl IntoView {
    view! {
        <div class="page-head"><h1>"Import recorded"</h1></div>
        <p class="notice notice-good" role="status">{text}</p>
        <p class="actions"><a class="button is-primary" href=links.to("/")>"Go to the overview"</a><a class="button" href=links.to("/sources")>"Import more"</a></p>
    }
    .into_any()
}

#[component]
fn Refused(reason: String, links: Links) -> impl IntoView {
    view! {
        <div class="page-head"><h1>"This file can't be read"</h1></div>
        <p class="notice notice-bad" role="alert">{reason}</p>
        <p><a class="button" href=format!("{}#import", links.to("/sources"))>"Try another file"</a></p>
    }
    .into_any()
}

#[component]
fn Preview(page: ImportPreview, needs_token: bool, links: Links) -> impl IntoView {
    let refused = page.problems.len();
    let sentence = match (page.accepted, refused) {
        (0, _) => "No row can be recorded.".to_owned(),
        (1, 0) => "The one row can be recorded.".to_owned(),
        (accepted, 0) => format!("All {accepted} rows can be recorded."),
        (accepted, _) => format!("{} can be recorded, {refused} can't.", counted(accepted, "row")),
    };
    let rows = (!page.rows.is_empty()).then(|| {
        let shown = page.rows.len();
        let caption =
            if shown < page.accepted { format!("The first {shown} of {} rows", page.accepted) } else { counted(shown, "row") };
        let columns = ["Line", "KPI", "Value", "Time", "Note"].map(str::to_owned).to_vec();
        let rows = page.rows.into_iter().map(Vec::from).collect();
        view! { <div class="card flush"><DataTable caption=format!("{caption} that would be recorded") columns=columns rows=rows id="import-rows".to_owned()/></div> }
    });
    let problems = (refused > 0).then(|| {
        let columns = ["Line", "Field", "What is wrong", "What would be right"].map(str::to_owned).to_vec();
        let rows = page.problems.into_iter().map(Vec::from).collect();
        view! { <div class="card flush"><DataTable caption=format!("{} that would be refused", counted(refused, "row")) columns=columns rows=rows id="import-problems".to_owned()/></div> }
    });
    let partial = (refused > 0).then(|| {
        view! {
            <label class="choice">
                <input type="checkbox" name="partial" value="true" required/>
                <span>{format!("Leave out the {} that can't be recorded", counted(refused, "row"))}</span>
            </label>
        }
    });
    let confirm = (page.accepted > 0).then(|| {
        view! {
            <form class="card form" method="post" action="/sources/import">
                {partial}
                <TokenField needed=needs_token id="import-token"/>
                // Last, so that the token is read before it.
                <input type="hidden" name="csv" value=page.csv/>
                <p class="actions">
                    <button class="button is-primary" type="submit" name="action" value="record">{format!("Record {}", counted(page.accepted, "row"))}</button>
                    <a class="button" href=format!("{}#import", links.to("/sources"))>"Record nothing"</a>
                </p>
            </form>
        }
    });
    let again = (page.accepted == 0).then(
        || view! { <p><a class="button" href=format!("{}#import", links.to("/sources"))>"Try another file"</a></p> },
    );
    view! {
        <div class="page-head"><h1>"Import preview"</h1><p class="lead">{sentence}</p></div>
        {problems}
        {rows}
        {confirm}
        {again}
    }
    .into_any()
}
