//! The number formats that a model's weights can be stored in.

use std::fmt;
use std::str::FromStr;

use candle_core::quantized::GgmlDType;
use serde::{Deserialize, Serialize};

use crate::error::EngineError;

/// One number format for weights. Names on the wire are those of [`Scheme::name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of the GGML formats")]
pub enum Scheme {
    F32,
    F16,
    Bf16,
    #[serde(rename = "q4_0")]
    Q4_0,
    #[serde(rename = "q4_1")]
    Q4_1,
    #[serde(rename = "q5_0")]
    Q5_0,
    #[serde(rename = "q5_1")]
    Q5_1,
    #[serde(rename = "q8_0")]
    Q8_0,
    #[serde(rename = "q8_1")]
    Q8_1,
    #[serde(rename = "q2_k")]
    Q2K,
    #[serde(rename = "q3_k")]
    Q3K,
    #[serde(rename = "q4_k")]
    Q4K,
    #[serde(rename = "q5_k")]
    Q5K,
    #[serde(rename = "q6_k")]
    Q6K,
    #[serde(rename = "q8_k")]
    Q8K,
}

/// What sort of format a scheme is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemeKind {
    /// Single precision, which every other scheme is compared with.
    Reference,
    /// Sixteen-bit floating point: smaller, but not counted as quantisation.
    HalfPrecision,
    /// Blocks of small integers with a scale: what the KPIs call a quantisation scheme.
    Quantised,
}

impl Scheme {
    /// Every scheme of the engine, the reference first.
    pub const ALL: [Self; 15] = [
        Self::F32,
        Self::F16,
        Self::Bf16,
        Self::Q4_0,
        Self::Q4_1,
        Self::Q5_0,
        Self::Q5_1,
        Self::Q8_0,
        Self::Q8_1,
        Self::Q2K,
        Self::Q3K,
        Self::Q4K,
        Self::Q5K,
        Self::Q6K,
        Self::Q8K,
    ];

    /// The name on the command line, in JSON and on pages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
            Self::Q4_0 => "q4_0",
            Self::Q4_1 => "q4_1",
            Self::Q5_0 => "q5_0",
            Self::Q5_1 => "q5_1",
            Self::Q8_0 => "q8_0",
            Self::Q8_1 => "q8_1",
            Self::Q2K => "q2_k",
            Self::Q3K => "q3_k",
            Self::Q4K => "q4_k",
            Self::Q5K => "q5_k",
            Self::Q6K => "q6_k",
            Self::Q8K => "q8_k",
        }
    }

    /// What sort of format this is.
    pub const fn kind(self) -> SchemeKind {
        match self {
            Self::F32 => SchemeKind::Reference,
            Self::F16 | Self::Bf16 => SchemeKind::HalfPrecision,
            _ => SchemeKind::Quantised,
        }
    }

    /// Candle's own name for the format.
    pub(crate) const fn ggml_type(self) -> GgmlDType {
        match self {
            Self::F32 => GgmlDType::F32,
            Self::F16 => GgmlDType::F16,
            Self::Bf16 => GgmlDType::BF16,
            Self::Q4_0 => GgmlDType::Q4_0,
            Self::Q4_1 => GgmlDType::Q4_1,
            Self::Q5_0 => GgmlDType::Q5_0,
            Self::Q5_1 => GgmlDType::Q5_1,
            Self::Q8_0 => GgmlDType::Q8_0,
            Self::Q8_1 => GgmlDType::Q8_1,
            Self::Q2K => GgmlDType::Q2K,
            Self::Q3K => GgmlDType::Q3K,
            Self::Q4K => GgmlDType::Q4K,
            Self::Q5K => GgmlDType::Q5K,
            Self::Q6K => GgmlDType::Q6K,
            Self::Q8K => GgmlDType::Q8K,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Scheme {
    type Err = EngineError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name).ok_or_else(|| EngineError::UnknownScheme {
            name: name.to_owned(),
            known: Self::ALL.map(Self::name).join(", "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_has_one_name_everywhere() {
        for scheme in Scheme::ALL {
            assert_eq!(serde_json::to_string(&scheme).unwrap(), format!("\"{scheme}\""));
            assert_eq!(scheme.name().parse::<Scheme>().unwrap(), scheme);
        }
    }

    #[test]
    fn an_unknown_scheme_is_told_the_known_ones() {
        let message = "q9".parse::<Scheme>().unwrap_err().to_string();
        assert!(message.contains("'q9'") && message.contains("q4_k"), "{message}");
    }
}
