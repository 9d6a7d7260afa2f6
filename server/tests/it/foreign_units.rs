//! Units and currencies in other systems' protocols: known ones are converted, others refused by name where a KPI would count the number,
//! in each protocol's own words, and what was refused waits to be read again.

use serde_json::{Value, json};

use super::delivered::{now_ms, signed_stripe};
use crate::running::Running;

fn otlp(name: &str, unit: &str, value: f64) -> Value {
    json!({ "resourceMetrics": [{ "scopeMetrics": [{ "metrics": [{
        "name": name, "unit": unit,
        "gauge": { "dataPoints": [{ "timeUnixNano": format!("{}000000", now_ms() - 1_000), "asDouble": value }] }
    }] }] }] })
}

fn latest(server: &Running, series: &str) -> Option<f64> {
    let found = server.json(&format!("/api/v1/sample-series?name={series}"));
    let number = found["series"].as_array().or(found.as_array())?.first()?["number"].as_u64()?;
    let samples = server.json(&format!("/api/v1/sample-series/{number}/samples?limit=10"));
    samples["samples"].as_array().or(samples.as_array())?.last()?["value"].as_f64()
}

#[test]
fn opentelemetry_is_converted_or_refused_by_name() {
    let server = Running::start_alone(&[], &[]);
    let send = |name: &str, unit: &str, value: f64| {
        let (status, told) =
            server.post("/v1/metrics", "application/json", otlp(name, unit, value).to_string().as_bytes());
        assert_eq!(status, 200, "{told}");
        told["partialSuccess"]["errorMessage"].as_str().unwrap_or_default().to_owned()
    };
    for (name, unit, value, base) in [
        ("request", "hr", 1.0, 3_600.0),
        ("inference.memory", "bit", 8e6, 1e6),
        ("resource.utilization", "1", 0.75, 75.0),
        ("pool.threads", "{thread}", 12.0, 12.0),
        // Nobody counts it: it is kept as it came.
        ("room.temperature", "Cel", 21.0, 21.0),
    ] {
        assert_eq!(send(name, unit, value), "", "{name}");
        assert_eq!(latest(&server, name), Some(base), "{name} {unit}");
    }
    let kept = server.json("/api/v1/sample-series?name=room.temperature").to_string();
    assert!(kept.contains("unit_written") && kept.contains("Cel"), "{kept}");
    assert_eq!(server.json("/api/v1/dead-letters")["dead_letters"].as_array().map_or(0, Vec::len), 0);
    let told = send("request", "fortnight", 1.0);
    assert!(told.contains("unknown unit \"fortnight\""), "{told}");
    let told = send("inference.memory", "s", 1.0);
    assert!(told.contains("\"s\"") && told.contains("\"MB\""), "{told}");
    assert_eq!(latest(&server, "request"), Some(3_600.0));
    let waiting = server.json("/api/v1/dead-letters").to_string();
    assert!(waiting.contains("fortnight"), "{waiting}");
}

#[test]
fn the_json_interface_takes_the_same_units_and_refuses_the_same() {
    let server = Running::start_alone(&[], &[]);
    let send = |unit: &str| {
        let body = json!({ "series": "request", "value": 1, "unit": unit, "labels": { "result": "success" } });
        server.post("/api/v1/observations", "application/json", body.to_string().as_bytes()).0
    };
    for unit in ["hr", "microsecond", "nanoseconds", "wk", "Seconds", "min{wait}"] {
        assert_eq!(send(unit), 201, "{unit}");
    }
    for unit in ["fortnight", "HUF", "By", "{request}"] {
        assert_eq!(send(unit), 422, "{unit}");
    }
}

