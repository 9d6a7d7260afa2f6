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
        Identity::new(self.series.as_deref().unwrap_or(own), self.with_constants(labels), limits)
    }

    /// Labels of samples whose series are named one by one, under a name that only stands in for theirs.
    pub(crate) fn labelled<'a>(
        &'a self,
        labels: impl Iterator<Item = (&'a str, &'a str)>,
        limits: &Limits,
    ) -> Result<Identity, Vec<Wrong>> {
        Identity::new("series", self.with_constants(labels), limits)
    }

    /// The labels that are kept, and the constants.
    fn with_constants<'a>(
        &'a self,
        labels: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let constants = self.constants.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        labels.filter(|(name, _)| self.keeps(name)).chain(constants)
    }

    /// Whether a label of the answer becomes one of the sample.
    pub(crate) fn keeps(&self, label: &str) -> bool {
        let is_wanted = self.labels.as_ref().is_none_or(|wanted| wanted.iter().any(|name| name == label));
        is_wanted && !self.constants.contains_key(label)
    }
}
