//! Bodies that ask for more than they weigh, for every route that reads one.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Result;
use crate::http::Request;

/// How many bytes a bomb has unpacked: within what readers take.
const UNPACKED: usize = 31 << 20;
/// How many bytes a body has that is sent as it is: within what routes read.
const PLAIN: usize = (8 << 20) - 4_096;
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=boundary";

/// How a body travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packed {
    Gzip,
    Snappy,
    Plain,
}

/// A route with a body made of many small elements.
pub struct Door {
    pub path: &'static str,
    content_type: &'static str,
    before: &'static str,
    element: &'static str,
    after: &'static str,
    packed: Packed,
    /// Whether only whoever may do everything may send this.
    pub is_for_admins: bool,
}

const fn door(
    path: &'static str,
    content_type: &'static str,
    (before, element, after): (&'static str, &'static str, &'static str),
    packed: Packed,
) -> Door {
    Door { path, content_type, before, element, after, packed, is_for_admins: false }
}

const fn admin(
    path: &'static str,
    content_type: &'static str,
    (before, element, after): (&'static str, &'static str, &'static str),
) -> Door {
    Door { path, content_type, before, element, after, packed: Packed::Plain, is_for_admins: true }
}

/// Every route that reads a body.
pub const DOORS: [Door; 27] = [
    door("/import", JSON, ("[", "{\"a\":0},", "{}]"), Packed::Gzip),
    door("/import", JSON, ("", "[", ""), Packed::Gzip),
    door("/track", JSON, ("[", "{\"a\":0},", "{}]"), Packed::Gzip),
    door("/track", FORM, ("data=[", "{},", "{}]"), Packed::Gzip),
    door("/engage", JSON, ("[", "{\"a\":0},", "{}]"), Packed::Gzip),
    door("/2/httpapi", JSON, ("{\"api_key\":\"wrong\",\"events\":[", "{\"a\":0},", "{}]}"), Packed::Gzip),
    door("/2/httpapi", JSON, ("{\"events\":[", "{\"a\":0},", "{}],\"api_key\":\"wrong\"}"), Packed::Gzip),
    door("/batch", JSON, ("{\"api_key\":\"wrong\",\"events\":[", "{\"a\":0},", "{}]}"), Packed::Gzip),
    door("/v1/metrics", JSON, ("{\"resourceMetrics\":[", "{\"a\":0},", "{}]}"), Packed::Gzip),
    // Empty messages of two bytes.
    door("/v1/metrics", "application/x-protobuf", ("", "\n\0", ""), Packed::Gzip),
    door("/api/v1/write", "application/x-protobuf", ("", "\n\0", ""), Packed::Snappy),
    door("/write?db=attack", "text/plain", ("", "a b=0\n", ""), Packed::Gzip),
    door("/api/v2/write?bucket=attack&org=a", "text/plain", ("", "a b=0\n", ""), Packed::Gzip),
    door("/api/v1/observations", JSON, ("[", "{\"a\":0},", "{}]"), Packed::Gzip),
    door("/api/v1/observations", JSON, ("[", "{\"a\":0},", "{}]"), Packed::Plain),
    door("/api/v1/observations", "text/csv", ("kpi,value\n", "a,0\n", ""), Packed::Plain),
    door(
        "/api/v1/reports/junit",
        "application/xml",
        ("<testsuites><testsuite>", "<testcase/>", "</testsuite></testsuites>"),
        Packed::Gzip,
    ),
    door("/api/v1/reports/sarif", JSON, ("{\"runs\":[", "{\"a\":0},", "{}]}"), Packed::Plain),
    door("/api/v1/sources/attacker/table", "text/csv", ("a;b\n", "0;0\n", ""), Packed::Plain),
    door("/webhooks/github", JSON, ("[", "{\"a\":0},", "{}]"), Packed::Gzip),
    door("/webhooks/stripe", JSON, ("[", "{\"a\":0},", "{}]"), Packed::Plain),
    door("/webhooks/hubspot", JSON, ("[", "{\"a\":0},", "{}]"), Packed::Plain),
    admin("/api/v1/catalogue?person=Ada", "application/toml", ("", "[[kpi]]\n", "")),
    admin("/api/v1/notes", JSON, ("[", "{\"a\":0},", "{}]")),
    door("/check-in", FORM, ("kpi=a", "&a=0", ""), Packed::Plain),
    door("/sources/import", FORM, ("action=preview&csv=", "a%0A", ""), Packed::Plain),
    door(
        "/sources/import",
        MULTIPART,
        ("", "--boundary\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n0\r\n", "--boundary--\r\n"),
        Packed::Plain,
    ),
];

impl Door {
    /// A request that no token is shown with.
    pub fn request(&self) -> Result<Request> {
        let most = if self.packed == Packed::Plain { PLAIN } else { UNPACKED };
        let body = self.body(most);
        let (body, encoding) = match self.packed {
            Packed::Plain => (body, None),
            Packed::Gzip => (gzip(&body)?, Some("gzip")),
            Packed::Snappy => (snap::raw::Encoder::new().compress_vec(&body)?, Some("snappy")),
        };
        let request = Request::post(self.path, self.content_type, body);
        let request = if self.path.starts_with("/webhooks/") { signed_badly(request) } else { request };
        Ok(match encoding {
            Some(encoding) => request.header("content-encoding", encoding),
            None => request,
        })
    }

    fn body(&self, most: usize) -> Vec<u8> {
        let room = most.saturating_sub(self.before.len() + self.after.len());
        let mut body = self.before.to_owned();
        body.push_str(&self.element.repeat(room / self.element.len()));
        body.push_str(self.after);
        body.into_bytes()
    }
}

/// Signatures of the right form that nobody with the secret made.
pub fn signed_badly(request: Request) -> Request {
    let wrong = "00".repeat(32);
    request
        .header("x-hub-signature-256", &format!("sha256={wrong}"))
        .header("x-github-event", "push")
        .header("stripe-signature", &format!("t=1,v1={wrong}"))
        .header("x-hubspot-signature-v3", "AAAA")
        .header("x-hubspot-request-timestamp", "1")
}

pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes)?;
    Ok(packer.finish()?)
}

