//! The two navigations: the places of the product, and the tracks with their most urgent status.

use leptos::prelude::*;
use service::view::Frame;

use super::icons::{Drawn, Icon};
use crate::links::Links;

const PLACES: [(&str, &str, Icon); 6] = [
    ("/", "Overview", Icon::Overview),
    ("/gates", "Gates", Icon::Gates),
    ("/alerts", "Alerts", Icon::Alerts),
    ("/benchmarks", "Benchmarks", Icon::Benchmarks),
    ("/sources", "Sources", Icon::Sources),
    ("/check-in", "Check in", Icon::CheckIn),
];

/// The value of `aria-current`; `None` where the page is neither the place nor below it.
pub fn current(place: &str, shown: &str, exactly: bool) -> Option<&'static str> {
    match (place == shown, exactly) {
        (true, true) => Some("page"),
        (true, false) => Some("true"),
        (false, _) => None,
    }
}

/// The places of the product: beside the page on a wide screen, at the thumb on a phone.
#[component]
pub fn MainNavigation(
    /// Makes the addresses.
    links: Links,
    /// The path of the shown place.
    place: String,
    /// Whether the page is that place itself.
    exactly: bool,
) -> impl IntoView {
    let items: Vec<_> = PLACES
        .into_iter()
        .map(|(path, name, icon)| {
            view! {
                <li>
                    <a href=links.to(path) aria-current=current(path, &place, exactly)>
                        <Drawn icon=icon/>
                        <span>{name}</span>
                    </a>
                </li>
            }
        })
        .collect();
    view! {
        <nav class="main-navigation" aria-label="Main">
            <ul class="plain">{items}</ul>
        </nav>
    }
    .into_any()
}

/// The tracks: below the places on a wide screen, a strip on a phone.
#[component]
pub fn TrackNavigation(
    /// Names the tracks.
    frame: Frame,
    /// Makes the addresses.
    links: Links,
    /// The path of the shown place.
    place: String,
    /// Whether the page is that place itself.
    exactly: bool,
) -> impl IntoView {
    let items: Vec<_> = frame
        .tracks
        .into_iter()
        .map(|track| {
            let worst = track.worst.map(|(status, count)| {
                view! {
                    <span class=format!("track-worst status-{}", status.name)>
                        <span class="sign" aria-hidden="true">{status.sign}</span>
                        <span>{count.to_string()}</span>
                        <span class="visually-hidden">{format!(" {}", status.words.to_lowercase())}</span>
                    </span>
                }
            });
            view! {
                <li>
                    <a
                        id=format!("track-link-{}", track.id)
                        href=links.track(&track.id)
                        aria-current=current(&format!("/tracks/{}", track.id), &place, exactly)
                    >
                        <span class="track-name">{track.name}</span>
                        {worst}
                    </a>
                </li>
            }
        })
        .collect();
    view! {
        <nav class="track-navigation" id="track-navigation" aria-labelledby="track-navigation-title" data-live>
            <p class="nav-title" id="track-navigation-title">"Tracks"</p>
            <ul class="plain">{items}</ul>
        </nav>
    }
    .into_any()
}
