//! One track: every KPI as a row, by section and table of the framework.

use leptos::prelude::*;
use service::view::track::{Group, TrackPage};

use crate::components::{CountList, KpiTable, StatusBar};
use crate::links::Links;
use crate::words::counted;

#[component]
pub fn TrackContent(page: TrackPage, links: Links) -> impl IntoView {
    let total: usize = page.groups.iter().map(|group| group.rows.len()).sum();
    let mut section = String::new();
    let groups: Vec<_> = page
        .groups
        .into_iter()
        .enumerate()
        .map(|(index, group)| {
            let begins = section != group.section;
            section.clone_from(&group.section);
            view! { <GroupTable group=group begins=begins index=index links=links.clone()/> }
        })
        .collect();
    view! {
        <div class="page-head">
            <h1>{page.name}</h1>
            <p class="lead">{format!("{}, in every table the most urgent first", counted(total, "KPI"))}</p>
        </div>
        <div class="card track-counts" id="track-counts" data-live>
            <StatusBar counts=page.counts.clone()/>
            <CountList counts=page.counts/>
        </div>
        {groups}
    }
    .into_any()
}

#[component]
fn GroupTable(group: Group, begins: bool, index: usize, links: Links) -> impl IntoView {
    let heading = begins.then(|| view! { <h2>{group.section.clone()}</h2> });
    let caption = group.name.clone();
    let quiet = group.name == group.section;
    view! {
        <div class="section" id=format!("group-{index}") data-live>
            {heading}
            <div class="card flush">
                <KpiTable caption=caption quiet_caption=quiet rows=group.rows links=links/>
            </div>
        </div>
    }
    .into_any()
}
