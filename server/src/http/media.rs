//! What a sender says of its body: type, packing and letters. What can't be read as it says is 415, and not guessed at.

use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};

use super::problem::Problem;

fn header(headers: &HeaderMap, name: axum::http::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim()
}

/// Why the letters of a body can't be read: only UTF-8 is, and what is a part of it.
pub fn foreign_letters(headers: &HeaderMap) -> Option<String> {
    let written = header(headers, CONTENT_TYPE).to_ascii_lowercase();
    let charset = written.split(';').skip(1).find_map(|part| part.trim().strip_prefix("charset="))?;
    let charset = charset.trim_matches('"');
    let is_foreign =
        ["utf-16", "utf16", "utf-32", "utf32", "utf-7", "ucs-"].iter().any(|start| charset.starts_with(start));
    is_foreign.then(|| format!("\"{}\" is not read; send UTF-8", charset.chars().take(40).collect::<String>()))
}

/// Refuses a body that is packed, where none is unpacked, or written in other letters than UTF-8.
///
/// # Errors
/// 415.
pub fn plain(headers: &HeaderMap) -> Result<(), Problem> {
    let packed = header(headers, CONTENT_ENCODING);
    if !packed.is_empty() && !packed.eq_ignore_ascii_case("identity") {
        let short: String = packed.chars().take(40).collect();
        return Err(unread(format!("a body with Content-Encoding \"{short}\" is not unpacked here; send it as it is")));
    }
    foreign_letters(headers).map_or(Ok(()), |detail| Err(unread(detail)))
}

/// Refuses a report that says it is a picture, a sound, a film or a font, or whose type is none.
///
/// # Errors
/// 415.
pub fn report(headers: &HeaderMap) -> Result<(), Problem> {
    plain(headers)?;
    let written = header(headers, CONTENT_TYPE).to_ascii_lowercase();
    let media_type = written.split(';').next().unwrap_or_default().trim();
    let is_never = ["image/", "audio/", "video/", "font/", "model/"].iter().any(|kind| media_type.starts_with(kind));
    // SVG is a picture, and XML too; no report is one.
    if is_never || (!media_type.is_empty() && !media_type.contains('/')) {
        let short: String = media_type.chars().take(60).collect();
        return Err(unread(format!(
            "\"{short}\" is no report; send it as application/octet-stream, text, JSON or XML"
        )));
    }
    Ok(())
}

/// Whether line protocol may come as this type: senders say many things of text, and curl says that it is a form.
pub fn is_line_protocol(headers: &HeaderMap) -> bool {
    let written = header(headers, CONTENT_TYPE).to_ascii_lowercase();
    match written.split(';').next().unwrap_or_default().trim() {
        "" | "application/octet-stream" | "application/x-www-form-urlencoded" | "*/*" => true,
        "text/html" | "text/css" | "text/csv" | "text/xml" | "text/javascript" => false,
        other => other.starts_with("text/") || other.starts_with("application/") && other.contains("line"),
    }
}

fn unread(detail: String) -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "This media type is not read here").detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(content_type: &str, encoding: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [(CONTENT_TYPE, content_type), (CONTENT_ENCODING, encoding)] {
            if !value.is_empty() {
                headers.insert(name, value.parse().expect("a header"));
            }
        }
        headers
    }

    #[test]
    fn what_is_never_text_is_no_report_and_no_line_protocol() {
        for (content_type, is_report, is_lines) in [
            ("", true, true),
            ("text/plain", true, true),
            ("text/plain; charset=utf-8", true, true),
            ("application/octet-stream", true, true),
            ("application/x-www-form-urlencoded", true, true),
            ("application/xml", true, false),
            ("application/json", true, false),
            ("text/xml", true, false),
            ("text/html", true, false),
            ("application/vnd.influx.line-protocol", true, true),
            ("image/png", false, false),
            ("Image/PNG", false, false),
            ("video/mp4", false, false),
            ("garbage", false, false),
        ] {
            let headers = headers(content_type, "");
            assert_eq!((report(&headers).is_ok(), is_line_protocol(&headers)), (is_report, is_lines), "{content_type}");
        }
    }

    #[test]
    fn what_is_packed_or_in_other_letters_is_refused() {
        for (content_type, encoding, is_plain) in [
            ("application/json", "", true),
            ("application/json", "identity", true),
            ("application/json; charset=UTF-8", "", true),
            ("application/json", "br", false),
            ("application/json", "gzip", false),
            ("application/json; charset=utf-16", "", false),
            ("text/csv;charset=\"UTF-16LE\"", "", false),
        ] {
            assert_eq!(plain(&headers(content_type, encoding)).is_ok(), is_plain, "{content_type} {encoding}");
        }
    }
}
