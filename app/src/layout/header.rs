//! The bar at the top: the product, the phase, the instant, whether the page is live.

use leptos::prelude::*;
use service::view::Frame;

use super::as_of::AsOf;
use super::icons::{Drawn, Icon};
use super::navigation::current;
use crate::islands::Live;
use crate::links::Links;

/// The bar at the top of every page.
#[component]
pub fn Header(
    /// What every page knows.
    frame: Frame,
    /// Makes the addresses.
    links: Links,
    /// The path of the shown place.
    place: String,
    /// Whether the page is that place itself.
    exactly: bool,
    /// The path that asks for the shown page.
    path: String,
) -> impl IntoView {
    let demo = frame.demo.then(|| view! { <p class="demo-banner">"Demo data: every number here is generated"</p> });
    let notices: Vec<_> = frame.notices.iter().map(|notice| view! { <p>{notice.clone()}</p> }).collect();
    let catalogue = frame.catalogue_name.clone();
    let phase = frame.phase_name.clone();
    view! {
        <header class="top">
            {demo}
            <div class="server-notices" id="server-notices" role="status" data-live>{notices}</div>
            <div class="top-bar">
                <a class="brand" href=links.to("/")>
                    <img src="/favicon.svg" alt="" width="24" height="24"/>
                    <span class="brand-name">"Inferno KPI"</span>
                </a>
                <p class="phase"><span class="phase-name">{phase}</span><span class="phase-catalogue">{catalogue}</span></p>
                <Live/>
                <AsOf frame=frame path=path/>
                <a class="settings-link" href=links.to("/settings") aria-current=current("/settings", &place, exactly)>
                    <Drawn icon=Icon::Settings/>
                    <span class="visually-hidden">"Settings"</span>
                </a>
            </div>
        </header>
    }
    .into_any()
}
