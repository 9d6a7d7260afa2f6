//! What a notification says, for every way that it may leave by.

use serde::{Deserialize, Serialize};

/// A notification, as it stands in the outbox and as a webhook gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct AlertMessage {
    /// `alerts`, or `test` for a message that only tries the way.
    pub kind: String,
    /// What it is about in one line.
    pub subject: String,
    /// When it was made, RFC 3339.
    pub time: String,
    /// The owner, track or KPI that it is about.
    pub group: String,
    /// Whether the numbers are generated.
    pub demo_data: bool,
    /// What became of which alert.
    pub lines: Vec<AlertLine>,
    /// The page to look at.
    pub url: String,
}

/// What became of one alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertLine {
    /// The alert's key.
    pub key: String,
    /// `fired`, `worsened`, `improved`, `resolved`, `repeated` or `escalated`.
    pub transition: String,
    /// `red` or `yellow`; `notice` for what is neither.
    pub severity: String,
    /// What is the matter, a sentence.
    pub text: String,
}

impl AlertMessage {
    /// The message of an outbox's body; an unreadable body is shown as it is.
    pub fn read(body_json: &str) -> Self {
        serde_json::from_str(body_json).unwrap_or_else(|_| Self {
            kind: "alerts".to_owned(),
            subject: body_json.to_owned(),
            ..Self::default()
        })
    }

    /// The message as plain text.
    pub fn as_text(&self) -> String {
        use std::fmt::Write as _;
        let mut text = format!("{}\n\n", self.subject);
        if self.demo_data {
            text.push_str("DEMO DATA: every number is generated.\n\n");
        }
        for line in &self.lines {
            // Writing to a String can't fail.
            let _ = writeln!(text, "[{} {}] {}", line.severity, line.transition, line.text);
        }
        let _ = writeln!(text, "\n{}\n{}", self.url, self.time);
        text
    }
}
