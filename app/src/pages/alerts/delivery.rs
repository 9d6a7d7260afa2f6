//! Where notifications go, and what became of the latest.

use leptos::either::Either;
use leptos::prelude::*;
use service::view::alerts::{ChannelRow, MessageRow};

use crate::components::Ask;
use crate::forms::Forms;

#[component]
pub fn Delivery(
    channels: Vec<ChannelRow>,
    messages: Vec<MessageRow>,
    forms: Forms,
    needs_token: bool,
) -> impl IntoView {
    let waiting = messages.iter().any(|message| message.state != "Delivered");
    let body = if channels.is_empty() {
        Either::Left(view! {
            <div class="card is-stack">
                <p>"No channel is configured, so nobody is told outside this page. Start the server with a webhook, or with a mail server and an address:"</p>
                <pre class="snippet"><code>"inferno-kpi serve --webhook https://chat.example/hook\ninferno-kpi serve --smtp-url 'smtp://mail.example:587?tls=required' --mail-from kpi@example.com --mail-to team@example.com"</code></pre>
            </div>
        })
    } else {
        let items: Vec<_> = channels
            .into_iter()
            .map(|channel| view! { <li><span class="badge">{channel.kind}</span>" "{channel.recipient}</li> })
            .collect();
        let retry = waiting.then(|| {
            view! { <Button ask=Ask::new("retry", &forms, needs_token) action="/alerts/retry" words="Try waiting ones now"/> }
        });
        Either::Right(view! {
            <div class="card is-stack">
                <ul class="plain channels">{items}</ul>
                <div class="actions">
                    <Button ask=Ask::new("test", &forms, needs_token) action="/alerts/test" words="Send a test"/>
                    {retry}
                </div>
            </div>
        })
    };
    view! {
        <section class="section" id="notifications" aria-labelledby="notifications-title" data-live>
            <h2 id="notifications-title">"Notifications"</h2>
            {body}
            <Messages messages=messages/>
        </section>
    }
    .into_any()
}

#[component]
fn Button(ask: Ask, action: &'static str, words: &'static str) -> impl IntoView {
    view! {
        <form class="run-control" id=ask.id() method="post" action=action>
            {ask.mark()}
            {ask.token()}
            <button class="button" type="submit">{words}</button>
        </form>
    }
    .into_any()
}

#[component]
fn Messages(messages: Vec<MessageRow>) -> impl IntoView {
    if messages.is_empty() {
        return Either::Left(view! { <p class="empty">"Nothing was sent yet."</p> });
    }
    let rows: Vec<_> = messages
        .into_iter()
        .map(|message| {
            let class = match (message.failing, message.state.as_str()) {
                (true, _) => "badge badge-bad",
                (false, "Delivered") => "badge badge-good",
                (false, _) => "badge",
            };
            let tries = if message.attempts == 1 { "1 try".to_owned() } else { format!("{} tries", message.attempts) };
            view! {
                <tr>
                    <th scope="row">{message.time}</th>
                    <td>{message.subject}</td>
                    <td class="break-anywhere">{message.recipient}</td>
                    <td><span class=class>{message.state}</span><span class="below">{tries}</span></td>
                    <td>{message.detail}</td>
                </tr>
            }
        })
        .collect();
    Either::Right(view! {
        <div class="card flush">
            <div class="table-scroll" role="region" aria-labelledby="messages-caption" tabindex="0">
                <table class="table is-broad">
                    <caption id="messages-caption">"The latest notifications, the newest first"</caption>
                    <thead>
                        <tr><th scope="col">"Made"</th><th scope="col">"Says"</th><th scope="col">"To"</th><th scope="col">"State"</th><th scope="col">"Detail"</th></tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    })
}
