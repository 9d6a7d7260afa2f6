//! The versions of the catalogue, each with who made it, why, and what it changed.

use leptos::prelude::*;
use service::view::catalogue_page::VersionRow;

use crate::words::counted;

#[component]
pub fn Versions(versions: Vec<VersionRow>) -> impl IntoView {
    let none =
        versions.is_empty().then(|| view! { <p class="empty">"No version was recorded up to this instant."</p> });
    let items: Vec<_> = versions.into_iter().map(|version| view! { <Version version=version/> }).collect();
    view! {
        <section class="section" id="versions" aria-labelledby="versions-title" data-live>
            <h2 id="versions-title">"Versions"</h2>
            {none}
            <ol class="plain decisions">{items}</ol>
        </section>
    }
    .into_any()
}

#[component]
fn Version(version: VersionRow) -> impl IntoView {
    let number = version.number;
    let force = version.in_force.then(|| view! { <span class="badge badge-good">"in force"</span> });
    let reason = version.reason.map(|reason| view! { <p>{reason}</p> });
    let changes = (!version.changes.is_empty()).then(|| {
        let title = counted(version.changes.len(), "change");
        let lines: Vec<_> = version.changes.into_iter().map(|change| view! { <li>{change}</li> }).collect();
        view! {
            <details class="fold is-plain" id=format!("version-{number}-changes")>
                <summary id=format!("version-{number}-toggle")>{title}<span class="visually-hidden">{format!(" of version {number}")}</span></summary>
                <ul>{lines}</ul>
            </details>
        }
    });
    view! {
        <li class="card is-stack" id=format!("version-{number}")>
            <div class="section-head"><h3>{format!("Version {number}")}</h3>{force}</div>
            {reason}
            <p class="below">{format!("{} by {}, {}", version.time, version.person, version.origin)}</p>
            {changes}
        </li>
    }
    .into_any()
}
