//! Replaces the parts of the page that the server now writes differently; focus, scroll, what was folded out and what is
//! being typed stay.

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Document, DomParser, Element, FocusOptions, HtmlDetailsElement, HtmlElement, SupportedType};

use super::dom::{by_id, elements, request, text};
use super::typing;

/// Asks for the page again and takes over every part that differs. Parts are elements with `data-live` and an id. False where
/// that has to wait, because something is being pressed: a button that is replaced under a finger, or moves away from it because
/// something above it changes, is never clicked.
pub async fn refresh() -> Result<bool, JsValue> {
    let address = window().location().href()?;
    let response = request("GET", &address, &[("accept", "text/html")], None).await?;
    // After a form the address may answer to nothing but a form.
    if !response.ok() || response.redirected() {
        return Ok(true);
    }
    let written = DomParser::new()?.parse_from_string(&text(&response).await?, SupportedType::TextHtml)?;
    Ok(take_over(&written))
}

fn take_over(written: &Document) -> bool {
    if document().query_selector(":active").is_ok_and(|pressed| pressed.is_some()) {
        return false;
    }
    for new in elements(written.query_selector_all("[data-live][id]")) {
        let Some(old) = by_id(&new.id()) else { continue };
        if old.outer_html() != new.outer_html() && typing::carry_over(&old, &new) {
            replace(&old, &new);
        }
    }
    true
}

fn replace(old: &Element, new: &Element) {
    let focused =
        document().active_element().filter(|active| old.contains(Some(active))).and_then(|active| place(&active));
    for fold in elements(old.query_selector_all("details[id]")) {
        let is_open = fold.dyn_ref::<HtmlDetailsElement>().is_some_and(HtmlDetailsElement::open);
        let twin = new.query_selector(&["[id='", &fold.id(), "']"].concat());
        if let Ok(Some(twin)) = twin
            && let Some(twin) = twin.dyn_ref::<HtmlDetailsElement>()
        {
            twin.set_open(is_open);
        }
    }
    if old.replace_with_with_node_1(new).is_err() {
        return;
    }
    if let Some(place) = focused
        && let Ok(Some(element)) = new.query_selector(&place)
        && let Ok(element) = element.dyn_into::<HtmlElement>()
    {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}

/// How an element is found again in the new part: by its id, or a link by where it leads.
fn place(element: &Element) -> Option<String> {
    let id = element.id();
    if !id.is_empty() {
        return Some(["[id='", &id, "']"].concat());
    }
    element.get_attribute("href").map(|address| ["[href='", &address, "']"].concat())
}
