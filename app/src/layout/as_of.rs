//! The instant that a page shows, and the form that asks for another.

use leptos::prelude::*;
use service::view::Frame;

/// The instant with its form, folded in until it is wanted.
#[component]
pub fn AsOf(
    /// Says which instant is shown.
    frame: Frame,
    /// The path of the page, for another instant and to come back to now.
    path: String,
) -> impl IntoView {
    let day = frame.instant.get(..10).unwrap_or_default().to_owned();
    let label = if frame.is_as_of { "As of" } else { "Now" };
    let back = frame.is_as_of.then(|| view! { <a class="button" href=path.clone()>"Back to now"</a> });
    let hint = "A date means the end of that day, UTC.";
    view! {
        <details class=if frame.is_as_of { "as-of is-past" } else { "as-of" } id="as-of">
            <summary>
                <span class="as-of-label">{label}</span>
                <span id="page-instant" data-live>
                    <time datetime=frame.instant>{frame.instant_text}</time>
                    <time id="rendered-at" datetime=frame.rendered_at></time>
                </span>
            </summary>
            <form class="as-of-form" method="get" action=path>
                <label for="as-of-date">"Show every page as it was on"</label>
                <div class="field-row">
                    <input id="as-of-date" type="date" name="as_of" value=day required aria-describedby="as-of-hint"/>
                    <button class="button" type="submit">"Show"</button>
                    {back}
                </div>
                <p class="hint" id="as-of-hint">{hint}</p>
            </form>
        </details>
    }
    .into_any()
}
