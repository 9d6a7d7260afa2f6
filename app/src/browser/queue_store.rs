//! The check-ins that wait, in the store of the browser.

use js_sys::Array;
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Storage;

use super::json;

const KEY: &str = "inferno-kpi-check-ins";

/// Whether the browser lets the page keep anything.
pub fn is_there() -> bool {
    store().is_some()
}

fn store() -> Option<Storage> {
    window().local_storage().ok()?
}

/// Every entry, the oldest first.
pub fn entries() -> Array {
    let kept = store().and_then(|store| store.get_item(KEY).ok()?).unwrap_or_default();
    json::read(&kept).dyn_into().unwrap_or_default()
}

/// Whether the entries are now kept.
pub fn keep(entries: &Array) -> bool {
    store().is_some_and(|store| store.set_item(KEY, &json::write(entries)).is_ok())
}

/// Takes out the entry with that id.
pub fn remove(id: &str) {
    let rest = entries().iter().filter(|entry| json::get_text(entry, "external_id").as_deref() != Some(id)).collect();
    keep(&rest);
}

/// Puts an entry in the place of the one with the same id.
pub fn replace(entry: &JsValue) {
    let id = json::get_text(entry, "external_id");
    let all = entries()
        .iter()
        .map(|old| if json::get_text(&old, "external_id") == id { entry.clone() } else { old })
        .collect();
    keep(&all);
}
