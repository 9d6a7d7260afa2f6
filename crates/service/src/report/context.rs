//! What a sender says beside a report: the commit, the branch and the machine that it is about.

/// The most characters of each, as of any label.
const MOST_CHARACTERS: usize = 200;

/// The commit, branch and testbed of a report; each may be unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    commit: Option<String>,
    branch: Option<String>,
    testbed: Option<String>,
}

/// A text of a sender; an empty one is unknown.
pub(super) fn checked(name: &'static str, text: Option<&str>) -> Result<Option<String>, (&'static str, String)> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) if text.chars().count() > MOST_CHARACTERS || text.chars().any(char::is_control) => {
            Err((name, format!("write at most {MOST_CHARACTERS} printable characters")))
        }
        text => Ok(text.map(str::to_owned)),
    }
}

impl Context {
    /// A context; empty texts are unknown.
    ///
    /// # Errors
    /// The name of what is too long or holds control characters, and a sentence.
    pub fn new(
        commit: Option<&str>,
        branch: Option<&str>,
        testbed: Option<&str>,
    ) -> Result<Self, (&'static str, String)> {
        Ok(Self {
            commit: checked("commit", commit)?,
            branch: checked("branch", branch)?,
            testbed: checked("testbed", testbed)?,
        })
    }

    /// The commit.
    pub fn commit(&self) -> Option<&str> {
        self.commit.as_deref()
    }

    /// The branch.
    pub fn branch(&self) -> Option<&str> {
        self.branch.as_deref()
    }

    /// The testbed.
    pub fn testbed(&self) -> Option<&str> {
        self.testbed.as_deref()
    }

    /// The machine's kind: what stands before the first comma of the testbed.
    pub(super) fn platform(&self) -> Option<&str> {
        self.testbed()?.split(',').next().map(str::trim).filter(|platform| !platform.is_empty())
    }

    /// What is known, by name.
    pub fn labels(&self) -> Vec<(&'static str, &str)> {
        let all = [("branch", self.branch()), ("commit", self.commit()), ("testbed", self.testbed())];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}
