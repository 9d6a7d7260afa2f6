//! The list of the check-ins that wait, with a way to discard each.

use leptos::prelude::document;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Element;

use super::dom::{by_id, listen, set_text, show};
use super::json;
use super::queue_store::{entries, remove};

/// Starts to listen to the buttons of the list.
pub fn start() {
    let Some(list) = by_id("queue-list") else { return };
    listen(&list, "click", |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(id) = target.and_then(|target| target.get_attribute("data-discard")) {
            remove(&id);
            draw();
        }
    });
}

/// An entry in a line.
pub fn line(entry: &JsValue) -> String {
    let field = |name| json::get_text(entry, name).unwrap_or_default();
    [field("kpi"), field("value"), field("unit"), field("time")].join(" ")
}

/// Tells the reader what became of an entry.
pub fn say(news: &str) {
    if let Some(queue) = by_id("queue") {
        show(&queue, true);
    }
    set_text("queue-news", news);
}

/// Lists what waits.
pub fn draw() {
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
