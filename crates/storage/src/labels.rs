//! Labels as one column of text: a JSON object whose names stand in order of their bytes, `{}` where there are none.
//!
//! Equal labels are equal text, so that a database can compare them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{Cause, StoreError};

const NONE: &str = "{}";

/// The labels as one JSON object, in the order given.
pub fn to_json(labels: &[(String, String)]) -> String {
    let members: Map<String, Value> =
        labels.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect();
    Value::Object(members).to_string()
}

/// The labels of a JSON object of texts, ordered by name.
///
/// # Errors
/// The parser's error where the text is no such object.
pub fn from_json(text: &str) -> Result<Vec<(String, String)>, Cause> {
    // Most observations have none, and every one is read when a server starts.
    if text == NONE {
        return Ok(Vec::new());
    }
    let members: BTreeMap<String, String> = serde_json::from_str(text)?;
    Ok(members.into_iter().collect())
}

/// Refuses labels that are not in order, stand twice, have no name, or that some database could not hold.
///
/// # Errors
/// [`StoreError::NotStorable`], naming the field.
pub fn check(field: &'static str, labels: &[(String, String)]) -> Result<(), StoreError> {
    let refused = |reason| Err(StoreError::NotStorable { field, reason });
    if !labels.is_sorted_by(|(one, _), (next, _)| one < next) {
        return refused("the names are not in order, each once");
    }
    for (name, value) in labels {
        if name.is_empty() {
            return refused("a name is empty");
        }
        crate::check::text(field, name)?;
        crate::check::text(field, value)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn labels_are_one_object_in_order_of_name() {
        assert_eq!(to_json(&[]), NONE);
        let two = labels(&[("B", "1"), ("a", "x \"y\"\n")]);
        assert_eq!(to_json(&two), r#"{"B":"1","a":"x \"y\"\n"}"#);
        assert_eq!(from_json(&to_json(&two)).expect("labels"), two);
    }

    #[test]
    fn text_that_is_no_object_of_texts_is_an_error() {
        for text in ["", "[]", "{\"a\":1}", "{\"a\":", "null"] {
            assert!(from_json(text).is_err(), "{text}");
        }
    }

    #[test]
    fn labels_out_of_order_repeated_or_nameless_are_refused() {
        assert!(check("labels", &labels(&[("a", ""), ("b", "x")])).is_ok());
        for wrong in [&[("b", "1"), ("a", "2")][..], &[("a", "1"), ("a", "2")], &[("", "1")], &[("a", "\0")]] {
            let outcome = check("labels", &labels(wrong));
            assert!(matches!(outcome, Err(StoreError::NotStorable { field: "labels", .. })), "{wrong:?}");
        }
    }
}
