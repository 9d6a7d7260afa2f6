//! Tables of other programs: CRM exports and workbooks, read by a mapping that is kept per source.

use serde_json::{Value, json};
use ureq::Agent;

use crate::running::{Running, agent, folder};

const TABLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tables");
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn table(name: &str) -> Vec<u8> {
    std::fs::read(format!("{TABLES}/{name}")).unwrap()
}

fn put(server: &Running, path: &str, body: &Value) -> (u16, Value) {
    let agent: Agent = agent();
    let request = agent.put(server.url(path)).header("content-type", "application/json");
    let mut response = request.send(body.to_string().as_bytes()).unwrap();
    let text = response.body_mut().read_to_string().unwrap();
    (response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

fn column(name: &str) -> Value {
    json!({ "column": name })
}

fn series(server: &Running, name: &str) -> Value {
    server.json(&format!("/api/v1/series?contains={name}"))[0].clone()
}

#[test]
fn exports_of_crms_are_read_by_the_mapping_of_their_source() {
    let data = folder();
    let server = Running::start(data.path());
    for (source, file, content_type, mapping, accepted, refused) in [
        (
            "hubspot-deals",
            "hubspot-deals.csv",
            "text/csv",
            json!({ "target": { "series": { "constant": "deal.hubspot" } }, "value": "Amount", "unit": column("Currency"),
                "time": { "column": "Close Date", "time_zone": "Europe/Berlin" }, "external_id": "Record ID",
                "labels": { "stage": column("Deal Stage"), "owner": column("Deal owner") } }),
            3,
            vec![(5, "time")],
        ),
        (
            "salesforce",
            "salesforce-opportunities.csv",
            "text/csv; charset=utf-8",
            json!({ "target": { "series": { "constant": "deal.salesforce" } }, "value": "Amount",
                "time": { "column": "Created Date", "format": "month-day-year" },
                "labels": { "stage": column("Stage"), "kind": column("Type") } }),
            3,
            vec![],
        ),
        (
            "stripe-charges",
            "stripe-charges.csv",
            "text/csv",
            json!({ "target": { "series": { "constant": "charge" } }, "value": "Amount", "decimal": "comma",
                "unit": column("Currency"), "time": { "column": "Created date (UTC)" }, "external_id": "id",
                "labels": { "status": column("Status") } }),
            3,
            vec![],
        ),
        (
            "pipeline review",
            "opportunities.xlsx",
            WORKBOOK,
            json!({ "target": { "series": { "constant": "deal.workbook" } }, "sheet": "Opportunities", "header_row": 2,
                "value": "Amount", "unit": { "constant": "EUR" }, "time": { "column": "Close Date" },
                "external_id": "Opportunity ID", "labels": { "stage": column("Stage") } }),
            2,
            vec![(5, "value")],
        ),
    ] {
        let at = format!("/api/v1/sources/{}", source.replace(' ', "%20"));
        assert_eq!(server.get(&format!("{at}/mapping")).0, 404);
        let post = |query: &str| server.post(&format!("{at}/table{query}"), content_type, &table(file));
        assert_eq!(post("").0, 404, "{source}: nobody has said what its columns hold");
        let (status, raw) = post("?preview=true");
        assert_eq!((status, &raw["accepted"]), (200, &json!(0)), "{raw}");
        assert!(raw["columns"][0].is_string(), "{raw}");
        let (status, kept) = put(&server, &format!("{at}/mapping?person=Ada"), &mapping);
        assert_eq!((status, &kept["person"]), (200, &json!("Ada")), "{kept}");
        let (_, preview) = post("?preview=true");
        assert_eq!(preview["accepted"], accepted, "{source}: {preview}");
        let told: Vec<(u64, &str)> = preview["refused"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (row["row"].as_u64().unwrap(), row["field"].as_str().unwrap()))
            .collect();
        assert_eq!(told, refused, "{source}: {preview}");
        assert_eq!(preview["unfit"], Value::Null);
        if !refused.is_empty() {
            assert_eq!(post("").0, 422, "{source}: as a whole or not at all");
        }
        let (status, receipt) = post("?partial=true");
        assert_eq!((status, &receipt["accepted"]), (201, &json!(accepted)), "{source}: {receipt}");
        let (status, again) = post("?partial=true");
        assert_eq!((status, &again["accepted"], &again["duplicates"]), (200, &json!(0), &json!(accepted)), "{source}");
        let payload = receipt["payload_id"].as_str().unwrap();
        let mut response = agent().get(server.url(&format!("/api/v1/payloads/{payload}"))).call().unwrap();
        assert_eq!(response.body_mut().read_to_vec().unwrap(), table(file), "{source}");
    }
    assert_eq!(series(&server, "charge")["count"], 3);
    let stages = series(&server, "deal.workbook")["labels"].clone();
    // No KPI reads the series, so its unit is kept beside the number.
    let unit = json!({ "name": "unit_written", "values": ["EUR"] });
    assert_eq!(stages, json!([{ "name": "stage", "values": ["Closed Won"] }, unit]));
}

#[test]
fn a_mapping_survives_a_restart_and_a_broken_one_is_refused() {
    let data = folder();
    let server = Running::start(data.path());
    let at = "/api/v1/sources/crm/mapping";
    let mapping = json!({ "target": { "kpi": { "constant": "revenue-arr" } }, "value": "ARR" });
    for (query, body, status, words) in [
        ("", &mapping, 400, "person"),
        ("?person=%20", &mapping, 422, "person"),
        ("?person=Ada", &json!({ "value": "ARR" }), 400, "target"),
        ("?person=Ada", &json!({ "target": { "series": { "constant": "two words " } } }), 422, "name of a series"),
        ("?person=Ada", &json!({ "target": { "series": { "constant": "a" } }, "columns": [] }), 400, "columns"),
    ] {
        let (found, answer) = put(&server, &format!("{at}{query}"), body);
        assert_eq!(found, status, "{answer}");
        assert!(answer.to_string().contains(words), "{answer}");
    }
    assert_eq!(put(&server, &format!("{at}?person=Ada"), &mapping).0, 200);
    let first = server.json(at);
    assert_eq!(put(&server, &format!("{at}?person=Grace"), &mapping).1, first, "nothing was changed");
    server.kill();
    let server = Running::start(data.path());
    assert_eq!(server.json(at), first);
    let (status, answer) = server.post("/api/v1/sources/crm/table", "text/csv", b"Name,Amount\na,1\n");
    assert_eq!((status, &answer["errors"][0]["code"]), (400, &json!("header")), "{answer}");
    let (status, answer) = server.post("/api/v1/sources/crm/table?preview=true", "text/csv", b"Name,Amount\na,1\n");
    assert!(status == 200 && answer["unfit"].as_str().unwrap().contains("ARR"), "{answer}");
    assert_eq!(server.post("/api/v1/sources/crm/table", "application/json", b"{}").0, 415);
    assert_eq!(server.post("/api/v1/sources/crm/table", WORKBOOK, b"PK\x03\x04nothing").0, 400);
}

#[test]
fn rows_without_time_and_id_are_those_of_their_file() {
    let data = folder();
    let server = Running::start(data.path());
    let mapping = json!({ "target": { "series": { "constant": "lead" } }, "labels": { "from": column("From") } });
    assert_eq!(put(&server, "/api/v1/sources/leads/mapping?person=Ada", &mapping).0, 200);
    let post = |body: &[u8]| server.post("/api/v1/sources/leads/table", "text/csv", body).1["accepted"].clone();
    assert_eq!(post(b"From\nweb\nweb\nfair\n"), 3, "each row is an event");
    assert_eq!(post(b"From\nweb\nweb\nfair\n"), 0);
    assert_eq!(post(b"From\nweb\n"), 1);
}

#[test]
fn a_token_is_needed_to_change_a_mapping_and_to_record() {
    let data = folder();
    let server = Running::start_with(data.path(), &[], &[("INFERNO_KPI_TOKEN", "a secret of the server")]);
    let mapping = json!({ "target": { "series": { "constant": "lead" } } });
    assert_eq!(put(&server, "/api/v1/sources/leads/mapping?person=Ada", &mapping).0, 401);
    assert_eq!(server.post("/api/v1/sources/leads/table", "text/csv", b"From\nweb\n").0, 401);
    assert_eq!(server.get("/api/v1/sources/leads/mapping").0, 404, "reading is free");
}

#[test]
fn numbers_of_a_workbook_are_as_their_formats_show_them_and_hidden_rows_are_told() {
    let data = folder();
    let server = Running::start(data.path());
    let mapping = json!({ "target": { "kpi": column("KPI") }, "value": "Share", "unit": { "constant": "%" } });
    assert_eq!(put(&server, "/api/v1/sources/sheet/mapping?person=Ann", &mapping).0, 200);
    let told = json!(["row 3 is hidden in the workbook, and is read like the others"]);
    let path = "/api/v1/sources/sheet/table";
    let (_, preview) = server.post(&format!("{path}?preview=true"), WORKBOOK, &table("formats.xlsx"));
    assert_eq!((&preview["first"][0], &preview["remarks"]), (&json!(["code-coverage", "91.5%"]), &told), "{preview}");
    let (status, recorded) = server.post(path, WORKBOOK, &table("formats.xlsx"));
    assert_eq!((status, &recorded["accepted"], &recorded["remarks"]), (201, &json!(2), &told), "{recorded}");
    assert_eq!(server.kpi("code-coverage")["value"]["number"], 91.5);
    assert_eq!(server.kpi("test-flakiness-rate")["value"]["number"], 2.0);
}

#[test]
fn amounts_that_people_write_are_numbers_and_other_files_are_refused_with_what_to_do() {
    let data = folder();
    let server = Running::start(data.path());
    let mapping = json!({ "target": { "series": { "constant": "amount" } }, "value": "Amount" });
    assert_eq!(put(&server, "/api/v1/sources/sheet/mapping?person=Ann", &mapping).0, 200);
    let path = "/api/v1/sources/sheet/table";
    let csv = "Amount\n\"($1,200.50)\"\n\"-$1,200\"\n\"USD 1,200\"\n$5\n";
    let (_, preview) = server.post(&format!("{path}?preview=true"), "text/csv", csv.as_bytes());
    assert_eq!((&preview["accepted"], &preview["refused"]), (&json!(4), &json!([])), "{preview}");
    let (status, recorded) = server.post(path, "text/csv", csv.as_bytes());
    assert_eq!((status, &recorded["accepted"]), (201, &json!(4)), "{recorded}");
    let page = server.json("/api/v1/series?contains=amount");
    assert_eq!(page[0]["name"], "amount", "{page}");
    let old: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0];
    let (status, refusal) = server.post(path, WORKBOOK, old);
    assert!(status == 400 && refusal.to_string().contains("Save as"), "{status} {refusal}");
}
