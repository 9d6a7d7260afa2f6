//! Histograms and increments of other systems on their way to KPIs, and what their senders are told of them.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::running::{Running, folder};

/// Minutes before now, in nanoseconds.
fn ago_ns(minutes: u64) -> String {
    #[expect(clippy::disallowed_methods, reason = "the server under test has the clock of the machine")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    (now - u128::from(minutes) * 60_000_000_000).to_string()
}

fn attribute(name: &str, value: &str) -> Value {
    json!({ "key": name, "value": { "stringValue": value } })
}

/// A metric of one data point or more.
fn request(name: &str, unit: &str, data: &Value) -> Value {
    let mut metric = json!({ "name": name, "unit": unit });
    metric.as_object_mut().unwrap().extend(data.as_object().unwrap().clone());
    json!({ "resourceMetrics": [{ "scopeMetrics": [{ "metrics": [metric] }] }] })
}

fn send(server: &Running, body: &Value) -> Value {
    let (status, answer) = server.post("/v1/metrics", "application/json", body.to_string().as_bytes());
    assert_eq!(status, 200, "{answer}");
    answer
}

fn value(server: &Running, kpi: &str) -> Option<f64> {
    server.kpi(kpi)["value"]["number"].as_f64()
}

/// A point of a cumulative histogram: minutes before now, and counts up to 50, 100 and 250 ms and above.
fn explicit(minutes: u64, status: &str, counts: [u32; 4], scale: f64) -> Value {
    json!({
        "attributes": [attribute("http.response.status_code", status)],
        "startTimeUnixNano": ago_ns(600),
        "timeUnixNano": ago_ns(minutes),
        "count": counts.iter().sum::<u32>().to_string(),
        "sum": 12.5,
        "explicitBounds": [0.05 * scale, 0.1 * scale, 0.25 * scale],
        "bucketCounts": counts.map(|count| count.to_string()),
    })
}

#[test]
fn the_standard_histogram_of_http_servers_gives_percentile_and_error_rate() {
    for (name, unit, scale) in
        [("http.server.request.duration", "s", 1.0), ("http.server.request.duration", "ms", 1_000.0)]
    {
        let data = folder();
        let server = Running::start(data.path());
        let of = |minutes, ok, bad| {
            json!({ "histogram": { "aggregationTemporality": 2, "dataPoints": [
                explicit(minutes, "200", ok, scale), explicit(minutes, "503", bad, scale),
            ] } })
        };
        for body in
            [of(3, [10, 10, 10, 0], [0; 4]), of(2, [10, 10, 10, 0], [0; 4]), of(1, [910, 90, 10, 0], [0, 20, 0, 0])]
        {
            assert_eq!(send(&server, &request(name, unit, &body)), json!({}));
        }
        // 900 up to 50 ms and 100 up to 100 ms: the 95th percentile lies halfway in the second bucket.
        let p95 = value(&server, "response-time-p95").unwrap();
        assert!((p95 - (50.0 + 50.0 * 49.0 / 100.0)).abs() < 1.0, "{p95}");
        assert_eq!(value(&server, "error-rate"), Some(2.0));
        let page = server.get("/kpis/response-time-p95").1;
        assert!(page.contains("the value lies between 50 ms and 100 ms"), "the error that the buckets allow is told");
        let found = server.json("/api/v1/sample-series?name=http.server.request.duration_bucket&label=le:0.05");
        assert_eq!(found.as_array().unwrap().len(), 2, "{found}");
    }
}

#[test]
fn a_new_process_counts_from_its_start_and_increments_count_by_themselves() {
    let exponential = |temporality: u32, start: u64, minutes: u64| {
        json!({ "exponentialHistogram": { "aggregationTemporality": temporality, "dataPoints": [{
            "startTimeUnixNano": ago_ns(start), "timeUnixNano": ago_ns(minutes), "count": "40", "scale": 3, "zeroCount": "0",
            // From 2^(-32/8) on: 0.0625 s to 0.0682 s, and the next.
            "positive": { "offset": -32, "bucketCounts": ["20", "20"] },
        }] } })
    };
    for body in [exponential(2, 5, 4), exponential(1, 5, 4)] {
        let data = folder();
        let server = Running::start(data.path());
        send(&server, &request("gen_ai.server.request.duration", "s", &body));
        let p95 = value(&server, "response-time-p95").unwrap();
        assert!((p95 - 73.9).abs() < 1.0, "{p95}");
        send(&server, &request("gen_ai.server.request.duration", "s", &body));
        assert_eq!(value(&server, "response-time-p95"), Some(p95), "the same again");
    }
    // What has run for long says nothing of when it counted.
    let data = folder();
    let server = Running::start(data.path());
    send(&server, &request("gen_ai.server.request.duration", "s", &exponential(2, 600, 4)));
    assert_eq!(value(&server, "response-time-p95"), None);
}

