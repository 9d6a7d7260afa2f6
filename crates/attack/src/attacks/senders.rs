//! Senders that spoil it for others, and those that are none.

use std::fmt::Write as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::time::sleep;

use super::bodies::{WRONG_TOKEN, nothing_was_kept};
use crate::Result;
use crate::http::{Request, ask};
use crate::judge::Claim;
use crate::load::send_all;
use crate::server::TOKEN;
use crate::stage::{ATTACKER, Stage};

/// How many names, and how many in one request.
const NAMES: (usize, usize) = (200_000, 10_000);
/// How often alerts are looked at, and a little more.
const ALERTS_AFTER: Duration = Duration::from_secs(6);

pub async fn names(stage: &Stage) -> Result<Vec<Claim>> {
    for first in (0..NAMES.0).step_by(NAMES.1) {
        let mut body = String::from("[");
        for number in first..first + NAMES.1 {
            let separator = if number == first { "" } else { "," };
            // Writing to a text can't fail.
            let _ = write!(body, "{separator}{{\"series\":\"attack.series.{number}\",\"value\":1}}");
        }
        body.push(']');
        let request = Request::post("/api/v1/observations", "application/json", body.into_bytes());
        stage.attack(&request.bearer(&stage.attacker)).await;
    }
    let other = stage.make_token("other").await?;
    let event = Request::post(
        "/api/v1/observations",
        "application/json",
        br#"[{"series":"other.event","labels":{"result":"success"}}]"#.as_slice(),
    );
    let answer = ask([127, 0, 0, 67].into(), stage.address(), &event.bearer(&other), Duration::from_secs(10)).await;
    let status = answer.map_or(0, |answer| answer.status);
    Ok(vec![Claim::new(format!("another source's new event is taken ({status})"), status == 201)])
}

pub async fn bad_bodies(stage: &Stage) -> Result<Vec<Claim>> {
    let bad = b"\x00\xff no body that anybody can read".as_slice();
    let paths = [
        "/import",
        "/track",
        "/engage",
        "/2/httpapi",
        "/batch",
        "/v1/metrics",
        "/api/v1/write",
        "/write?db=ci",
        "/api/v2/write?bucket=ci",
        "/webhooks/github",
        "/api/v1/observations?source=ci",
        "/api/v1/reports/junit?source=ci",
        "/api/v1/sources/ci/table",
    ];
    let all = paths.iter().flat_map(|path| {
        let request = Request::post(*path, "application/json", bad);
        [request.clone(), request.bearer(WRONG_TOKEN)]
    });
    // At once: wrong tokens are slowed down.
    let once: Vec<Request> = all.collect();
    let all = (0..10).flat_map(|_| once.iter().cloned()).collect::<Vec<_>>();
    send_all(stage, ATTACKER, all, 32, Duration::from_secs(15)).await;
    sleep(ALERTS_AFTER).await;
    let alerts = stage.operate(Request::get("/api/v1/alerts")).await?.text();
    Ok(vec![
        Claim::new("no alert of a source is raised", !alerts.contains("\"source:")),
        nothing_was_kept(stage).await?,
    ])
}

pub async fn forged(stage: &Stage) -> Result<Vec<Claim>> {
    // What a browser keeps for this host after its reader has shown a token as password once.
    let basic = format!("Basic {}", STANDARD.encode(format!("reader:{TOKEN}")));
    let data = "%5B%7B%22event%22%3A%22forged%22%2C%22properties%22%3A%7B%22distinct_id%22%3A%22a%22%2C%22time%22%3A1795000000%7D%7D%5D";
    let mut as_site: Vec<Vec<(&str, &str)>> = vec![
        vec![("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")],
        vec![("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "script")],
        vec![("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")],
        vec![("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")],
        // Browsers that do not say where a request comes from.
        vec![("referer", "https://other.example/"), ("user-agent", "Mozilla/5.0"), ("accept", "image/*")],
        vec![("user-agent", "Mozilla/5.0"), ("accept", "image/*")],
        vec![("origin", "null")],
    ];
    for headers in as_site.drain(..) {
        for path in ["/track", "/engage", "/import"] {
            let with = |mut request: Request| {
                for (name, value) in &headers {
                    request = request.header(name, value);
                }
                request.header("authorization", &basic)
            };
            stage.attack(&with(Request::get(format!("{path}?data={data}&ip=1&verbose=1")))).await;
            stage.attack(&with(Request::get(format!("{path}?data={data}&img=1")))).await;
        }
    }
    let form = Request::post("/track", "application/x-www-form-urlencoded", format!("data={data}").into_bytes());
    let form = form.header("authorization", &basic).header("sec-fetch-site", "cross-site");
    let _ = ask(ATTACKER, stage.address(), &form, Duration::from_secs(10)).await.inspect(|answer| {
        stage.tally.add(&Ok(answer.clone()));
    });
    Ok(vec![nothing_was_kept(stage).await?])
}
