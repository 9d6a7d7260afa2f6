//! The settings: how pages look. Kept by the server in a cookie, so that the first paint is right.

use leptos::prelude::*;

use crate::model::{SettingsPage, TextSize, Theme};

#[component]
pub fn SettingsContent(page: SettingsPage) -> impl IntoView {
    let saved = page.saved.then(|| view! { <p class="notice notice-good" role="status">"Saved on this device."</p> });
    let themes: Vec<_> = Theme::ALL
        .into_iter()
        .map(
            |theme| view! { <Choice field="theme" value=theme.name() words=theme.words() chosen=theme == page.theme/> },
        )
        .collect();
    let sizes: Vec<_> = TextSize::ALL
        .into_iter()
        .map(|size| view! { <Choice field="text_size" value=size.name() words=size.words() chosen=size == page.text_size/> })
        .collect();
    view! {
        <div class="page-head">
            <h1>"Settings"</h1>
            <p class="lead">"How pages look on this device."</p>
        </div>
        {saved}
        <p>"What is measured, against which targets and from when on: "<a href="/catalogue">"the catalogue"</a>"."</p>
        <form class="card form" method="post" action="/settings">
            <fieldset class="choices"><legend>"Colours"</legend>{themes}</fieldset>
            <fieldset class="choices"><legend>"Size of text"</legend>{sizes}</fieldset>
            <p><button class="button is-primary" type="submit">"Save"</button></p>
        </form>
    }
    .into_any()
}

#[component]
fn Choice(field: &'static str, value: &'static str, words: &'static str, chosen: bool) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="radio" name=field value=value checked=chosen/>
            <span>{words}</span>
        </label>
    }
}
