//! How Mixpanel's clients wrap their JSON: in a form's or an address's `data`, plain or in base64, or not at all.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};

use crate::Refusal;
use crate::text::{quote, utf8};

const EXPECTED: &str = "a form with `data=` and JSON or its base64, or JSON itself";
const CONFIG: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const BASE64: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, CONFIG);

/// What a request holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The events or updates, as JSON.
    pub json: Vec<u8>,
    /// The client wants its answer as JSON.
    pub is_verbose: bool,
    /// It came as a form or in an address, and wants the answer that goes with it, not that of the `/import` of today.
    pub is_form: bool,
    /// The project's token or key, where it stands in the form.
    pub api_key: Option<String>,
}

/// Takes a body, or an address's query where the body is empty, apart.
///
/// # Errors
/// Refuses what is neither JSON nor a form with `data`, and `data` that is neither JSON nor base64.
pub fn request(query: &str, body: impl Into<Vec<u8>>) -> Result<Request, Refusal> {
    let body: Vec<u8> = body.into();
    let is_blank = body.iter().all(u8::is_ascii_whitespace);
    let mut request = Request { json: Vec::new(), is_verbose: false, is_form: true, api_key: None };
    let mut data = None;
    let is_json = body.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| matches!(byte, b'{' | b'['));
    let form = if is_blank || is_json { &[] } else { utf8(&body)?.as_bytes() };
    for (name, value) in form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(form)) {
        match name.as_ref() {
            "data" => data = Some(value),
            "verbose" => request.is_verbose = value == "1",
            "api_key" => request.api_key = Some(value.into_owned()),
            _ => {}
        }
    }
    if is_json {
        request.is_form = false;
        request.json = body;
        return Ok(request);
    }
    let data = data.ok_or_else(|| shape("there is no `data`".to_owned()))?;
    request.json = decoded(&data)?;
    Ok(request)
}

/// The key that a request shows: in the address or form, else that of the first event. `beginning` is the body's, and may end anywhere.
pub fn shown_key(query: &str, beginning: &[u8]) -> Option<String> {
    let first = beginning.iter().find(|byte| !byte.is_ascii_whitespace());
    let is_json = first.is_some_and(|byte| matches!(byte, b'{' | b'['));
    let form = if is_json { &[] } else { beginning };
    let (mut key, mut data) = (None, None);
    for (name, value) in form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(form)) {
        match name.as_ref() {
            "data" => data = Some(value),
            "api_key" => key = Some(value.into_owned()),
            _ => {}
        }
    }
    if key.is_some() {
        return key;
    }
    if is_json {
        return super::project_token(beginning);
    }
    let data = data?;
    let data = data.trim();
    if data.starts_with(['{', '[']) {
        return super::project_token(data.as_bytes());
    }
    // Four characters of base64 stand for themselves; a last group that is cut off is left out.
    let whole = data.get(..data.len() - data.len() % 4)?;
    super::project_token(&decoded(whole).or_else(|_| decoded(data)).ok()?)
}

fn decoded(data: &str) -> Result<Vec<u8>, Refusal> {
    let data = data.trim();
    if data.starts_with(['{', '[']) {
        return Ok(data.as_bytes().to_vec());
    }
    if data.is_empty() {
        return Err(Refusal::Empty);
    }
    // Clients put base64 into forms as it is, so that its plus signs arrive as spaces. Browsers write the other alphabet.
    let standard: Cow<'_, str> = if data.contains([' ', '-', '_']) {
        Cow::Owned(
            data.chars()
                .map(|character| match character {
                    ' ' | '-' => '+',
                    '_' => '/',
                    other => other,
                })
                .collect(),
        )
    } else {
        Cow::Borrowed(data)
    };
    BASE64.decode(standard.as_bytes()).map_err(|_| shape(format!("`data` is {}", quote(data))))
}

fn shape(detail: String) -> Refusal {
    Refusal::Shape { row: 1, column: 1, detail, expected: EXPECTED.to_owned() }
}
