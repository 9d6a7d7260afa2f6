//! The whole HTML document around a page.

use leptos::config::LeptosOptions;
use leptos::hydration::HydrationScripts;
use leptos::prelude::*;
use service::view::Frame;

use crate::layout::{Footer, Header, MainNavigation, TrackNavigation};
use crate::links::Links;
use crate::model::{Page, Preferences};
use crate::pages::Content;
use crate::stylesheet::Stylesheet;

const DESCRIPTION: &str = "The status of every KPI, the phase gates and what is off target, from real measurements.";

/// The document of a page, complete without script. The hydration scripts carry the nonce that the caller has provided as
/// context; nothing in the document needs inline style.
#[component]
pub fn Document(
    /// Where the site's files are.
    options: LeptosOptions,
    /// What every page knows.
    frame: Frame,
    /// How the reader wants pages to look.
    preferences: Preferences,
    /// The page.
    page: Page,
) -> impl IntoView {
    let links = Links::of(&frame);
    let title = format!("{} · Inferno KPI", page.title());
    let (place, exactly) = (page.place(), page.is_place());
    let past = if frame.is_as_of { "true" } else { "false" };
    let since = frame.latest_change.clone();
    let stamp = frame.page_view_stamp.clone();
    view! {
        <!DOCTYPE html>
        <html lang="en" dir="ltr" data-theme=preferences.theme.name() data-text=preferences.text_size.name()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <title>{title}</title>
                <meta name="description" content=DESCRIPTION/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#0c1016" media="(prefers-color-scheme: dark)"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="alternate icon" href="/favicon.ico" sizes="32x32"/>
                <link rel="apple-touch-icon" href="/icons/apple-touch-icon.png"/>
                <Stylesheet options=options.clone()/>
                <HydrationScripts options=options islands=true/>
            </head>
            <body data-since=since data-past=past data-stamp=stamp>
                <a class="skip-link" href="#main">"Skip to the content"</a>
                <Header frame=frame.clone() links=links.clone() place=place.clone() exactly=exactly path=page.path()/>
                <div class="frame">
                    <div class="side">
                        <MainNavigation links=links.clone() place=place.clone() exactly=exactly/>
                        <TrackNavigation frame=frame.clone() links=links.clone() place=place exactly=exactly/>
                    </div>
                    <div class="content">
                        <main class="main" id="main" tabindex="-1">
                            <Content page=page frame=frame links=links.clone()/>
                        </main>
                        <Footer links=links/>
                    </div>
                </div>
            </body>
        </html>
    }
}
