//! What browsers and proxies may keep of an answer, and that they come back encrypted.

use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, STRICT_TRANSPORT_SECURITY};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::address::ClientAddress;

/// For a year a browser does not come back without TLS.
const ONLY_ENCRYPTED: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Nothing is kept where nothing else is said, and nothing is shared that a token was shown for.
pub async fn say(client: ClientAddress, request: Request, next: Next) -> Response {
    let is_token_shown = request.headers().contains_key(AUTHORIZATION);
    let mut response = next.run(request).await;
    limit(response.headers_mut(), is_token_shown);
    if client.is_https() {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, ONLY_ENCRYPTED);
    }
    response
}

fn limit(headers: &mut HeaderMap, is_token_shown: bool) {
    let Some(said) = headers.get(CACHE_CONTROL) else {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return;
    };
    let said = said.to_str().unwrap_or("no-store");
    // Files with their hash in the name are the same for everybody.
    let is_for_all = said.contains("immutable");
    let directives = || said.split(',').map(str::trim);
    if !is_token_shown || is_for_all || directives().any(|directive| matches!(directive, "no-store" | "private")) {
        return;
    }
    let kept: Vec<&str> = std::iter::once("private").chain(directives().filter(|word| *word != "public")).collect();
    let value = HeaderValue::from_str(&kept.join(", ")).unwrap_or(HeaderValue::from_static("no-store"));
    headers.insert(CACHE_CONTROL, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_token_was_shown_for_is_shared_with_nobody() {
        for (said, is_token_shown, expected) in [
            (None, false, "no-store"),
            (None, true, "no-store"),
            (Some("no-cache"), false, "no-cache"),
            (Some("no-cache"), true, "private, no-cache"),
            (Some("public, max-age=60"), true, "private, max-age=60"),
            (Some("no-store"), true, "no-store"),
            (Some("public, max-age=31536000, immutable"), true, "public, max-age=31536000, immutable"),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(said) = said {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static(said));
            }
            limit(&mut headers, is_token_shown);
            assert_eq!(headers[CACHE_CONTROL], expected, "{said:?} {is_token_shown}");
        }
    }
}
