//! Answers that were asked for. Those of Prometheus 2.42 and InfluxDB 1.6.7 were recorded from the servers.

use std::collections::BTreeMap;

use formats::json_rows::{RowMapping, TimeUnit};
use formats::pulled::{Context, FORMATS, Scrape};
use formats::statsd::{self, Gauges};
use formats::{Limits, Naming, Received, Refusal, influx_query, json_rows, prometheus_api, pulled};

use crate::{codes, lines_of, recorded, refused};

fn naming(series: &str) -> Naming {
    Naming { series: Some(series.to_owned()), ..Naming::default() }
}

fn prometheus(file: &str, naming: &Naming) -> Result<Received, Refusal> {
    prometheus_api::read(&recorded(&format!("prometheus_api/{file}")), naming, &Limits::default())
}

fn influxql(file: &str, naming: &Naming) -> Result<Received, Refusal> {
    influx_query::read_json(&recorded(&format!("influx_query/{file}")), naming, &Limits::default())
}

#[test]
fn every_kind_of_prometheus_result_is_read() {
    let none = Naming::default();
    assert_eq!(
        lines_of(&prometheus("vector.json", &none).unwrap()),
        [
            "prometheus_http_requests_total{code=200,handler=/metrics,instance=127.0.0.1:29090,job=self} 2 @1795498011182"
        ]
    );
    assert_eq!(lines_of(&prometheus("scalar.json", &naming("ups")).unwrap()), ["ups{} 2 @1795498011198"]);
    assert_eq!(
        lines_of(&prometheus("matrix.json", &naming("up.jobs")).unwrap()),
        ["up.jobs{job=self} 1 @1795498011000"]
    );
    assert_eq!(prometheus("instant_matrix.json", &none).unwrap().samples.samples.len(), 3);
    assert_eq!(prometheus("empty.json", &none).unwrap(), Received::default());
}

#[test]
fn labels_of_prometheus_are_kept_as_asked_and_constants_added() {
    let naming = Naming {
        series: Some("requests".to_owned()),
        unit: Some("count".to_owned()),
        labels: Some(vec!["code".to_owned(), "job".to_owned()]),
        constants: BTreeMap::from([("job".to_owned(), "mine".to_owned())]),
    };
    let received = prometheus("vector.json", &naming).unwrap();
    assert_eq!(lines_of(&received), ["requests{code=200,job=mine} 2 count @1795498011182"]);
}

#[test]
fn what_is_not_finite_is_left_out_and_no_problem() {
    let received = prometheus("not_finite.json", &naming("ratio")).unwrap();
    assert_eq!(lines_of(&received), ["ratio{a=seven} 7 @1795498011219"]);
    assert_eq!(received.left_out.get("value that is not finite"), Some(&2));
    assert!(received.samples.problems.is_empty());
}

#[test]
fn an_expression_without_a_name_is_a_problem_of_its_row() {
    assert_eq!(codes(&prometheus("matrix.json", &Naming::default()).unwrap()), [(1, "missing")]);
}

#[test]
fn what_prometheus_says_is_told() {
    let told = |file| refused(prometheus(file, &Naming::default())).to_string();
    assert!(
        told("error.json")
            .contains("bad_data: invalid parameter \"query\": 1:5: parse error: unclosed left parenthesis")
    );
    assert!(told("too_many.json").contains("exceeded maximum resolution of 11,000 points"));
    assert!(told("string.json").contains("the result is of the type string"));
}

#[test]
fn tables_of_influxql_are_series_as_in_line_protocol() {
    let received = influxql("group_by_time.json", &Naming::default()).unwrap();
    assert_eq!(
        lines_of(&received),
        [
            "cpu.mean{host=a} 12.5 @1767225600000",
            "cpu.max{host=a} 3 @1767225600000",
            "cpu.mean{host=b} 40 @1767225600000",
            "cpu.max{host=b} 9 @1767225600000",
            "cpu.count{} 3",
        ]
    );
    let named = influxql("epoch.json", &naming("idle")).unwrap();
    assert_eq!(
        lines_of(&named),
        ["idle{} 12.5 @1767225600000", "idle{} 40 @1767225610000", "idle{} 41.25 @1767225670000"]
    );
}