const COUNTED: &str = r#"
[[kpi]]
id = "counted"
name = "Counted"
track = "all"
section = "All"
group = "All"
description = "How many there were."
method = "The sum"
unit = "count"
shape = "higher"
targets = { 1 = "10" }
window = "7 days"
cadence = "1 day"
owner = "drivers"
connect = "the counter"

[[measure]]
id = "counted"
unit = "count"
kind = "sum"
series = "заказы"

[[feed]]
metric = "Заказ 1"
kind = "counter"
series = "заказы"
note = "Counted in increments."
"#;

#[test]
fn increments_of_a_counter_of_any_name_are_added_up() {
    let data = folder();
    let file = data.path().join("counted.toml");
    std::fs::write(&file, include_str!("one-kpi.toml").to_owned() + COUNTED).unwrap();
    let server = Running::start_with(data.path(), &["--catalogue", file.to_str().unwrap()], &[]);
    for minutes in [50, 40, 20, 30, 10] {
        let point = json!({ "timeUnixNano": ago_ns(minutes), "asInt": "5" });
        let data = json!({ "sum": { "aggregationTemporality": 1, "isMonotonic": true, "dataPoints": [point] } });
        send(&server, &request("Заказ 1", "1", &data));
    }
    assert_eq!(value(&server, "counted"), Some(25.0));
}

#[test]
fn rejected_points_are_counted_as_points() {
    let data = folder();
    let server = Running::start(data.path());
    let future = "4102444800000000000";
    let point =
        json!({ "timeUnixNano": future, "count": "3", "sum": 1, "explicitBounds": [1], "bucketCounts": ["1", "2"] });
    let good =
        json!({ "timeUnixNano": ago_ns(1), "count": "3", "sum": 1, "explicitBounds": [1], "bucketCounts": ["1", "2"] });
    let points = json!({ "histogram": { "aggregationTemporality": 1, "dataPoints": [point, good, point, point] } });
    let answer = send(&server, &request("m", "s", &points));
    assert_eq!(answer["partialSuccess"]["rejectedDataPoints"], "3", "{answer}");
    let told = answer["partialSuccess"]["errorMessage"].as_str().unwrap();
    assert!(told.starts_with("row 1: ") && told.contains("row 3: ") && told.contains("row 4: "), "{told}");
}

#[test]
fn names_that_are_not_ascii_stay_apart_and_are_found() {
    let data = folder();
    let server = Running::start(data.path());
    let lines = "室温,部屋=台所 value=21 1772357400000000000\n湿度 value=55 1772357400000000000\n気圧 value=1013 1772357400000000000\n";
    assert_eq!(server.post("/api/v2/write?bucket=b", "text/plain", lines.as_bytes()).0, 204);
    for (name, number) in [("%E5%AE%A4%E6%B8%A9", 21.0), ("%E6%B9%BF%E5%BA%A6", 55.0), ("%E6%B0%97%E5%9C%A7", 1013.0)] {
        let found = server.json(&format!("/api/v1/sample-series?name={name}"));
        assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
        let number_of = found[0]["number"].as_i64().unwrap();
        let samples =
            server.json(&format!("/api/v1/sample-series/{number_of}/samples?from=1772357400000&until=1772357400001"));
        assert_eq!(samples[0]["value"].as_f64(), Some(number), "{samples}");
    }
    let found = server.json("/api/v1/sample-series?label=%E9%83%A8%E5%B1%8B:%E5%8F%B0%E6%89%80");
    assert_eq!(found[0]["name"], "室温", "{found}");
    let (status, page) = server.get("/series?contains=%E5%AE%A4");
    assert_eq!((status, page.contains("室温"), page.contains("湿度")), (200, true, false));
    let events = json!([
        { "event": "Заказ 1", "properties": { "$insert_id": "1" } },
        { "event": "Отказ 1", "properties": { "$insert_id": "2" } },
    ]);
    let (status, answer) = server.post("/import", "application/json", events.to_string().as_bytes());
    assert_eq!((status, &answer["num_records_imported"]), (200, &json!(2)), "{answer}");
    let held = server.json("/api/v1/series?contains=%D0%B0%D0%B7%201");
    assert_eq!((held[0]["name"].as_str(), held.as_array().unwrap().len()), (Some("Заказ 1"), 2), "{held}");
}

