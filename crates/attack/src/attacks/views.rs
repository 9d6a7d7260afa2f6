//! Page views that nobody had.

use std::time::Duration;

use serde_json::json;

use crate::Result;
use crate::http::{Request, ask};
use crate::judge::Claim;
use crate::load::{address, closed_loop, send_all};
use crate::stage::{ATTACKER, Stage};

const LASTS: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(10);
/// A page view is two observations. One network may have 60 page views at once, all together 300, and some more in the seconds after.
const MOST_KEPT: (u64, u64) = (2 * 62, 2 * 320);
/// How many pages are opened.
const PAGES: usize = 450;
/// The KPIs that page views feed.
const FED: [&str; 2] = ["dashboard-load-time", "performance-budget"];
/// What a KPI is without a value.
const UNMOVED: &str = "no-data";

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
    closed_loop(stage, &view(0, None), 8, LASTS, &stage.tally).await;
    closed_loop(stage, &view(1, Some("made.up")), 8, LASTS / 5, &stage.tally).await;
    let (made_up, _) = stage.kept().await?;
    let mut claims = vec![Claim::new(format!("no view that was made up is kept ({made_up} rows)"), made_up == 0)];

    // What the server's own pages carry: a third from one address and each twice, the others from many.
    let mut stamps = Vec::new();
    for number in 0..PAGES {
        let answer = ask(address(number), stage.address(), &Request::get("/"), PATIENCE).await;
        stage.tally.add(&answer);
        let page = answer.map_or_else(|_| String::new(), |answer| answer.text());
        stamps.extend(stamp(&page).map(str::to_owned));
    }
    let (of_one, of_many) = stamps.split_at(stamps.len() / 3);
    let once = |(number, stamp): (usize, &String)| view(number, Some(stamp));
    let twice: Vec<Request> = of_one.iter().chain(of_one).enumerate().map(once).collect();
    send_all(stage, ATTACKER, twice, 16, PATIENCE).await;
    let (kept, _) = stage.kept().await?;
    let words =
        format!("of {} pages' stamps from one address at most {} rows are kept ({kept})", of_one.len(), MOST_KEPT.0);
    claims.push(Claim::new(words, kept <= MOST_KEPT.0));
    for kpi in FED {
        let told = stage.operate(Request::get(format!("/api/v1/kpis/{kpi}"))).await?.json();
        let status = told["status"].as_str().unwrap_or_default().to_owned();
        claims.push(Claim::new(format!("one address does not move {kpi} ({status})"), status == UNMOVED));
    }
    for (number, stamp) in of_many.iter().enumerate() {
        send_all(stage, address(number), vec![view(number, Some(stamp))], 1, PATIENCE).await;
    }
    let (kept, _) = stage.kept().await?;
    let words =
        format!("of {} more from 39 addresses at most {} rows are kept in all ({kept})", of_many.len(), MOST_KEPT.1);
    claims.push(Claim::new(words, kept <= MOST_KEPT.1));
    Ok(claims)
}
