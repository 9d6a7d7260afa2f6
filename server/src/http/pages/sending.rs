//! Forms on their way: their fields, within limits that depend on who sends them.

use axum::RequestExt as _;
use axum::body::Body;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::Limits;
use serde::de::DeserializeOwned;

use super::forms::Sent;
use crate::http::access::Denied;
use crate::http::api::body::{self, MOST_JSON_BYTES};
use crate::http::asking::Asking;
use crate::http::bodies::{Exhausted, Inflow, MOST_OF_STRANGERS, Unread};
use crate::http::problem::Problem;
use crate::http::{MOST_BODY_BYTES, State};

/// The most fields of a form.
const MOST_FIELDS: usize = 500;
/// The most bytes of a field that is not a file, nor the text of one.
const MOST_FIELD_BYTES: usize = 64 * 1024;
/// The fields that hold a file, or what came of one.
const FILES: [&str; 3] = ["file", "encoded", "csv"];

/// A form with a few short fields.
pub struct Form<Fields>(pub Fields);

impl<Fields: DeserializeOwned, Shared: Send + Sync> FromRequest<Shared> for Form<Fields> {
    type Rejection = Response;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let bytes = body::read(body, MOST_JSON_BYTES).await.map_err(Problem::into_response)?;
        few(&bytes).map_err(Problem::into_response)?;
        let request = Request::from_parts(parts, Body::from(bytes));
        let read = axum::extract::Form::<Fields>::from_request(request, shared).await;
        read.map(|axum::extract::Form(fields)| Self(fields)).map_err(axum::response::IntoResponse::into_response)
    }
}

/// Each field takes many times the two bytes that it can be written with.
fn few(form: &[u8]) -> Result<(), Problem> {
    let fields = memchr::memchr_iter(b'&', form).count();
    if fields < MOST_FIELDS { Ok(()) } else { Err(too_many_fields()) }
}

fn too_many_fields() -> Problem {
    unreadable(format!("it has more than {MOST_FIELDS} fields"))
}

/// A form that can't be read.
pub fn unreadable(detail: String) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "form", "The form can't be read").detail(detail)
}

/// A file that was sent.
#[derive(Debug, Default)]
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The texts and the file of a form. Where the server asks for a token, more than a little is read only after one that is right.
///
/// # Errors
/// A problem where the form can't be read, is too large, or shows a wrong token.
pub async fn with_file(state: &State, request: Request) -> Result<(Sent, File), Problem> {
    if !is_multipart(request.headers()) {
        return Ok((urlencoded(state, request).await?, File::default()));
    }
    let mut parts = request.extract::<Multipart, _>().await.map_err(|error| unreadable(error.body_text()))?;
    let read = multipart(state, &mut parts).await;
    if read.is_err() {
        // So that the browser gets to show why.
        while let Ok(Some(_)) = parts.next_field().await {}
    }
    read
}

fn is_multipart(headers: &HeaderMap) -> bool {
    let written = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    written.is_some_and(|value| value.starts_with("multipart/form-data"))
}

async fn multipart(state: &State, parts: &mut Multipart) -> Result<(Sent, File), Problem> {
    let (mut sent, mut file, mut total) = (Sent::default(), File::default(), 0);
    while let Some(part) = parts.next_field().await.map_err(|error| unreadable(error.body_text()))? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().unwrap_or_default().to_owned();
        let bytes = field(part, FILES.contains(&name.as_str()), &mut total).await?;
        if name == "file" {
            file = File { name: file_name, bytes };
            continue;
        }
        let text = String::from_utf8(bytes)
            .map_err(|error| unreadable(format!("a field is not UTF-8 text: {}", error.utf8_error())))?;
        if name == "token" {
            shown(state, &text)?;
        }
        sent.0.push((name, text));
        if sent.0.len() > MOST_FIELDS {
            return Err(too_many_fields());
        }
    }
    Ok((sent, file))
}

/// The bytes of one field.
async fn field(mut part: Field<'_>, is_file: bool, total: &mut usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|error| unreadable(error.body_text()))? {
        *total += chunk.len();
        if is_stranger() && *total > MOST_OF_STRANGERS {
            return Err(token_first());
        }
        if *total > MOST_BODY_BYTES {
            return Err(body::too_large(MOST_BODY_BYTES));
        }
        bytes.extend_from_slice(&chunk);
        if !is_file && bytes.len() > MOST_FIELD_BYTES {
            return Err(unreadable(format!("a field has more than {MOST_FIELD_BYTES} bytes")));
        }
    }
    Ok(bytes)
}

async fn urlencoded(state: &State, request: Request) -> Result<Sent, Problem> {
    let meter = Asking::now().map(|asking| asking.meter().clone()).ok_or(Exhausted)?;
    let limits = Limits { body_bytes: MOST_BODY_BYTES, ..Limits::default() };
    let mut inflow = Inflow::new(request.into_body(), None, &limits, meter)?;
    let beginning = inflow.beginning(MOST_OF_STRANGERS).await.map_err(problem)?;
    let is_cut = beginning.len() >= MOST_OF_STRANGERS;
    few(beginning)?;
    // The last field may be cut off.
    let whole = if is_cut { beginning.iter().rposition(|byte| *byte == b'&').unwrap_or(0) } else { beginning.len() };
    let token = fields(&beginning[..whole]).find(|(name, value)| name == "token" && !value.is_empty());
    if let Some((_, token)) = token {
        shown(state, &token)?;
    }
    if is_cut && is_stranger() {
        inflow.discard().await;
        return Err(token_first());
    }
    let whole = inflow.whole(MOST_BODY_BYTES).await.map_err(problem)?;
    few(&whole.content)?;
    Ok(Sent(fields(&whole.content).collect()))
}

fn fields(form: &[u8]) -> impl Iterator<Item = (String, String)> + '_ {
    form_urlencoded::parse(form).map(|(name, value)| (name.into_owned(), value.into_owned()))
}

/// Looks at a token as soon as it is there. Without one the form may still be a preview, which records nothing.
fn shown(state: &State, token: &str) -> Result<(), Problem> {
    if token.trim().is_empty() {
        return Ok(());
    }
    match state.caller(Some(token)) {
        Err(denied @ Denied::TooMany { .. }) => Err(denied.into()),
        // A wrong one is told with the form, which comes back as it was typed; until then its sender is nobody.
        Ok(_) | Err(_) => Ok(()),
    }
}

fn is_stranger() -> bool {
    Asking::now().is_none_or(|asking| asking.meter().is_stranger())
}

fn token_first() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The form is too large without a token")
        .detail("Enter a token in the field before the file, or send a file of at most 1 MiB.")
}

fn problem(unread: Unread) -> Problem {
    match unread {
        Unread::TooLarge(limit) => body::too_large(limit),
        Unread::BrokenOff => unreadable("the connection ended before the form did".to_owned()),
        Unread::Exhausted => Exhausted.into(),
        Unread::Refused(refusal) => refusal.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_form_of_thousands_of_fields_is_refused() {
        let read = async |form: String| {
            let request = Request::post("/").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            Form::<Vec<(String, String)>>::from_request(request.body(Body::from(form)).unwrap(), &()).await
        };
        let Ok(Form(fields)) = read("a=1&b=2".to_owned()).await else { panic!("it is read") };
        assert_eq!(fields.len(), 2);
        for form in ["a&".repeat(30_000), format!("a={}", "x".repeat(70_000))] {
            assert!(read(form).await.is_err_and(|response| response.status().is_client_error()));
        }
    }
}
