//! Everything that a server acknowledges, as deeds that a test can recognise afterwards.

use std::fmt::Write as _;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::running::Answer;

/// The servers' own token; what is sent shows it.
pub const TOKEN: &str = "a-token-of-the-tests-of-faults-0123456789";
const START_S: u64 = 1_767_225_600;

/// What kind of thing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An observation with an id, as JSON.
    Observation,
    /// An event as Mixpanel's clients send it.
    Event,
    /// A sample in line protocol.
    Lines,
    /// A sample by remote write.
    RemoteWrite,
    /// A value that a person enters on a page.
    CheckIn,
    /// A note.
    Note,
    /// A silence.
    Silence,
    /// A waiver at a gate, or its withdrawal.
    Decision,
    /// A token.
    Token,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::Observation,
        Self::Event,
        Self::Lines,
        Self::RemoteWrite,
        Self::CheckIn,
        Self::Note,
        Self::Silence,
        Self::Decision,
        Self::Token,
    ];

    /// Whether the sender says an id, so that the same may be sent twice.
    pub fn is_keyed(self) -> bool {
        matches!(self, Self::Observation | Self::Event | Self::Lines | Self::RemoteWrite)
    }

    /// Whether it brings samples: of them the payload is what is acknowledged.
    pub fn is_sample(self) -> bool {
        matches!(self, Self::Lines | Self::RemoteWrite)
    }
}

/// One thing to send.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Deed {
    pub kind: Kind,
    /// Different for each deed of a test, and its time where it has one.
    pub number: u64,
}

impl Deed {
    /// What stands in the store if it was kept.
    pub fn key(&self) -> String {
        format!("fault-{:?}-{}", self.kind, self.number).to_lowercase()
    }

    /// The hashes of the bytes under which a payload of it may be kept: as they travel, or unpacked.
    pub fn hashes(&self) -> Vec<String> {
        let hash = |bytes: &[u8]| {
            Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
                write!(text, "{byte:02x}").unwrap();
                text
            })
        };
        match self.kind {
            Kind::Lines => vec![hash(self.line().as_bytes())],
            Kind::RemoteWrite => vec![hash(&as_snappy(&self.write_request())), hash(&self.write_request())],
            _ => Vec::new(),
        }
    }

    fn line(&self) -> String {
        // Every twentieth makes a series.
        format!("fault,part=p{} value={} {}\n", self.number / 20, self.number, START_S + self.number)
    }

    fn write_request(&self) -> Vec<u8> {
        let label = |name: &str, value: &str| {
            let pair = [field(1, name.as_bytes()), field(2, value.as_bytes())].concat();
            field(1, &pair)
        };
        #[expect(clippy::cast_precision_loss, reason = "numbers of deeds are small")]
        let value = self.number as f64;
        let mut sample = vec![0x09];
        sample.extend(value.to_le_bytes());
        sample.push(0x10);
        sample.extend(varint((START_S + self.number) * 1_000));
        let part = format!("p{}", self.number / 20);
        let series = [label("__name__", "fault_remote"), label("part", &part), field(2, &sample)].concat();
        field(1, &series)
    }

    /// Sends it; `None` where no answer came.
    pub fn send(&self, agent: &ureq::Agent, address: &str) -> Option<Answer> {
        let key = self.key();
        let json_type = "application/json";
        let (path, content_type, body) = match self.kind {
            Kind::Observation => {
                let row = json!({ "series": "fault.observed", "value": self.number, "external_id": key });
                ("/api/v1/observations?source=fault", json_type, json!([row]).to_string().into_bytes())
            }
            Kind::Event => {
                let properties = json!({ "distinct_id": "u", "$insert_id": key, "time": START_S + self.number });
                let row = json!({ "event": "fault.event", "properties": properties });
                ("/import?strict=1", json_type, json!([row]).to_string().into_bytes())
            }
            Kind::Lines => ("/write?db=fault&precision=s", "text/plain", self.line().into_bytes()),
            Kind::RemoteWrite => ("/api/v1/write", "application/x-protobuf", as_snappy(&self.write_request())),
            Kind::CheckIn => {
                let form = format!("kpi=speed&value=12&unit=%2Fs&person=Ada&note={key}&token={TOKEN}");
                ("/check-in", "application/x-www-form-urlencoded", form.into_bytes())
            }
            Kind::Note => {
                let note = json!({ "subject": "gate:1", "kind": "comment", "person": "Ada", "text": key });
                ("/api/v1/notes", json_type, note.to_string().into_bytes())
            }
            Kind::Silence => {
                let silence = json!({ "kpi": "reach", "person": "Ada", "reason": key, "for": "1h" });
                ("/api/v1/silences", json_type, silence.to_string().into_bytes())
            }
            Kind::Decision => return self.decide(agent, address),
            Kind::Token => {
                let token = json!({ "name": key, "scopes": ["ingest"], "source": "ci", "person": "Ada" });
                ("/api/v1/tokens", json_type, token.to_string().into_bytes())
            }
        };
        post(agent, &format!("{address}{path}"), content_type, &[], &body)
    }

    /// Waives a KPI, or withdraws the waiver that holds.
    fn decide(&self, agent: &ureq::Agent, address: &str) -> Option<Answer> {
        let decisions = get(agent, &format!("{address}/api/v1/gates/decisions"))?;
        let holding = decisions.json().as_array()?.iter().find(|it| it["holds"] == true).map(|it| it["id"].clone());
        let body = match holding {
            None => json!({ "kind": "waiver", "kpi": "reach", "person": "Ada", "reason": self.key() }),
            Some(id) => json!({ "kind": "withdrawal", "withdraws": id, "person": "Ada", "reason": self.key() }),
        };
        let gate = get(agent, &format!("{address}/api/v1/gates/1"))?;
        let url = format!("{address}/api/v1/gates/1/decisions");
        let seen = [("if-match", gate.header("etag"))];
        post(agent, &url, "application/json", &seen, body.to_string().as_bytes())
    }
}

/// Asks with the servers' own token; `None` where no answer came.
pub fn get(agent: &ureq::Agent, url: &str) -> Option<Answer> {
    answer(agent.get(url).header("authorization", format!("Bearer {TOKEN}")).call())
}

fn post(agent: &ureq::Agent, url: &str, content_type: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Answer> {
    let request =
        agent.post(url).header("authorization", format!("Bearer {TOKEN}")).header("content-type", content_type);
    answer(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send(body))
}

/// An answer that breaks off is none.
fn answer(sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Option<Answer> {
    sent.ok().and_then(Answer::whole)
}

/// Whether an answer says that it was kept.
pub fn is_acknowledged(answer: &Answer) -> bool {
    matches!(answer.status, 200..=299 | 303)
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).unwrap());
    bytes
}

/// A field of bytes in a protobuf message.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    [vec![number << 3 | 2], varint(bytes.len() as u64), bytes.to_vec()].concat()
}

/// The bytes as one literal of Snappy's block format.
fn as_snappy(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len() - 1).unwrap().to_le_bytes();
    [varint(bytes.len() as u64), vec![61 << 2], length.to_vec(), bytes.to_vec()].concat()
}
