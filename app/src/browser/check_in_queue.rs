//! Check-ins without a network: kept on the device, shown, and sent when the server answers again.

use js_sys::Array;
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{FormData, HtmlFormElement, Storage};

use super::dom::{by_id, every, listen, random_id, request, set_text, show, text};
use super::json;

const KEY: &str = "inferno-kpi-check-ins";
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
        if let (Some(form), Some(_)) = (self::form(), store()) {
            event.prevent_default();
            wasm_bindgen_futures::spawn_local(submit(form));
        }
    });
    let list = by_id("queue-list").map(JsValue::from);
    if let Some(list) = list.and_then(|list| list.dyn_into::<web_sys::Element>().ok()) {
        listen(&list, "click", |event| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            if let Some(id) = target.and_then(|target| target.get_attribute("data-discard")) {
                remove(&id);
                draw();
            }
        });
    }
}

fn form() -> Option<HtmlFormElement> {
    by_id("check-in")?.dyn_into().ok()
}

fn store() -> Option<Storage> {
    window().local_storage().ok()?
}

fn entries() -> Array {
    let kept = store().and_then(|store| store.get_item(KEY).ok()?).unwrap_or_default();
    json::read(&kept).dyn_into().unwrap_or_default()
}

/// Whether the entries are now kept.
fn keep(entries: &Array) -> bool {
    store().is_some_and(|store| store.set_item(KEY, &json::write(entries)).is_ok())
}

fn remove(id: &str) {
    let rest = entries().iter().filter(|entry| json::get_text(entry, "external_id").as_deref() != Some(id)).collect();
    keep(&rest);
}

fn replace(entry: &JsValue) {
    let id = json::get_text(entry, "external_id");
    let all = entries().iter().map(|old| if json::get_text(&old, "external_id") == id { entry.clone() } else { old }).collect();
    keep(&all);
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
    json::set(&entry, "source", "check-in");
    json::set(&entry, "origin", "entered");
    json::set(&entry, "external_id", random_id()?);
    Some(entry)
}

enum Answer {
    Recorded,
    Refused(String),
    /// The network or the server is away, or a token is missing: later.
    Later,
}

async fn send(entry: &JsValue) -> Answer {
    let token = form().and_then(|form| FormData::new_with_form(&form).ok()?.get("token").as_string()).unwrap_or_default();
    let bearer = ["Bearer ", &token].concat();
    let mut headers = vec![("content-type", "application/json"), ("accept", "application/json")];
    if !token.is_empty() {
        headers.push(("authorization", &bearer));
    }
    let Ok(response) = request("POST", "/api/v1/observations", &headers, Some(&json::write(entry))).await else {
        return Answer::Later;
    };
    match response.status() {
        200..=299 => Answer::Recorded,
        400 | 404 | 409 | 413 | 415 | 422 => {
            let problem = json::read(&text(&response).await.unwrap_or_default());
            Answer::Refused(json::get_text(&problem, "detail").or_else(|| json::get_text(&problem, "title")).unwrap_or_default())
        }
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
        Answer::Refused(_) => {
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
                Answer::Later => break,
            }
        }
        draw();
    });
}

fn line(entry: &JsValue) -> String {
    let field = |name| json::get_text(entry, name).unwrap_or_default();
    [field("kpi"), field("value"), field("unit"), field("time")].join(" ")
}

fn say(news: &str) {
    if let Some(queue) = by_id("queue") {
        show(&queue, true);
    }
    set_text("queue-news", news);
}

/// Lists what waits.
fn draw() {
    let (Some(queue), Some(list)) = (by_id("queue"), by_id("queue-list")) else { return };
    list.set_text_content(None);
    let all = entries();
    for entry in all.iter() {
        let refused = json::get_text(&entry, "refused");
        let Ok(item) = document().create_element("li") else { return };
        let state = refused.as_ref().map_or_else(|| "waiting".to_owned(), |reason| ["refused: ", reason].concat());
        item.set_text_content(Some(&[&line(&entry), " (", &state, ") "].concat()));
        if let Ok(button) = document().create_element("button") {
            button.set_text_content(Some("Discard"));
            let _ = button.set_attribute("class", "button");
            let _ = button.set_attribute("type", "button");
            let _ = button.set_attribute("data-discard", &json::get_text(&entry, "external_id").unwrap_or_default());
            let _ = item.append_child(&button);
        }
        let _ = list.append_child(&item);
    }
    if all.length() > 0 {
        show(&queue, true);
    }
}