#[test]
fn another_type_of_body_is_unsupported_and_no_mistake_of_the_body() {
    let data = folder();
    let server = Running::start(data.path());
    for path in
        ["/write?db=a", "/api/v2/write?bucket=a", "/api/v1/write", "/v1/metrics", "/import", "/2/httpapi", "/batch"]
    {
        assert_eq!(server.post(path, "text/html", b"<html></html>").0, 415, "{path}");
    }
    for path in ["/write?db=a", "/api/v2/write?bucket=a", "/v1/metrics", "/import", "/2/httpapi"] {
        let packed = [("content-encoding", "br")];
        let answer = server.send(path, &packed, &json!([]));
        assert_eq!(answer.status, 415, "{path}");
    }
    // Packed as it may be, and broken.
    let answer = server.send("/v1/metrics", &[("content-encoding", "gzip")], &json!({}));
    assert_eq!(answer.status, 400);
}

#[test]
fn refused_events_are_named_by_their_place_in_the_body() {
    let data = folder();
    let server = Running::start(data.path());
    let future_s = 4_102_444_800_u64;
    let events = json!([
        { "properties": {} },
        { "event": "a", "properties": { "$insert_id": "1" } },
        { "event": "b", "properties": { "$insert_id": "2", "time": future_s } },
    ]);
    let (status, answer) = server.post("/import", "application/json", events.to_string().as_bytes());
    let failed: Vec<_> = answer["failed_records"].as_array().unwrap().iter().map(|row| row["index"].clone()).collect();
    assert_eq!(
        (status, failed, &answer["num_records_imported"]),
        (400, vec![json!(0), json!(2)], &json!(1)),
        "{answer}"
    );
    let event =
        |name: &str, time: u64, id: &str| json!({ "event_type": name, "user_id": "u", "time": time, "insert_id": id });
    let events = json!({ "api_key": "k", "events": [
        { "user_id": "u" }, event("a", 1_772_357_400_000, "1"), event("b", future_s * 1_000, "2"),
    ] });
    let (status, answer) = server.post("/2/httpapi", "application/json", events.to_string().as_bytes());
    let wrong = answer["events_with_invalid_fields"].as_object().unwrap();
    assert_eq!((status, wrong.values().next()), (400, Some(&json!([2]))), "{answer}");
}

