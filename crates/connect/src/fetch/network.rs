//! Which way each kind of system is asked.

use std::fmt::Write as _;

use async_trait::async_trait;
use form_urlencoded::Serializer;
use formats::Limits;

use super::http::{Client, Exchange};
use super::{Failure, Fetch, Fetched, postgres, sqlite};
use crate::config::{Kind, Pull, Request};
use crate::progress::Range;

/// What Prometheus 2 says that it takes: `OpenMetrics` before its own text format.
const SCRAPE_ACCEPT: &str = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

/// The network as it is.
pub struct Network {
    client: Client,
    limits: Limits,
}

impl Network {
    /// A way to other systems that trusts the certificates that this computer trusts. An answer holds no more bytes and rows than
    /// the limits.
    pub fn new(limits: Limits) -> Self {
        Self { client: Client::new(limits.body_bytes), limits }
    }
}

#[async_trait]
impl Fetch for Network {
    async fn fetch(&self, pull: &Pull, request: &Request, range: Range) -> Result<Fetched, Failure> {
        match pull.kind {
            Kind::Postgres => {
                postgres::rows(pull.address.filled(), &range.place(&request.query), pull.timing.timeout, &self.limits)
                    .await
            }
            Kind::Sqlite => sqlite::rows(pull.address.filled(), &range.place(&request.query), &self.limits).await,
            _ => self.client.exchange(exchange(pull, request, range)).await,
        }
    }
}

/// What is sent over HTTP.
fn exchange(pull: &Pull, request: &Request, range: Range) -> Exchange {
    let base = pull.address.filled().trim_end_matches('/');
    let (mut accept, mut body) = ("application/json", None);
    let url = match pull.kind {
        Kind::Prometheus => {
            let mut form = Serializer::new(String::new());
            form.append_pair("query", &range.place(&request.query));
            let path = match request.step {
                None => {
                    form.append_pair("time", &seconds(range.until_ms));
                    "query"
                }
                Some(step) => {
                    form.append_pair("start", &seconds(range.from_ms)).append_pair("end", &seconds(range.until_ms));
                    form.append_pair("step", &step.as_secs_f64().to_string());
                    "query_range"
                }
            };
            format!("{base}/api/v1/{path}?{}", form.finish())
        }
        Kind::InfluxQl => {
            let mut form = Serializer::new(String::new());
            for (name, value) in &pull.parameters {
                form.append_pair(name, value.filled());
            }
            form.append_pair("epoch", "ms").append_pair("q", &range.place(&request.query));
            format!("{base}/query?{}", form.finish())
        }
        Kind::Flux => {
            accept = "application/csv";
            let annotations = ["datatype", "group", "default"];
            let dialect = serde_json::json!({ "header": true, "delimiter": ",", "annotations": annotations });
            let query = serde_json::json!({ "type": "flux", "query": range.place(&request.query), "dialect": dialect });
            body = Some(query.to_string().into_bytes());
            let mut form = Serializer::new(String::new());
            for (name, value) in &pull.parameters {
                form.append_pair(name, value.filled());
            }
            format!("{base}/api/v2/query?{}", form.finish())
        }
        _ => {
            if pull.kind == Kind::Scrape {
                accept = SCRAPE_ACCEPT;
            }
            let mut url = range.place(pull.address.filled());
            if !request.query.is_empty() {
                let mark = if url.contains('?') { '&' } else { '?' };
                // Writing into a text can't fail.
                let _ = write!(url, "{mark}{}", range.place(&request.query));
            }
            url
        }
    };
    let mut headers = vec![("accept".to_owned(), accept.to_owned())];
    if pull.kind == Kind::Scrape {
        let timeout = pull.timing.timeout.as_secs_f64().to_string();
        headers.push(("x-prometheus-scrape-timeout-seconds".to_owned(), timeout));
    }
    if body.is_some() {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    headers.retain(|(name, _)| pull.headers.iter().all(|(own, _)| !own.eq_ignore_ascii_case(name)));
    headers.extend(pull.headers.iter().map(|(name, value)| (name.clone(), value.filled().to_owned())));
    Exchange { url, headers, body, timeout: pull.timing.timeout }
}

fn seconds(time_ms: i64) -> String {
    format!("{}.{:03}", time_ms.div_euclid(1_000), time_ms.rem_euclid(1_000))
}
