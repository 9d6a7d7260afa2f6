//! Objects and arrays taken apart one level deep, keeping the text of each value. What stands twice is noticed, and what
//! is not wanted takes no memory.

use std::fmt;
use std::ops::ControlFlow;

use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// How many unknown names are kept for the message.
const UNKNOWN_KEPT: usize = 5;

/// The members of one object.
pub(crate) struct Members<'a> {
    /// The values of the wanted names, in their order; of a repeated one the last.
    pub(crate) known: Vec<Option<&'a RawValue>>,
    /// The wanted names that stand more than once.
    pub(crate) repeated: Vec<&'static str>,
    /// The first few of the other names.
    pub(crate) unknown: Vec<String>,
}

impl<'a> Members<'a> {
    pub(crate) fn read(object: &'a RawValue, names: &[&'static str]) -> Result<Self, serde_json::Error> {
        serde_json::Deserializer::from_str(object.get()).deserialize_map(MembersOf { names })
    }
}

struct MembersOf<'n> {
    names: &'n [&'static str],
}

impl<'de> Visitor<'de> for MembersOf<'_> {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members { known: vec![None; self.names.len()], repeated: Vec::new(), unknown: Vec::new() };
        while let Some(name) = map.next_key::<String>()? {
            let Some(index) = self.names.iter().position(|known| *known == name) else {
                map.next_value::<IgnoredAny>()?;
                if members.unknown.len() < UNKNOWN_KEPT && !members.unknown.contains(&name) {
                    members.unknown.push(name);
                }
                continue;
            };
            let value = map.next_value::<&RawValue>()?;
            let known = self.names[index];
            if members.known[index].replace(value).is_some() && !members.repeated.contains(&known) {
                members.repeated.push(known);
            }
        }
        Ok(members)
    }
}

/// Gives every member of an object to `visit`, in order, and keeps none.
pub(crate) fn each(object: &RawValue, visit: impl FnMut(&str, &RawValue)) -> Result<(), serde_json::Error> {
    serde_json::Deserializer::from_str(object.get()).deserialize_map(Each { visit })
}

struct Each<F> {
    visit: F,
}

impl<'de, F: FnMut(&str, &RawValue)> Visitor<'de> for Each<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            (self.visit)(&name, map.next_value::<&RawValue>()?);
        }
        Ok(())
    }
}

/// The elements of one array.
pub(crate) struct Elements<'a> {
    /// At most as many as were asked for.
    pub(crate) first: Vec<&'a RawValue>,
    /// Whether there are more.
    pub(crate) has_more: bool,
}

impl<'a> Elements<'a> {
    pub(crate) fn read(array: &'a RawValue, limit: usize) -> Result<Self, serde_json::Error> {
        let mut elements = Elements { first: Vec::new(), has_more: false };
        each_element(&mut serde_json::Deserializer::from_str(array.get()), |element| {
            if elements.first.len() == limit {
                elements.has_more = true;
                return ControlFlow::Break(());
            }
            elements.first.push(element);
            ControlFlow::Continue(())
        })?;
        Ok(elements)
    }
}

/// Gives the elements of the array that comes next to `visit`, one by one, until it breaks: what follows then is not looked at.
pub(crate) fn each_element<'de, D: Deserializer<'de>>(
    deserializer: D,
    visit: impl FnMut(&'de RawValue) -> ControlFlow<()>,
) -> Result<(), D::Error> {
    let mut is_broken = false;
    let read = deserializer.deserialize_seq(EachElement { visit, is_broken: &mut is_broken });
    if is_broken { Ok(()) } else { read }
}

struct EachElement<'b, F> {
    visit: F,
    is_broken: &'b mut bool,
}

impl<'de, F: FnMut(&'de RawValue) -> ControlFlow<()>> Visitor<'de> for EachElement<'_, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut array: A) -> Result<(), A::Error> {
        while let Some(element) = array.next_element::<&RawValue>()? {
            if (self.visit)(element).is_break() {
                *self.is_broken = true;
                // An error is the only way to leave a parser in the middle.
                return Err(A::Error::custom("enough"));
            }
        }
        Ok(())
    }
}
