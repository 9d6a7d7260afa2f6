//! JSON bodies of requests that people and programs decide something with.

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::body::{self, MOST_JSON_BYTES};
use crate::http::media;
use crate::http::problem::Problem;

/// A JSON body whose errors are problem documents.
pub struct Sent<Value>(pub Value);

impl<Value, Shared> FromRequest<Shared> for Sent<Value>
where
    Value: DeserializeOwned,
    Shared: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _shared: &Shared) -> Result<Self, Problem> {
        let written = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = written.unwrap_or("application/json").split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            let title = "This media type is not read here";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", title)
                .detail(format!("\"{media_type}\" is not application/json")));
        }
        media::plain(request.headers())?;
        let bytes = body::read(request.into_body(), MOST_JSON_BYTES).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| unreadable(&error))
    }
}

fn unreadable(error: &serde_json::Error) -> Problem {
    let kind = if error.classify() == Category::Data { "shape" } else { "syntax" };
    let mut problem = Problem::new(StatusCode::BAD_REQUEST, kind, "The body can't be read")
        .detail(error.to_string())
        .expected("a JSON object as GET /api/v1/openapi.json describes it");
    problem.row = Some(error.line()).filter(|line| *line > 0);
    problem.column = Some(error.column()).filter(|column| *column > 0);
    problem
}
