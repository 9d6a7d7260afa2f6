//! The page of an error: what happened and what to do.

use leptos::prelude::*;

use crate::links::Links;
use crate::model::ProblemPage;

#[component]
pub fn ProblemContent(page: ProblemPage, links: Links) -> impl IntoView {
    view! {
        <div class="problem">
            <p class="problem-status">{page.status.to_string()}</p>
            <h1>{page.title}</h1>
            <p class="lead">{page.detail}</p>
            <p><a class="button" href=links.to("/")>"Go to the overview"</a></p>
        </div>
    }
    .into_any()
}
