//! Whether the database still is what was written: what was found, and the last look at all of it.

use leptos::prelude::*;
use service::view::sources::SoundnessView;

use crate::components::Ask;
use crate::forms::Forms;

#[component]
pub fn Soundness(view: SoundnessView, needs_token: bool) -> impl IntoView {
    let findings = (!view.findings.is_empty()).then(|| {
        let ask = Ask::new("store", &Forms::default(), needs_token);
        let items: Vec<_> = view
            .findings
            .into_iter()
            .map(|[found, text]| view! { <li>{format!("{text}.")}<span class="below">{format!("found {found}")}</span></li> })
            .collect();
        view! {
            <div class="notice notice-bad" id="store-findings">
                <h3><span class="sign" aria-hidden="true">"▲"</span><span>"Something that was acknowledged is gone"</span></h3>
                <ul>{items}</ul>
                <p>"Compare with a backup, and let senders send again what they still have. Every page says so until somebody knows it."</p>
            </div>
            <form class="form" id=ask.id() method="post" action="/sources/store">
                {ask.mark()}
                {ask.person()}
                {ask.token()}
                <p><button class="button" type="submit">"It is known"</button></p>
            </form>
        }
    });
    let damages = (!view.damages.is_empty()).then(|| {
        let items: Vec<_> = view
            .damages
            .into_iter()
            .map(|[what, problem, affects]| {
                let affects = (!affects.is_empty()).then(|| view! { <span class="below">{affects}</span> });
                view! { <li class="break-anywhere"><span class="strong">{what}</span>{format!(": {problem}")}{affects}</li> }
            })
            .collect();
        let more = (!view.more.is_empty()).then(|| view! { <p class="muted">{view.more}</p> });
        view! { <ul>{items}</ul> {more} }
    });
    view! {
        <section class="card section" aria-labelledby="soundness-title">
            <h2 id="soundness-title">"Is the database what was written?"</h2>
            {findings}
            <div id="soundness" data-live>
                <p>{view.sentence}</p>
                {damages}
                <p class="muted">{view.last_known}</p>
            </div>
        </section>
    }
    .into_any()
}