#[test]
fn native_histograms_are_counted_where_they_were_kept() {
    // Two histograms of the series `m`: one of now, and one of a time to come. Schema 0, one bucket with two.
    let server_data = folder();
    let server = Running::start(server_data.path());
    let varint = |mut number: u64| {
        let mut bytes = Vec::new();
        while number >= 0x80 {
            bytes.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        bytes.push(number.to_le_bytes()[0]);
        bytes
    };
    let field = |number: u64, content: &[u8]| {
        [varint(number << 3 | 2), varint(content.len() as u64), content.to_vec()].concat()
    };
    let histogram = |time_ms: u64| {
        let sum = [vec![3 << 3 | 1], 3.0_f64.to_le_bytes().to_vec()].concat();
        let span = [varint(1 << 3), varint(0), varint(2 << 3), varint(1)].concat();
        let (count, time) = ([varint(1 << 3), varint(2)].concat(), [varint(15 << 3), varint(time_ms)].concat());
        field(3, &[count, sum, field(11, &span), field(12, &varint(4)), time].concat())
    };
    let symbols: Vec<u8> = ["", "__name__", "m"].iter().flat_map(|symbol| field(4, symbol.as_bytes())).collect();
    let series = [field(1, &[1, 2]), histogram(1_772_357_400_000), histogram(4_102_444_800_000)].concat();
    let request = [symbols, field(5, &series)].concat();
    let literal =
        [varint(request.len() as u64), vec![60 << 2, u8::try_from(request.len() - 1).unwrap()], request].concat();
    let headers = [
        ("content-type", "application/x-protobuf;proto=io.prometheus.write.v2.Request"),
        ("content-encoding", "snappy"),
    ];
    let answer = post(&server, "/api/v1/write", &headers, &literal);
    assert_eq!((answer.0, answer.1.as_str()), (400, "1"), "{}", answer.2);
    assert!(answer.2.starts_with("row 2: "), "{}", answer.2);
    let found = server.json("/api/v1/sample-series?name=m_bucket");
    let bounds: Vec<_> = found.as_array().unwrap().iter().map(|row| row["labels"][0]["value"].clone()).collect();
    assert_eq!(bounds.len(), 3, "{found}");
}

/// Status, the histograms that were written, and what is told.
fn post(server: &Running, path: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, String, String) {
    let agent = crate::running::agent();
    let request =
        headers.iter().fold(agent.post(server.url(path)), |request, (name, value)| request.header(*name, *value));
    let mut response = request.send(body).unwrap();
    let written = response.headers()["x-prometheus-remote-write-histograms-written"].to_str().unwrap().to_owned();
    (response.status().as_u16(), written, response.body_mut().read_to_string().unwrap())
}

#[test]
fn a_huge_count_is_few_points_and_a_bad_one_is_told_and_stops_nobody() {
    let data = folder();
    let server = Running::start(data.path());
    let of = |minutes, count: &str| {
        let point = json!({
            "startTimeUnixNano": ago_ns(minutes + 1), "timeUnixNano": ago_ns(minutes), "count": count,
            "explicitBounds": [0.1], "bucketCounts": [count, "0"],
        });
        let data = json!({ "histogram": { "aggregationTemporality": 1, "dataPoints": [point] } });
        request("gen_ai.server.request.duration", "s", &data)
    };
    for (minutes, count) in [(9, "1000000000000"), (8, "1000000000000000")] {
        assert_eq!(send(&server, &of(minutes, count)), json!({}));
    }
    let p95 = value(&server, "response-time-p95").unwrap();
    assert!((p95 - 95.0).abs() < 1.0, "{p95}");
    let answer = send(&server, &of(7, "100000000000000000"));
    assert_eq!(answer["partialSuccess"]["rejectedDataPoints"], "1", "{answer}");
    assert_eq!(send(&server, &of(6, "5")), json!({}));
}

#[test]
fn a_rejected_histogram_leaves_nothing() {
    let data = folder();
    let server = Running::start(data.path());
    let body =
        json!({ "histogram": { "aggregationTemporality": 2, "dataPoints": [explicit(3, "200", [1, 2, 3, 0], 1.0)] } });
    let answer = send(&server, &request("http.server.request.duration", "fortnight", &body));
    assert_eq!(answer["partialSuccess"]["rejectedDataPoints"], "1", "{answer}");
    for part in [".count", ".sum", "_bucket"] {
        let found = server.json(&format!("/api/v1/sample-series?name=http.server.request.duration{part}"));
        assert_eq!(found, json!([]), "{part}");
    }
}

#[test]
fn the_order_inside_a_body_does_not_matter() {
    let data = folder();
    let server = Running::start(data.path());
    let (before, now) = (ago_ns(4), ago_ns(3));
    let lines = [("+Inf", 40), ("0.1", 40), ("0.5", 40)]
        .iter()
        .map(|(bound, count)| {
            let name = format!("gen_ai_server_request_duration_seconds_bucket,le={bound}");
            format!("{name} value={count} {now}\n{name} value=0 {before}\n")
        })
        .collect::<Vec<_>>()
        .concat();
    let (status, answer) = server.post("/write?db=x", "text/plain", lines.as_bytes());
    assert_eq!(status, 204, "{answer}");
    let p95 = value(&server, "response-time-p95").unwrap();
    assert!((p95 - 95.0).abs() < 2.0, "{p95}");
}

#[test]
fn a_restart_inside_one_request_is_seen() {
    let data = folder();
    let file = data.path().join("counted.toml");
    std::fs::write(&file, include_str!("one-kpi.toml").to_owned() + COUNTED).unwrap();
    let server = Running::start_with(data.path(), &["--catalogue", file.to_str().unwrap()], &[]);
    let point = |start, minutes, total: &str| json!({ "startTimeUnixNano": ago_ns(start), "timeUnixNano": ago_ns(minutes), "asInt": total });
    let points = [point(9, 8, "100"), point(9, 7, "107"), point(6, 5, "200")];
    let body = json!({ "sum": { "aggregationTemporality": 2, "isMonotonic": true, "dataPoints": points } });
    send(&server, &request("Заказ 1", "1", &body));
    assert_eq!(value(&server, "counted"), Some(307.0));
}
