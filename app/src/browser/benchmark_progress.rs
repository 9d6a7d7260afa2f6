//! The progress of a benchmark run, from the events that the page's stream passes on.

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{CustomEvent, HtmlFormElement};

use super::dom::{by_id, dispatch, listen, request, set_text, show};
use super::json;

/// Starts to listen, and sends the start form without leaving the page.
pub fn start() {
    listen(&document(), "benchmark", |event| {
        let detail = event.dyn_ref::<CustomEvent>().and_then(|event| event.detail().as_string());
        progress(&json::read(&detail.unwrap_or_default()));
    });
    // On the document, because the form is replaced when a run begins and ends.
    listen(&document(), "submit", |event| {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form.filter(|form| matches!(form.id().as_str(), "benchmark-start" | "benchmark-cancel"))
        else {
            return;
        };
        // With a token the form goes its plain way: the page that answers says whether it was the right one.
        if by_id("benchmark-token").is_some() {
            return;
        }
        event.prevent_default();
        wasm_bindgen_futures::spawn_local(send(form));
    });
}

async fn send(form: HtmlFormElement) {
    let headers = [("accept", "application/json"), ("content-type", "application/x-www-form-urlencoded")];
    match request("POST", &form.action(), &headers, Some("")).await {
        Ok(response) if response.ok() => dispatch("refresh", &JsValue::NULL),
        // The page that the server answers with says what is wrong.
        _ => {
            let _ = form.submit();
        }
    }
}

fn progress(run: &JsValue) {
    let Some(card) = by_id("run-progress") else { return };
    let state = json::get_text(run, "state").unwrap_or_default();
    let is_running = state == "running";
    show(&card, true);
    let percent = json::get_number(run, "percent").unwrap_or(0.0);
    if let Some(bar) = by_id("run-progress-bar") {
        json::set(&bar, "value", percent);
        show(&bar, is_running);
    }
    set_text("run-progress-text", &json::get_text(run, "text").unwrap_or(state));
    if is_running {
        if json::get_number(run, "step") == Some(0.0) {
            dispatch("refresh", &JsValue::NULL);
        }
    } else if by_id("run-head").is_some() {
        dispatch("refresh", &JsValue::NULL);
    } else {
        // The first run brings charts, which need islands of their own.
        let _ = window().location().reload();
    }
}
