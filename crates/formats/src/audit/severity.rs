//! How bad a finding is.

/// How bad a finding is, in the order of the *severity* KPIs, 0 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Severity {
    /// A remark, or none at all.
    #[default]
    None,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    pub(crate) const ALL: [Self; 5] = [Self::None, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word that the KPIs read.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The qualitative rating of a CVSS score from 0 to 10 (CVSS v3.1, section 5).
    pub fn of_score(score: f64) -> Self {
        match score {
            score if score >= 9.0 => Self::Critical,
            score if score >= 7.0 => Self::High,
            score if score >= 4.0 => Self::Medium,
            score if score > 0.0 => Self::Low,
            _ => Self::None,
        }
    }

    /// 0 to 4.
    pub fn number(self) -> f64 {
        f64::from(self as u8)
    }

    /// The severity of a number from 0 to 4.
    pub fn of_number(number: f64) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.number().to_bits() == number.to_bits())
    }

    /// The severity that a word names, in whichever case.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase();
        WORDS.iter().find(|(known, _)| *known == word).map(|(_, severity)| *severity)
    }
}

/// The words of scanners for severities. Those that one scanner means otherwise than another, such as *major*, are not among them.
const WORDS: [(&str, Severity); 12] = [
    ("critical", Severity::Critical),
    ("blocker", Severity::Critical),
    ("high", Severity::High),
    ("important", Severity::High),
    ("medium", Severity::Medium),
    ("moderate", Severity::Medium),
    ("low", Severity::Low),
    ("none", Severity::None),
    ("info", Severity::None),
    ("information", Severity::None),
    ("informational", Severity::None),
    ("negligible", Severity::None),
];