#[test]
fn money_counts_in_its_own_currency_alone() {
    let catalogue = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    let document = format!(
        "{}\n[[measure]]\nid = \"billed\"\nunit = \"USD\"\nkind = \"sum\"\nseries = \"revenue\"\n",
        include_str!("../../../catalogue/inferno.toml").replacen(
            "id = \"revenue-arr\"",
            "id = \"revenue-arr\"\nmeasure = \"billed\"",
            1
        )
    );
    std::fs::write(catalogue.path(), document).unwrap();
    let secret = [("INFERNO_KPI_STRIPE_SECRET", "hush")];
    let server = Running::start_alone(&["--catalogue", catalogue.path().to_str().unwrap()], &secret);
    let pay = |id: &str, amount: i64, currency: &str| {
        let body = json!({
            "id": id, "type": "invoice.paid", "created": now_ms() / 1000 - 60, "livemode": true,
            "data": { "object": { "amount_paid": amount, "currency": currency, "customer": null } }
        });
        signed_stripe(&server, b"hush", &body.to_string())
    };
    let billed = || server.kpi("revenue-arr")["value"]["number"].clone();
    let (status, told) = pay("evt_1", 12_300, "usd");
    assert_eq!((status, billed()), (200, json!(123.0)), "{told}");
    let (status, told) = pay("evt_2", 100_000_000, "huf");
    assert!(status == 200 && told.contains("\"HUF\"") && told.contains("\"USD\""), "{told}");
    let (status, told) = pay("evt_3", 100, "zzz");
    assert!(status == 200 && told.contains("zzz"), "{told}");
    assert_eq!(billed(), json!(123.0));
    let waiting = server.json("/api/v1/dead-letters").to_string();
    assert!(waiting.contains("HUF") && waiting.contains("zzz"), "{waiting}");
}

#[test]
fn the_end_of_a_name_is_its_unit_or_is_refused() {
    for (series, status, expected) in [
        ("billed_cents", 204, Some(3.0)),
        ("billed_usd", 204, Some(300.0)),
        ("billed_eur", 400, None),
        ("billed_ms", 400, None),
        ("billed_all", 204, Some(300.0)),
    ] {
        let catalogue = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
        let document = format!(
            "{}\n[[measure]]\nid = \"billed\"\nunit = \"USD\"\nkind = \"sum\"\nseries = \"{series}\"\n",
            include_str!("../../../catalogue/inferno.toml").replacen(
                "id = \"revenue-arr\"",
                "id = \"revenue-arr\"\nmeasure = \"billed\"",
                1
            )
        );
        std::fs::write(catalogue.path(), document).unwrap();
        let server = Running::start_alone(&["--catalogue", catalogue.path().to_str().unwrap()], &[]);
        let line = format!("{series} value=300 {}000000", now_ms() - 1_000);
        let (answered, told) = server.post("/write?db=x", "text/plain", line.as_bytes());
        assert_eq!(answered, status, "{series}: {told}");
        assert_eq!(server.kpi("revenue-arr")["value"]["number"].as_f64(), expected, "{series}");
    }
}

#[test]
fn a_body_that_is_not_what_can_be_read_is_another_media_type() {
    let server = Running::start_alone(&[], &[]);
    let observation =
        br#"{"series": "deployment", "value": 1, "labels": {"environment": "Production", "result": "success"}}"#;
    let line = format!("a value=1 {}000000", now_ms() - 1_000);
    let suite = br#"<testsuite name="a"><testcase name="b" time="1"/></testsuite>"#;
    for (path, content_type, body, status) in [
        ("/write?db=x", "image/png", line.as_bytes(), 415),
        ("/write?db=x", "garbage", line.as_bytes(), 415),
        ("/write?db=x", "text/plain; charset=utf-16", line.as_bytes(), 415),
        ("/write?db=x", "text/plain; charset=utf-8", line.as_bytes(), 204),
        ("/api/v1/observations", "application/json; charset=utf-16", observation, 415),
        ("/api/v1/reports/junit?commit=c", "image/png", suite, 415),
        ("/api/v1/reports/junit?commit=c", "application/xml", suite, 200),
        ("/api/v1/observations", "application/json", observation, 201),
    ] {
        assert_eq!(server.post(path, content_type, body).0, status, "{path} {content_type}");
    }
    // An environment is kept in small letters, whoever sends it.
    let kept = server.json("/api/v1/series");
    let deployment = kept.as_array().unwrap().iter().find(|series| series["name"] == "deployment").unwrap().to_string();
    assert!(deployment.contains("production") && !deployment.contains("Production"), "{deployment}");
}