/// Eight mebibytes of events with an API key that opens nothing.
pub fn events() -> Vec<u8> {
    let element = "{\"event_type\":\"a\",\"user_id\":\"attack\"},";
    let body = ["{\"api_key\":\"wrong\",\"events\":[", &element.repeat(PLAIN / element.len() - 2), "{}]}"];
    body.concat().into_bytes()
}

/// A form with a file of eight mebibytes.
pub fn upload() -> (Vec<u8>, &'static str) {
    let mut body =
        "--boundary\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nkpi,value\n".to_owned();
    body.push_str(&"a,0\n".repeat(PLAIN / 4 - 100));
    body.push_str("\r\n--boundary--\r\n");
    (body.into_bytes(), MULTIPART)
}

/// A batch of numbers of one KPI and of events that others are computed of, in turn and a second apart.
pub fn observations(kpi: &str, unit: &str, first_s: u64, count: u64) -> Vec<u8> {
    let mut body = String::from("[");
    for number in 0..count {
        let separator = if number == 0 { "" } else { "," };
        let (time_ms, value) = ((first_s + number) * 1_000, number % 90 + 1);
        // Writing to a text can't fail.
        let _ = if number % 2 == 0 {
            write!(body, "{separator}{{\"kpi\":\"{kpi}\",\"value\":{value},\"unit\":\"{unit}\",\"time\":{time_ms}}}")
        } else {
            let labels = "{\"environment\":\"production\",\"result\":\"success\"}";
            write!(body, "{separator}{{\"series\":\"deployment\",\"labels\":{labels},\"time\":{time_ms}}}")
        };
    }
    body.push(']');
    body.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_small_on_the_wire_and_large_unpacked() {
        let body = DOORS[0].body(UNPACKED);
        assert!(serde_json::from_slice::<Vec<serde_json::Value>>(&body[..9]).is_err(), "it goes on");
        assert!(body.len() > 30 << 20 && gzip(&body).unwrap().len() < 100_000);
    }

    #[test]
    fn a_batch_is_json() {
        let batch: Vec<serde_json::Value> = serde_json::from_slice(&observations("a", "s", 7, 3)).unwrap();
        assert_eq!(batch[2]["time"], 9_000);
        assert!(events().len() < 8 << 20 && upload().0.len() < 8 << 20);
        assert!(serde_json::from_slice::<serde_json::Value>(&events()).is_ok());
    }
}
