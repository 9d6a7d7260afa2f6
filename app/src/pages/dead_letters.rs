//! What could not be taken: each payload with its reason, to be read again after a fix or set aside.

use leptos::either::Either;
use leptos::prelude::*;
use service::view::Frame;
use service::view::dead_letters::{DeadLetterRow, DeadLettersPage};

use crate::components::{Ask, Outcome, PayloadLink};
use crate::forms::Forms;
use crate::links::{Links, encoded};
use crate::words::counted;

#[component]
pub fn DeadLettersContent(page: DeadLettersPage, frame: Frame, forms: Forms, links: Links) -> impl IntoView {
    let total = usize::try_from(page.total).unwrap_or_default();
    let lead = if total == 0 {
        "Everything that arrived was taken.".to_owned()
    } else {
        format!("{} of which something was refused. Nothing of them is lost.", counted(total, "payload"))
    };
    let filter = (page.sources.len() > 1 || !page.source.is_empty()).then(|| {
        let all = view! { <li><a href="/sources/dead-letters" aria-current=page.source.is_empty().then_some("true")>"All"</a></li> };
        let items: Vec<_> = page
            .sources
            .iter()
            .map(|(source, count)| {
                let href = format!("/sources/dead-letters?source={}", encoded(source));
                let current = (*source == page.source).then_some("true");
                view! { <li><a href=href aria-current=current>{format!("{source} ({count})")}</a></li> }
            })
            .collect();
        view! { <nav aria-label="Sources"><ul class="plain choices">{all}{items}</ul></nav> }
    });
    let next = page.next_before.map(|before| {
        let href = format!("/sources/dead-letters?before={before}&source={}", encoded(&page.source));
        view! { <p><a href=href rel="next">"Older ones"</a></p> }
    });
    let list = if page.letters.is_empty() {
        Either::Left(view! { <p class="empty card">"No dead letters wait."</p> })
    } else {
        let all = Ask::new("replay-all", &forms, frame.needs_token);
        let source = page.source.clone();
        let letters: Vec<_> = page
            .letters
            .into_iter()
            .map(|letter| view! { <Letter letter=letter forms=forms.clone() needs_token=frame.needs_token/> })
            .collect();
        Either::Right(view! {
            <form class="form" id=all.id() method="post" action="/sources/dead-letters">
                {all.mark()}
                {all.hidden("do", "replay-all".to_owned())}
                {all.hidden("source", source)}
                {all.token()}
                <p><button class="button is-primary" type="submit">"Read all of them again"</button></p>
            </form>
            <ul class="plain alert-list">{letters}</ul>
        })
    };
    view! {
        <div class="page-head">
            <nav class="trail" aria-label="Breadcrumb"><ol class="plain"><li><a href=links.to("/sources")>"Sources"</a></li></ol></nav>
            <h1>"Dead letters"</h1>
            <p class="lead">{lead}</p>
        </div>
        <Outcome forms=forms.clone()/>
        {filter}
        {list}
        {next}
    }
    .into_any()
}

#[component]
fn Letter(letter: DeadLetterRow, forms: Forms, needs_token: bool) -> impl IntoView {
    let ask = Ask::new(format!("letter-{}", letter.number), &forms, needs_token);
    let again = if letter.can_be_read {
        Either::Left(view! {
            <button class="button" type="submit" name="do" value="replay">
                "Read again"<span class="visually-hidden">{format!(": payload {}", letter.number)}</span>
            </button>
        })
    } else {
        Either::Right(
            view! { <span class="muted">"Its bytes were deleted when their time to be kept was over."</span> },
        )
    };
    view! {
        <li class="card alert" id=format!("payload-{}", letter.number)>
            <p>
                <span class="badge badge-bad">{letter.what}</span>
                " "
                <span class="strong">{letter.source}</span>
                {format!(", {}", letter.received)}
            </p>
            <p class="break-anywhere">{letter.reason}</p>
            <p class="below">
                {format!("Payload {}, {}, {}. ", letter.number, letter.format, letter.bytes)}
                <PayloadLink id=letter.payload_id words="Its bytes" about=format!(" of payload {}", letter.number)/>
            </p>
            <form class="form" id=ask.id() method="post" action="/sources/dead-letters">
                {ask.mark()}
                {ask.hidden("number", letter.number.to_string())}
                {ask.token()}
                <p class="actions">
                    {again}
                    <button class="button" type="submit" name="do" value="discard">
                        "Set aside"<span class="visually-hidden">{format!(": payload {}", letter.number)}</span>
                    </button>
                </p>
            </form>
        </li>
    }
    .into_any()
}
