//! Keeps what is being typed when the part of the page around it is replaced.

use wasm_bindgen::JsValue;
use web_sys::Element;

use super::dom::elements;
use super::json;

/// Writes what was typed in `old` into the same forms of `new`, hidden fields included: they say what the person saw when
/// the typing began. False where a form that is being filled in is not there any more, so that `old` had better stay.
pub fn carry_over(old: &Element, new: &Element) -> bool {
    let forms = elements(old.query_selector_all("form[id]"));
    forms.iter().filter(|form| fields(form).iter().any(is_typed)).all(|form| {
        let Ok(Some(twin)) = new.query_selector(&["form[id='", &form.id(), "']"].concat()) else { return false };
        for field in fields(form) {
            if let Ok(Some(other)) = twin.query_selector(&["[id='", &field.id(), "']"].concat()) {
                json::set(&other, "value", json::get(&field, "value"));
            }
        }
        true
    })
}

fn fields(form: &Element) -> Vec<Element> {
    elements(
        form.query_selector_all(
            "input[id]:not([type='checkbox'],[type='radio'],[type='file']),select[id],textarea[id]",
        ),
    )
}

/// Whether a field holds something else than the server wrote into it.
fn is_typed(field: &Element) -> bool {
    let written = match json::get_text(field, "defaultValue") {
        Some(written) => JsValue::from(written),
        // A choice tells what the server chose by its options.
        None => match field.query_selector("option[selected]") {
            Ok(Some(option)) => json::get(&option, "value"),
            _ => field
                .query_selector("option")
                .ok()
                .flatten()
                .map_or(JsValue::NULL, |option| json::get(&option, "value")),
        },
    };
    json::get(field, "value") != written
}
