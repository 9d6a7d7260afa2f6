//! Check-ins without a network: kept on the device, shown, and sent when the server answers again.

use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{FormData, HtmlFormElement};

use super::dom::{by_id, every, listen, random_id, request, text};
use super::queue_list::{draw, line, say};
use super::queue_store::{entries, is_there, keep, remove, replace};
use super::{json, queue_list};

const RETRY_MS: i32 = 30_000;
const FIELDS: [&str; 7] = ["kpi", "value", "unit", "time", "note", "person", "evidence"];

/// Takes over the form and sends what waits.
pub fn start() {
    draw();
    spawn_send();
    listen(&window(), "online", |_| spawn_send());
    every(RETRY_MS, spawn_send);
    let Some(form) = form() else { return };
    listen(&form, "submit", |event| {
        // Without a store of its own the page leaves the form to the browser.
        if let Some(form) = self::form().filter(|_| is_there()) {
            event.prevent_default();
            wasm_bindgen_futures::spawn_local(submit(form));
        }
    });
    queue_list::start();
}

fn form() -> Option<HtmlFormElement> {
    by_id("check-in")?.dyn_into().ok()
}

/// What was typed, as the server's API takes it. An empty time becomes now, because it may be sent much later.
fn typed(form: &HtmlFormElement) -> Option<JsValue> {
    let data = FormData::new_with_form(form).ok()?;
    let entry = json::object();
    for name in FIELDS {
        if let Some(value) = data.get(name).as_string().filter(|value| !value.trim().is_empty()) {
            json::set(&entry, name, value);
        }
    }
    if json::get(&entry, "time").is_undefined() {
        json::set(&entry, "time", js_sys::Date::new_0().to_iso_string());
    }
    json::set(&entry, "origin", "entered");
    json::set(&entry, "external_id", random_id()?);
    Some(entry)
}

enum Answer {
    Recorded,
    Refused(String),
    /// The token is missing or wrong.
    NoToken,
    /// The network or the server is away.
    Later,
}

async fn send(entry: &JsValue) -> Answer {
    let token =
        form().and_then(|form| FormData::new_with_form(&form).ok()?.get("token").as_string()).unwrap_or_default();
    let bearer = ["Bearer ", &token].concat();
    let mut headers = vec![("content-type", "application/json"), ("accept", "application/json")];
    if !token.is_empty() {
        headers.push(("authorization", &bearer));
    }
    let Ok(response) =
        request("POST", "/api/v1/observations?source=check-in", &headers, Some(&json::write(entry))).await
    else {
        return Answer::Later;
    };
    match response.status() {
        200..=299 => Answer::Recorded,
        400 | 404 | 409 | 413 | 415 | 422 => {
            let problem = json::read(&text(&response).await.unwrap_or_default());
            Answer::Refused(
                json::get_text(&problem, "detail").or_else(|| json::get_text(&problem, "title")).unwrap_or_default(),
            )
        }
        401 | 403 => Answer::NoToken,
        _ => Answer::Later,
    }
}

async fn submit(form: HtmlFormElement) {
    let Some(entry) = typed(&form) else {
        let _ = form.submit();
        return;
    };
    match send(&entry).await {
        Answer::Recorded => {
            form.reset();
            say(&["Recorded: ", &line(&entry)].concat());
        }
        // The server's page shows every field that is wrong.
        Answer::Refused(_) | Answer::NoToken => {
            let _ = form.submit();
        }
        Answer::Later => {
            let all = entries();
            all.push(&entry);
            if keep(&all) {
                form.reset();
                draw();
                say("Kept on this device. It will be sent when the server can be reached.");
            } else {
                let _ = form.submit();
            }
        }
    }
}

fn spawn_send() {
    wasm_bindgen_futures::spawn_local(async {
        for entry in entries().iter().filter(|entry| json::get(entry, "refused").is_undefined()) {
            match send(&entry).await {
                Answer::Recorded => {
                    remove(&json::get_text(&entry, "external_id").unwrap_or_default());
                    say(&["Sent: ", &line(&entry)].concat());
                }
                Answer::Refused(reason) => {
                    json::set(&entry, "refused", reason);
                    replace(&entry);
                }
                Answer::NoToken | Answer::Later => break,
            }
        }
        draw();
    });
}
