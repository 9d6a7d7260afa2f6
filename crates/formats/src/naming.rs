//! What the samples of an answer are called: the part of a mapping that all answers have in common.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Limits;
use crate::collect::Identity;
use crate::label::Wrong;

/// Series, unit and labels as somebody configured them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Naming {
    /// The series; without it the answer's own name.
    pub series: Option<String>,
    /// The unit of the values.
    pub unit: Option<String>,
    /// The labels of the answer that are kept; all without it.
    pub labels: Option<Vec<String>>,
    /// Labels that every sample gets, in place of its own of the same name.
    pub constants: BTreeMap<String, String>,
}

impl Naming {
    /// The identity of a sample whose answer names it `own`.
    pub(crate) fn identity<'a>(
        &'a self,
        own: &'a str,
        labels: impl Iterator<Item = (&'a str, &'a str)>,
        limits: &Limits,
    ) -> Result<Identity, Vec<Wrong>> {
        let kept = labels.filter(|(name, _)| self.keeps(name));
        let constants = self.constants.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Identity::new(self.series.as_deref().unwrap_or(own), kept.chain(constants), limits)
    }

    /// Whether a label of the answer becomes one of the sample.
    pub(crate) fn keeps(&self, label: &str) -> bool {
        let is_wanted = self.labels.as_ref().is_none_or(|wanted| wanted.iter().any(|name| name == label));
        is_wanted && !self.constants.contains_key(label)
    }
}
