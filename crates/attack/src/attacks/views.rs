//! Page views that nobody had.

use std::time::Duration;

use serde_json::json;

use crate::Result;
use crate::http::Request;
use crate::judge::Claim;
use crate::load::{closed_loop, send_all};
use crate::stage::{ATTACKER, Stage};

const LASTS: Duration = Duration::from_secs(5);
/// The most page views that a flood of this length may leave.
const MOST_KEPT: u64 = 1_200;
/// The KPIs that page views feed.
const FED: [&str; 2] = ["dashboard-load-time", "performance-budget"];
/// What a KPI shows that somebody has turned red.
const RED: [&str; 3] = ["off_target", "off-target", "at_risk"];

fn view(number: usize, stamp: Option<&str>) -> Request {
    let mut view = json!({
        "id": format!("attack-{number}"), "page": "/", "load_ms": 59_000.0, "ttfb_ms": 9_000.0,
        "lcp_ms": 59_000.0, "cls": 3.0, "inp_ms": null, "final": true,
    });
    if let Some(stamp) = stamp {
        view["stamp"] = stamp.into();
    }
    Request::post("/api/v1/vitals", "application/json", view.to_string().into_bytes())
}

/// The stamp that a page carries for its browser.
fn stamp(page: &str) -> Option<&str> {
    let rest = &page[page.find("data-stamp=\"")? + 12..];
    rest.split('"').next()
}

pub async fn flood(stage: &Stage) -> Result<Vec<Claim>> {
    let made_up = stage.tally.clone();
    closed_loop(stage, &view(0, None), 8, LASTS, &made_up).await;
    closed_loop(stage, &view(1, Some("made.up")), 8, LASTS / 5, &made_up).await;
    let (kept_made_up, _) = stage.kept().await?;
    // What the server's own pages carry, each used twice.
    let mut requests = Vec::new();
    let mut stamps = 0;
    for number in 0..200 {
        let Some(answer) = stage.attack(&Request::get("/")).await else { continue };
        let page = answer.text();
        if let Some(stamp) = stamp(&page) {
            stamps += 1;
            requests.extend([view(number, Some(stamp)), view(number + 1_000, Some(stamp))]);
        }
    }
    send_all(stage, ATTACKER, requests, 16, Duration::from_secs(10)).await;
    let (kept, _) = stage.kept().await?;
    let mut claims = vec![
        Claim::new(format!("no view that was made up is kept ({kept_made_up})"), kept_made_up == 0),
        Claim::new(format!("views of {stamps} pages are kept within the limit ({kept})"), kept <= MOST_KEPT),
    ];
    for kpi in FED {
        let told = stage.operate(Request::get(format!("/api/v1/kpis/{kpi}"))).await?.json();
        let status = told["status"].as_str().unwrap_or_default().to_owned();
        claims.push(Claim::new(
            format!("one address does not turn {kpi} red ({status})"),
            !RED.contains(&status.as_str()),
        ));
    }
    Ok(claims)
}
