//! JSON Pointers (RFC 6901) into documents that are not parsed as a whole.

use std::collections::HashMap;

use serde_json::value::RawValue;

/// What is wrong with a pointer, in words; `None` where nothing is.
pub fn problem(pointer: &str) -> Option<&'static str> {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return Some("a JSON Pointer begins with /, such as /data/items");
    }
    let is_bad = pointer.split('~').skip(1).any(|after| !after.starts_with(['0', '1']));
    is_bad.then_some("in a JSON Pointer ~ is written ~0 and / inside of a name ~1")
}

/// The value that a pointer names. Of a member that stands twice it is the last.
pub(super) fn find<'a>(root: &'a RawValue, pointer: &str) -> Option<&'a RawValue> {
    let mut at = root;
    for token in pointer.split('/').skip(1) {
        let name = unescaped(token);
        at = if at.get().starts_with('[') {
            let index: usize = name.parse().ok()?;
            *serde_json::from_str::<Vec<&RawValue>>(at.get()).ok()?.get(index)?
        } else {
            *serde_json::from_str::<HashMap<String, &RawValue>>(at.get()).ok()?.get(&name)?
        };
    }
    Some(at)
}

/// Whether a pointer names the member `name` of the row itself.
pub(super) fn is_member(pointer: &str, name: &str) -> bool {
    pointer.strip_prefix('/').is_some_and(|token| unescaped(token) == name)
}

fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
