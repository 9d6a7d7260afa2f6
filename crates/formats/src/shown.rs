//! Keys that clients put into their bodies, found in the beginning of one: who sends is known before the rest is read.
//!
//! The beginning may end anywhere. Nothing of it is kept but the key.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::plain::Plain;

/// How a key is reached: the first element of an array stands for the array.
type Path = &'static [&'static str];

/// The text at the first of `paths` that is there. Of an array its first element is looked at.
pub(crate) fn find(beginning: &[u8], paths: &'static [Path]) -> Option<String> {
    let mut found = vec![None; paths.len()];
    let at: Vec<(usize, Path)> = paths.iter().copied().enumerate().collect();
    // The beginning may be cut off, or no JSON: what was found until there counts.
    let _ = Look { at, found: &mut found }.deserialize(&mut serde_json::Deserializer::from_slice(beginning));
    found.into_iter().flatten().next()
}

struct Look<'f> {
    at: Vec<(usize, Path)>,
    found: &'f mut Vec<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Nothing more has to be read.
fn enough<E: Error>() -> E {
    E::custom("enough")
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object or an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        list.next_element_seed(Look { at: self.at, found: self.found })?;
        Err(enough())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let here: Vec<(usize, Path)> =
                self.at.iter().filter(|(_, path)| path.first() == Some(&name.as_str())).copied().collect();
            let Some((place, path)) = here.first() else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if path.len() == 1 {
                if let Plain::Text(text) = map.next_value::<Plain>()? {
                    self.found[*place] = Some(text);
                }
            } else {
                let inside = here.iter().map(|(place, path)| (*place, &path[1..])).collect();
                map.next_value_seed(Inside(Look { at: inside, found: &mut *self.found }))?;
            }
            // The first path wins, so that one that was found ends it.
            if self.found[0].is_some() {
                return Err(enough());
            }
        }
        Ok(())
    }
}

/// An object below; anything else is passed over.
struct Inside<'f>(Look<'f>);

impl<'de> DeserializeSeed<'de> for Inside<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inside<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.visit_map(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    const PATHS: &[super::Path] = &[&["properties", "token"], &["$token"]];

    #[test]
    fn a_key_is_found_wherever_the_beginning_ends() {
        for (beginning, key) in [
            (r#"[{"event":"a","properties":{"x":[1,{"token":"no"}],"token":"yes"}},{"event":"#, Some("yes")),
            (r#"{"properties":{"token":"yes"#, None),
            (r#"{"properties":{"token":"yes""#, Some("yes")),
            (r#" {"$token":"t","properties":{"token":"p"}}"#, Some("p")),
            (r#"{"$token":"t","properties":7}"#, Some("t")),
            (r#"{"$token":"t","$set":{"a":"#, Some("t")),
            (r#"[[{"$token":"t"}]]"#, Some("t")),
            (r#"[{"a":0},{"$token":"t"}]"#, None),
            (r#"{"$token":7}"#, None),
            ("NaN", None),
            ("", None),
        ] {
            assert_eq!(find(beginning.as_bytes(), PATHS).as_deref(), key, "{beginning}");
        }
    }
}