#[test]
fn text_of_influxql_is_a_label_and_nothing_is_nothing() {
    let received = influxql("raw_rfc3339.json", &naming("cpu")).unwrap();
    assert_eq!(
        lines_of(&received),
        [
            "cpu.busy{host=a,note=x,region=eu} 3 @1767225600000",
            "cpu.idle{host=a,note=x,region=eu} 12.5 @1767225600000",
            "cpu.ok{host=a,note=x,region=eu} 1 @1767225600000",
            "cpu.busy{host=b} 9 @1767225610000",
            "cpu.idle{host=b} 40 @1767225610000",
        ]
    );
}

#[test]
fn what_influxdb_says_is_told_and_what_it_cut_off_is_too_much() {
    assert!(
        refused(influxql("wrong_query.json", &Naming::default())).to_string().contains("found SELEC, expected SELECT")
    );
    assert_eq!(influxql("no_field.json", &Naming::default()).unwrap(), Received::default());
    // As the documentation shows it.
    let partial = br#"{"results":[{"statement_id":0,"series":[{"name":"a","columns":["time","x"],"values":[[1767225600000,1]],"partial":true}]}]}"#;
    let refusal = refused(influx_query::read_json(partial, &Naming::default(), &Limits::default()));
    assert_eq!(refusal.code(), "too-many-rows");
}

#[test]
fn annotated_csv_of_flux_is_read_with_its_defaults() {
    let body = recorded("influx_query/flux.csv");
    let received = influx_query::read_csv(&body, &Naming::default(), &Limits::default()).unwrap();
    assert_eq!(
        lines_of(&received),
        [
            "cpu.idle{host=a,region=eu} 12.5 @1767225600000",
            "cpu.idle{host=a,region=eu} 13 @1767225660000",
            "mem{host=b} 1024 @1767225600000",
            "alive{host=c} 1 @1767225660000",
            "load{host=c} 0.25 @1767225660000",
        ]
    );
    assert_eq!(received.left_out.get("text field"), Some(&1));
    let error =
        b"#datatype,string,string\n#group,true,true\n#default,,\n,error,reference\n,failed to parse the query,897\n";
    let refusal = refused(influx_query::read_csv(error, &Naming::default(), &Limits::default()));
    assert!(refusal.to_string().contains("InfluxDB answers failed to parse the query"), "{refusal}");
    assert_eq!(refused(influx_query::read_csv(b"a,b\n1,2\n", &Naming::default(), &Limits::default())).code(), "shape");
    assert_eq!(influx_query::read_csv(b"\r\n", &Naming::default(), &Limits::default()).unwrap(), Received::default());
}

fn deals() -> RowMapping {
    let at = |pointer: &str| Some(pointer.to_owned());
    RowMapping {
        naming: Naming { unit: Some("USD".to_owned()), ..naming("crm.deals") },
        rows: at("/data/items"),
        value: at("/amount"),
        time: at("/closed"),
        labels: Some(BTreeMap::from([("plan".to_owned(), "/plan/name".to_owned())])),
        id: at("/id"),
        ..RowMapping::default()
    }
}

