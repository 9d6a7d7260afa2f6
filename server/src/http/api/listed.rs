//! Answers that are one page of a list. Where more follows, the header `Link` names the next page (`rel="next"`, RFC 8288), so
//! that a list that fits on a page is what it was without pages.

use axum::Json;
use axum::http::header::LINK;
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A page of a list.
pub struct Listed<Body> {
    body: Body,
    next: Option<HeaderValue>,
}

impl<Row> Listed<Vec<Row>> {
    /// The first `limit` of the rows that are left. Where there are more, the next page is that of the same address with the
    /// parameter `name` set to what `place` tells of the last row of this one.
    pub fn of(
        rows: impl IntoIterator<Item = Row>,
        limit: usize,
        uri: &Uri,
        name: &str,
        place: impl Fn(&Row) -> String,
    ) -> Self {
        let mut rows = rows.into_iter();
        let body: Vec<Row> = rows.by_ref().take(limit).collect();
        let last = body.last().filter(|_| rows.next().is_some());
        let next = last.and_then(|last| next(uri, name, &place(last)));
        Self { body, next }
    }
}

impl<Body> Listed<Body> {
    /// The same page with its rows inside of something else.
    pub fn map<Other>(self, into: impl FnOnce(Body) -> Other) -> Listed<Other> {
        Listed { body: into(self.body), next: self.next }
    }
}

impl<Body: Serialize> IntoResponse for Listed<Body> {
    fn into_response(self) -> Response {
        let mut response = Json(self.body).into_response();
        if let Some(next) = self.next {
            response.headers_mut().insert(LINK, next);
        }
        response
    }
}

/// The header that names the address with a parameter set to a value.
fn next(uri: &Uri, name: &str, value: &str) -> Option<HeaderValue> {
    let kept = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<&str> = kept.filter(|pair| pair.split('=').next() != Some(name)).collect();
    let own = format!("{name}={}", escaped(value));
    pairs.push(&own);
    HeaderValue::from_str(&format!("<{}?{}>; rel=\"next\"", uri.path(), pairs.join("&"))).ok()
}

/// A text as it may stand in a query.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(count: usize, limit: usize, uri: &'static str) -> Option<String> {
        let listed = Listed::of(1..=count, limit, &Uri::from_static(uri), "after", |row| format!("é {row}&"));
        assert_eq!(listed.body.len(), count.min(limit));
        let response = listed.into_response();
        response.headers().get(LINK).map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_next_page_is_named_only_where_more_follows_and_keeps_what_was_asked_for() {
        assert_eq!(link(0, 5, "/list"), None);
        assert_eq!(link(5, 5, "/list"), None);
        assert_eq!(link(6, 5, "/list").as_deref(), Some("</list?after=%C3%A9%205%26>; rel=\"next\""));
        let asked = link(6, 5, "/list?after=x&contains=a%20b&limit=5");
        assert_eq!(asked.as_deref(), Some("</list?contains=a%20b&limit=5&after=%C3%A9%205%26>; rel=\"next\""));
    }
}
