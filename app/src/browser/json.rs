//! JSON through the browser's own reader and writer.

use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::JsValue;

/// The value of a text; null where it is none.
pub fn read(text: &str) -> JsValue {
    JSON::parse(text).unwrap_or(JsValue::NULL)
}

/// The text of a value.
pub fn write(value: &JsValue) -> String {
    JSON::stringify(value).map(String::from).unwrap_or_default()
}

/// An object without members.
pub fn object() -> JsValue {
    Object::new().into()
}

/// A member; undefined where there is none.
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A member that is text.
pub fn get_text(object: &JsValue, name: &str) -> Option<String> {
    get(object, name).as_string()
}

/// A member that is a number.
pub fn get_number(object: &JsValue, name: &str) -> Option<f64> {
    get(object, name).as_f64()
}

/// Sets a member of an object.
pub fn set(object: &JsValue, name: &str, value: impl Into<JsValue>) {
    // It fails for what is no object; everything here is one.
    let _ = Reflect::set(object, &JsValue::from_str(name), &value.into());
}