#[test]
fn rows_of_a_document_are_found_by_pointers() {
    let body = br#"{"data":{"items":[
        {"id":7,"amount":"1200.50","closed":"2026-01-01T00:00:00+01:00","plan":{"name":"team"}},
        {"id":8,"amount":300,"closed":"2026-01-01 12:00:00","plan":{}},
        {"id":9,"amount":null,"closed":"2026-01-01"},
        {"id":10,"amount":1}, {"id":11,"amount":[],"closed":"2026-01-01"}, {"id":12,"closed":"2026-01-01"},
        {"id":13,"amount":1,"closed":"yesterday"}, 5]}}"#;
    let received = json_rows::read(body, &deals(), &Limits::default()).unwrap();
    assert_eq!(
        lines_of(&received),
        ["crm.deals{plan=team} 1200.5 USD @1767222000000", "crm.deals{} 300 USD @1767268800000"]
    );
    assert_eq!(received.samples.samples[0].external_id.as_deref(), Some("7"));
    assert_eq!(received.left_out.get("row without a value"), Some(&1));
    assert_eq!(codes(&received), [(4, "missing"), (5, "wrong-type"), (6, "missing"), (7, "bad-time"), (8, "missing")]);
    let refusal = refused(json_rows::read(br#"{"data":{"error":"no"}}"#, &deals(), &Limits::default()));
    assert!(refusal.to_string().contains("there is nothing at \"/data/items\""), "{refusal}");
    for half in [&br#"{"data":{"items":[{"id":7,"#[..], b"<html>", b"\xff"] {
        refused(json_rows::read(half, &deals(), &Limits::default()));
    }
}

#[test]
fn other_columns_of_a_row_are_labels() {
    let at = |pointer: &str| Some(pointer.to_owned());
    let mapping = RowMapping {
        naming: naming("sales"),
        value: at("/value"),
        time: at("/time"),
        time_may_lack: true,
        time_unit: TimeUnit::Seconds,
        ..RowMapping::default()
    };
    let body =
        b"{\"value\":1.5,\"time\":1767225600.25,\"region\":\"eu\",\"big deal\":true,\"none\":null}\n{\"value\":2}\n";
    let received = json_rows::read(body, &mapping, &Limits::default()).unwrap();
    assert_eq!(lines_of(&received), ["sales{big deal=true,region=eu} 1.5 @1767225600250", "sales{} 2"]);
    assert_eq!(json_rows::read(b"", &mapping, &Limits::default()).unwrap(), Received::default());
    let few = Limits { rows: 1, ..Limits::default() };
    assert_eq!(refused(json_rows::read(body, &mapping, &few)).code(), "too-many-rows");
}

fn scrape(is_up: bool) -> Context {
    let scrape = Scrape {
        job: "node".to_owned(),
        instance: "host:9100".to_owned(),
        is_up,
        duration_s: 0.25,
        constants: BTreeMap::new(),
        keep: Some(vec!["a_*".to_owned(), "b".to_owned()]),
    };
    Context::Scrape { time_ms: 1_767_225_600_000, scrape }
}

#[test]
fn a_scrape_has_the_targets_labels_and_its_own_two_samples() {
    let body = b"a_x{job=\"inner\"} 1 1767225590000\nb 2\nc 3\n";
    let received = scrape(true).read("text/plain", body, &Limits::default()).unwrap();
    assert_eq!(
        lines_of(&received),
        [
            "a_x{exported_job=inner,instance=host:9100,job=node} 1 @1767225590000",
            "b{instance=host:9100,job=node} 2 @1767225600000",
            "up{instance=host:9100,job=node} 1 @1767225600000",
            "scrape_duration_seconds{instance=host:9100,job=node} 0.25 s @1767225600000",
        ]
    );
    assert_eq!(received.left_out.get("series that is not kept"), Some(&1));
    let down = scrape(false).read("", b"", &Limits::default()).unwrap();
    assert_eq!(lines_of(&down)[0], "up{instance=host:9100,job=node} 0 @1767225600000");
}

#[test]
fn a_gauge_that_grew_beyond_all_numbers_is_forgotten() {
    let limits = Limits::default();
    let (mut gauges, mut all) = (Gauges::default(), Vec::new());
    for body in [&b"g:1e308|g\ng:+1e308|g\n"[..], b"g:+2|g\n", b"g:+1|g\n"] {
        let before = gauges.advance(&statsd::read(body, &limits), &limits);
        let kept = Context::StatsD { time_ms: 1_767_225_600_000, gauges: before }.to_json().unwrap();
        all.extend(lines_of(&pulled::read(&kept, "text/plain", body, &limits).unwrap()));
    }
    assert_eq!(all, ["g{} 2 @1767225600000", "g{} 3 @1767225600000"]);
}

#[test]
fn an_interval_of_datagrams_reads_back_with_the_gauges_of_before() {
    let limits = Limits::default();
    let (mut gauges, mut all) = (Gauges::default(), Vec::new());
    let intervals = [
        &b"users:10|g\nhits:1|c\nhits:2|c|@0.5\n"[..],
        b"users:-3|g\nnew:+2|g\n",
        b"users:-1|g\nusers:4|g\nusers:+1|g\n",
    ];
    for (index, body) in intervals.into_iter().enumerate() {
        let before = gauges.advance(&statsd::read(body, &limits), &limits);
        let time_ms = 1_767_225_600_000 + 10_000 * i64::try_from(index).unwrap();
        let context = Context::StatsD { time_ms, gauges: before };
        let kept = context.to_json().unwrap();
        all.extend(lines_of(&pulled::read(&kept, "text/plain", body, &limits).unwrap()));
    }
    assert_eq!(
        all,
        [
            "hits{} 5 @1767225600000",
            "users{} 10 @1767225600000",
            "new{} 2 @1767225610000",
            "users{} 7 @1767225610000",
            "users{} 5 @1767225620000",
        ]
    );
}

#[test]
fn every_context_reads_back_from_its_json() {
    let time_ms = 1_767_225_600_000;
    let contexts = [
        Context::Prometheus { time_ms, naming: naming("a") },
        Context::InfluxQl { time_ms, naming: naming("a") },
        Context::Flux { time_ms, naming: Naming::default() },
        Context::Rows { time_ms, mapping: deals() },
        scrape(true),
        Context::StatsD { time_ms, gauges: Vec::new() },
    ];
    for (context, format) in contexts.into_iter().zip(FORMATS) {
        assert_eq!(context.format(), format);
        let json = context.to_json().unwrap();
        assert!(json.contains(&format!("\"format\":\"{format}\"")), "{json}");
        assert_eq!(serde_json::from_str::<Context>(&json).unwrap(), context);
    }
    assert!(pulled::read("{}", "", b"", &Limits::default()).is_err());
}

#[test]
fn no_bytes_make_a_reader_of_answers_panic() {
    use proptest::prelude::*;
    let limits = Limits { rows: 20, ..Limits::default() };
    let whole: Vec<Vec<u8>> =
        ["prometheus_api/instant_matrix.json", "influx_query/raw_rfc3339.json", "influx_query/flux.csv"]
            .map(recorded)
            .to_vec();
    let strategy = (0..whole.len(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>());
    proptest!(|((which, at, end, byte) in strategy)| {
        let mut bytes = whole[which].clone();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        bytes.truncate(end.index(bytes.len() + 1));
        let _ = prometheus_api::read(&bytes, &Naming::default(), &limits);
        let _ = influx_query::read_json(&bytes, &Naming::default(), &limits);
        let _ = influx_query::read_csv(&bytes, &Naming::default(), &limits);
        let _ = json_rows::read(&bytes, &deals(), &limits);
        let _ = json_rows::read(&bytes, &RowMapping { rows: None, ..deals() }, &limits);
    });
}

#[test]
fn native_histograms_of_prometheus_answers_become_classic_ones() {
    let histogram = r#"[1795498011,{"count":"10","sum":"20","buckets":[
        [1,"-2","-1","1"],[3,"-0.001","0.001","3"],[0,"0.5","1","1"],[0,"1","2","4"],[0,"4","+Inf","1"]]}]"#;
    let body = |member: &str, kind: &str| {
        format!(
            r#"{{"status":"success","data":{{"resultType":"{kind}","result":[{{"metric":{{"__name__":"m","a":"b"}},{member}}}]}}}}"#
        )
    };
    let expected = [
        ("m_count{a=b}", 10),
        ("m_sum{a=b}", 20),
        ("m_bucket{a=b,le=-2}", 0),
        ("m_bucket{a=b,le=-1}", 1),
        ("m_bucket{a=b,le=-0.001}", 1),
        ("m_bucket{a=b,le=0.001}", 4),
        ("m_bucket{a=b,le=0.5}", 4),
        ("m_bucket{a=b,le=1}", 5),
        ("m_bucket{a=b,le=2}", 9),
        ("m_bucket{a=b,le=4}", 9),
        ("m_bucket{a=b,le=+Inf}", 10),
    ]
    .map(|(series, value)| format!("{series} {value} @1795498011000"));
    for body in [
        body(&format!("\"histogram\":{histogram}"), "vector"),
        body(&format!("\"histograms\":[{histogram}]"), "matrix"),
    ] {
        let context = Context::Prometheus { time_ms: 0, naming: Naming::default() };
        let received = context.read("", body.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(lines_of(&received), expected);
        assert!(received.samples.problems.is_empty() && received.left_out.is_empty());
    }
}

#[test]
fn a_row_may_tell_the_unit_or_currency_of_its_value() {
    let mapping = RowMapping {
        naming: Naming { series: Some("paid".to_owned()), unit: Some("USD".to_owned()), ..Naming::default() },
        value: Some("/amount".to_owned()),
        unit_at: Some("/currency".to_owned()),
        ..RowMapping::default()
    };
    let body =
        br#"[{"amount": 1, "currency": "eur"}, {"amount": 2, "currency": "HUF"}, {"amount": 3, "currency": "zzz"},
        {"amount": 4}, {"amount": 5, "currency": "min"}]"#;
    let received = json_rows::read(body, &mapping, &Limits::default()).unwrap();
    let units: Vec<&str> =
        received.samples.samples.iter().map(|sample| sample.unit.as_deref().unwrap_or_default()).collect();
    assert_eq!(units, ["EUR", "HUF", "zzz", "USD", "min"]);
    assert!(received.samples.samples.iter().all(|sample| sample.labels.is_empty()), "a unit is no label");
}
