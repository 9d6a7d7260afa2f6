//! XML parts of a workbook: elements and their text, in order. As elsewhere no entity is resolved but the five of XML.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::wrong;
use crate::Refusal;
use crate::text::shorten;

const DEPTH: usize = 100;
const ATTRIBUTES: usize = 100;

pub(super) enum Step {
    Open(Tag),
    /// The end of an element of that name.
    Close(String),
    Text(String),
}

pub(super) struct Tag {
    /// Without a namespace's prefix.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

pub(super) struct Part<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
    /// The name of an element without content, whose end is next.
    empty: Option<String>,
}

impl<'a> Part<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { reader: Reader::from_str(text), depth: 0, empty: None }
    }

    /// What comes next; none at the end.
    pub(super) fn step(&mut self) -> Result<Option<Step>, Refusal> {
        if let Some(name) = self.empty.take() {
            return Ok(Some(Step::Close(name)));
        }
        loop {
            match self.reader.read_event().map_err(|error| damaged(&error.to_string()))? {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > DEPTH {
                        return Err(damaged("it is nested too deeply"));
                    }
                    return tag(&start).map(|tag| Some(Step::Open(tag)));
                }
                Event::Empty(start) => {
                    let tag = tag(&start)?;
                    self.empty = Some(tag.name.clone());
                    return Ok(Some(Step::Open(tag)));
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Step::Close(end.local_name().into_inner().to_owned())));
                }
                Event::Text(text) => return Ok(Some(Step::Text(text.to_string()))),
                Event::CData(text) => return Ok(Some(Step::Text(text.to_string()))),
                Event::GeneralRef(reference) => {
                    let character = reference.resolve_char_ref().map_err(|error| damaged(&error.to_string()))?;
                    let text = character.map(String::from);
                    let text = text.or_else(|| resolve_predefined_entity(&reference).map(str::to_owned));
                    return text.map(|text| Some(Step::Text(text))).ok_or_else(|| damaged("an entity is unknown"));
                }
                Event::DocType(_) => return Err(damaged("it declares a document type")),
                Event::Eof if self.depth > 0 => return Err(damaged("it is cut off")),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }
}

fn tag(start: &BytesStart<'_>) -> Result<Tag, Refusal> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| damaged(&error.to_string()))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| damaged(&error.to_string()))?;
        if attributes.len() == ATTRIBUTES {
            return Err(damaged("an element has too many attributes"));
        }
        attributes.push((attribute.key.local_name().into_inner().to_owned(), value.into_owned()));
    }
    Ok(Tag { name: start.local_name().into_inner().to_owned(), attributes })
}

fn damaged(why: &str) -> Refusal {
    wrong(format!("a part of the workbook can't be read: {}", shorten(why)), "a workbook saved as .xlsx, or CSV")
}
