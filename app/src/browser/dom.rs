//! Short words for what every island does with the document.

use leptos::prelude::{document, window};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{CustomEvent, CustomEventInit, Element, Event, EventTarget, Headers, NodeList, RequestInit, Response};

/// Calls `handler` for every event of that name, for as long as the page lives.
pub fn listen(target: &EventTarget, name: &str, handler: impl FnMut(Event) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(handler);
    // It fails for no name of an event.
    let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// Calls `action` once after a time.
pub fn after(delay_ms: i32, action: impl FnOnce() + 'static) {
    let closure = Closure::once_into_js(action);
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(closure.unchecked_ref(), delay_ms);
}

/// Calls `action` again and again.
pub fn every(delay_ms: i32, action: impl FnMut() + 'static) {
    let closure = Closure::<dyn FnMut()>::new(action);
    let _ = window().set_interval_with_callback_and_timeout_and_arguments_0(closure.as_ref().unchecked_ref(), delay_ms);
    closure.forget();
}

/// The element with that id.
pub fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// Writes text into the element with that id.
pub fn set_text(id: &str, text: &str) {
    if let Some(element) = by_id(id) {
        element.set_text_content(Some(text));
    }
}

/// Shows or hides an element.
pub fn show(element: &Element, is_shown: bool) {
    let done = if is_shown { element.remove_attribute("hidden") } else { element.set_attribute("hidden", "") };
    // Both are valid for every element.
    drop(done);
}

/// The elements of a list.
pub fn elements(list: Result<NodeList, JsValue>) -> Vec<Element> {
    let Ok(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.item(index)?.dyn_into().ok()).collect()
}

/// Tells the other islands something.
pub fn dispatch(name: &str, detail: &JsValue) {
    let init = CustomEventInit::new();
    init.set_detail(detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        let _ = document().dispatch_event(&event);
    }
}

/// Asks the server; an error is one of the network.
pub async fn request(
    method: &str,
    address: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Result<Response, JsValue> {
    let init = RequestInit::new();
    init.set_method(method);
    let list = Headers::new()?;
    for (name, value) in headers {
        list.set(name, value)?;
    }
    init.set_headers(&list);
    if let Some(body) = body {
        init.set_body(&JsValue::from_str(body));
    }
    let answer = wasm_bindgen_futures::JsFuture::from(window().fetch_with_str_and_init(address, &init)).await?;
    answer.dyn_into()
}

/// The body of an answer.
pub async fn text(response: &Response) -> Result<String, JsValue> {
    let text = wasm_bindgen_futures::JsFuture::from(response.text()?).await?;
    Ok(text.as_string().unwrap_or_default())
}

/// A fresh id of 32 hexadecimal digits; `None` where the browser has no source of randomness.
pub fn random_id() -> Option<String> {
    let mut bytes = [0_u8; 16];
    window().crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    Some(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect())
}
