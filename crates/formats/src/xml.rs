//! XML as the report formats need it: elements with attributes, in order, checked to be well-formed.
//!
//! No entity is ever resolved but the five of XML itself: a document type that declares entities is refused, and a reference
//! to another document is never followed. Text between elements is not kept. Depth and attributes are bounded.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::Refusal;
use crate::text::{in_few_words, line_breaks, place, shorten, utf8};

const DEPTH: usize = 100;
/// Looking for an attribute that stands twice compares each with each.
const ATTRIBUTES: usize = 100;
/// Characters of an element's text that are kept.
const CONTENT_CHARS: usize = 1_000;

/// What comes next in a document.
pub(crate) enum Step {
    Open(Element),
    Close,
}

/// An element's beginning.
pub(crate) struct Element {
    /// Without a namespace's prefix.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    offset: usize,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The elements of one document; each [`Step::Open`] is followed by its [`Step::Close`].
pub(crate) struct Document<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    depth: usize,
    has_root: bool,
    /// The element just given has no content, so that its end is next.
    is_empty: bool,
    /// How far lines were counted, and how many there are before.
    counted: (usize, usize),
}

impl<'a> Document<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let text = utf8(bytes)?;
        Ok(Self { text, reader: Reader::from_str(text), depth: 0, has_root: false, is_empty: false, counted: (0, 0) })
    }

    /// The document's root, which must have one of these names.
    pub(crate) fn root(&mut self, names: &[&str], expected: &str) -> Result<Element, Refusal> {
        match self.step()? {
            Some(Step::Open(root)) if names.contains(&root.name.as_str()) => Ok(root),
            Some(Step::Open(root)) => {
                Err(self.shape(&root, format!("the root is <{}>", shorten(&root.name)), expected))
            }
            _ => Err(self.wrong(0, "there is no element".to_owned(), expected)),
        }
    }

    /// The next beginning or end of an element; `None` after the root's end.
    pub(crate) fn step(&mut self) -> Result<Option<Step>, Refusal> {
        if std::mem::take(&mut self.is_empty) {
            self.depth -= 1;
            return Ok(Some(Step::Close));
        }
        loop {
            let offset = self.offset();
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    let offset = usize::try_from(self.reader.error_position()).unwrap_or(offset);
                    return Err(self.wrong(offset, in_few_words(&error.to_string()), "well-formed XML"));
                }
            };
            match event {
                Event::Start(start) => return self.open(&start, offset).map(Some),
                Event::Empty(start) => {
                    self.is_empty = true;
                    return self.open(&start, offset).map(Some);
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Step::Close));
                }
                Event::Eof if self.depth > 0 => {
                    let detail = format!("the document ends inside {} open elements", self.depth);
                    return Err(self.wrong(self.text.len(), detail, "a complete document"));
                }
                Event::Eof => return Ok(None),
                Event::DocType(doctype) if doctype.contains('[') => {
                    return Err(self.wrong(offset, "the document declares entities".to_owned(), "no declarations"));
                }
                Event::Text(text) if self.depth == 0 && !text.trim().is_empty() => {
                    return Err(self.wrong(offset, "there is text outside the root".to_owned(), "one root element"));
                }
                Event::CData(_) | Event::GeneralRef(_) if self.depth == 0 => {
                    return Err(self.wrong(offset, "there is text outside the root".to_owned(), "one root element"));
                }
                _ => {}
            }
        }
    }

    /// The line of an element, from 1. Elements are asked for in their order, so that each line is counted once.
    pub(crate) fn row(&mut self, element: &Element) -> usize {
        let (from, before) = self.counted;
        let to = element.offset.max(from);
        let lines = self.text.as_bytes().get(from..to).map_or(0, line_breaks);
        self.counted = (to, before + lines);
        before + lines + 1
    }

    /// The text up to the next tag, with nothing resolved.
    pub(crate) fn content(&self) -> Option<String> {
        if self.is_empty {
            return None;
        }
        let rest = self.text.get(self.offset()..)?;
        Some(rest.split('<').next()?.chars().take(CONTENT_CHARS).collect())
    }

    /// Says that an element is not what the format wants.
    pub(crate) fn shape(&self, element: &Element, detail: String, expected: &str) -> Refusal {
        let (row, column) = place(self.text, element.offset);
        Refusal::Shape { row, column, detail, expected: expected.to_owned() }
    }

    fn open(&mut self, start: &BytesStart<'_>, offset: usize) -> Result<Step, Refusal> {
        if self.depth == 0 && self.has_root {
            return Err(self.wrong(offset, "there is a second root".to_owned(), "one root element"));
        }
        self.has_root = true;
        self.depth += 1;
        if self.depth > DEPTH {
            let (row, column) = place(self.text, offset);
            return Err(Refusal::TooDeep { row, column, limit: DEPTH });
        }
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute
                .map_err(|error| self.wrong(offset, in_few_words(&error.to_string()), "well-formed attributes"))?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| {
                self.wrong(offset, in_few_words(&error.to_string()), "no entity but the five of XML")
            })?;
            if attributes.len() == ATTRIBUTES {
                let detail = format!("an element has more than {ATTRIBUTES} attributes");
                return Err(self.wrong(offset, detail, "fewer attributes"));
            }
            attributes.push((attribute.key.local_name().into_inner().to_owned(), value.into_owned()));
        }
        let name = start.local_name().into_inner().to_owned();
        Ok(Step::Open(Element { name, attributes, offset }))
    }

    fn offset(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(self.text.len())
    }

    fn wrong(&self, offset: usize, detail: String, expected: &str) -> Refusal {
        let (row, column) = place(self.text, offset);
        Refusal::Syntax { row, column, detail, expected: expected.to_owned() }
    }
}
