//! Lists of a result of which only a little is wanted: whether the tags name security, and the first place.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::plain::{Lenient, Plain};

/// Tags of a rule or result.
pub(super) struct Tags {
    /// One of them is `security`.
    pub(super) name_security: bool,
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut name_security = false;
        let each = |tag: Plain| {
            name_security |= matches!(tag, Plain::Text(text) if text.eq_ignore_ascii_case("security"));
        };
        deserializer.deserialize_any(list(each))?;
        Ok(Self { name_security })
    }
}

/// Where a result is: the first of its places.
#[derive(Default)]
pub(super) struct Place {
    pub(super) file: Option<String>,
    pub(super) line: Option<u64>,
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut first: Option<Location> = None;
        let mut is_first = true;
        deserializer.deserialize_any(list(|location: Lenient<Location>| {
            if std::mem::take(&mut is_first) {
                first = location.0;
            }
        }))?;
        let physical = first.and_then(|first| first.physical_location).and_then(|found| found.0);
        let Some(physical) = physical else { return Ok(Self::default()) };
        let file = physical.artifact_location.and_then(|found| found.0).and_then(|found| found.uri);
        let line = physical.region.and_then(|found| found.0).and_then(|found| found.start_line);
        let file = file.and_then(|file| if let Plain::Text(file) = file { Some(file) } else { None });
        let line = line.and_then(|line| if let Plain::Number(line) = line { line.as_u64() } else { None });
        Ok(Self { file, line })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Option<Lenient<Physical>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Option<Lenient<Artifact>>,
    region: Option<Lenient<Region>>,
}

#[derive(Deserialize)]
struct Artifact {
    uri: Option<Plain>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: Option<Plain>,
}

/// Gives every element of a list to a function; anything else is passed over.
struct List<Element, F> {
    each: F,
    element: PhantomData<Element>,
}

fn list<Element, F: FnMut(Element)>(each: F) -> List<Element, F> {
    List { each, element: PhantomData }
}

impl<'de, Element: Deserialize<'de>, F: FnMut(Element)> Visitor<'de> for List<Element, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element()? {
            (self.each)(element);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
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
