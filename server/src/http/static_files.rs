//! The built site: hashed files for a year, everything else to be asked for again; a page for what is not there.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::handler::HandlerWithoutStateExt as _;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use tower_http::services::ServeDir;

use super::State;
use super::pages::not_found;

/// What a browser needs before anybody has shown a token.
pub const OPEN: [&str; 7] = [
    "/favicon.ico",
    "/favicon.svg",
    "/robots.txt",
    "/manifest.webmanifest",
    SERVICE_WORKER,
    "/pkg/{*file}",
    "/icons/{*file}",
];
/// The service worker; the policy that it is sent with governs what it may fetch.
const SERVICE_WORKER: &str = "/service-worker.js";
const WORKER_POLICY: &str = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Serves the site's folder, precompressed where it can.
pub fn service(state: &State) -> Router {
    let page_state = state.clone();
    let missing = move |request: Request<Body>| {
        let state = page_state.clone();
        async move { not_found::page(state, request).await }
    };
    let files = ServeDir::new(state.options.site_root.as_ref())
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
        .not_found_service(missing.into_service());
    let package = format!("/{}/", state.options.site_pkg_dir);
    Router::new().fallback_service(files).layer(from_fn(move |request: Request, next: Next| {
        let hashed = request.uri().path().starts_with(&package);
        let is_worker = request.uri().path() == SERVICE_WORKER;
        async move {
            let mut response = cached(next.run(request).await, hashed);
            if is_worker {
                response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(WORKER_POLICY));
            }
            response
        }
    }))
}

fn cached(mut response: Response, hashed: bool) -> Response {
    let value =
        if hashed && response.status().is_success() { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static(value));
    response
}
