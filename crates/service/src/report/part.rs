//! Which part of which run a report is, as its sender says it.

use super::context::checked;

/// Which try of a run it is, where nobody says it.
const FIRST: u32 = 1;

/// Where a report belongs; each but the try may be unknown.
///
/// All reports of one kind of the same run and try are parts of one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    run: Option<String>,
    attempt: u32,
    job: Option<String>,
    path: Option<String>,
    category: Option<String>,
}

/// What a sender says of it, as it came; empty texts are unknown.
#[derive(Debug, Clone, Copy, Default)]
pub struct SaidOfPart<'a> {
    /// What all jobs of one run have in common.
    pub run: Option<&'a str>,
    /// Which try of the run it is, from 1.
    pub attempt: Option<&'a str>,
    /// The job, where a job is repeated within a run without being counted.
    pub job: Option<&'a str>,
    /// The file.
    pub path: Option<&'a str>,
    /// What tells these findings from others of the same tool.
    pub category: Option<&'a str>,
}

impl Default for Part {
    fn default() -> Self {
        Self { run: None, attempt: FIRST, job: None, path: None, category: None }
    }
}

impl Part {
    /// What a sender said.
    ///
    /// # Errors
    /// The name of what is too long, holds control characters or is no number, and a sentence.
    pub fn new(said: SaidOfPart<'_>) -> Result<Self, (&'static str, String)> {
        let attempt = match said.attempt.map(str::trim).filter(|text| !text.is_empty()) {
            None => FIRST,
            Some(text) => {
                let number = text.parse::<u32>().ok().filter(|number| *number > 0);
                number.ok_or_else(|| ("attempt", "write a whole number from 1".to_owned()))?
            }
        };
        Ok(Self {
            run: checked("run", said.run)?,
            attempt,
            job: checked("job", said.job)?,
            path: checked("path", said.path)?,
            category: checked("category", said.category)?,
        })
    }

    /// The run.
    pub fn run(&self) -> Option<&str> {
        self.run.as_deref()
    }

    /// Which try of the run it is, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The file that it stood in.
    pub(super) fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Whether both stood in the same file of the same job, as far as that is said.
    pub(super) fn same_file(&self, other: &Self) -> bool {
        (&self.job, &self.path) == (&other.job, &other.path)
    }

    /// The job and its file: what comes later under the same names takes the place of what came before.
    pub(super) fn file_of_job(&self) -> Option<(&str, &str)> {
        Some((self.job.as_deref()?, self.path.as_deref()?))
    }

    /// What tells its findings from others of the same tool: the category, else the folder of the file.
    pub(super) fn section(&self) -> &str {
        // A path from the root names a machine's folder, which may be another one each time.
        let is_below_here = |path: &&str| !path.starts_with(['/', '\\']) && path.as_bytes().get(1) != Some(&b':');
        let folder = || Some(self.path.as_deref().filter(is_below_here)?.rsplit_once(['/', '\\'])?.0);
        self.category.as_deref().or_else(folder).unwrap_or_default()
    }

    /// What is known, by name.
    pub(super) fn words(&self) -> Vec<(&'static str, String)> {
        let texts = [
            ("run", self.run.clone()),
            ("attempt", (self.attempt != FIRST).then(|| self.attempt.to_string())),
            ("job", self.job.clone()),
            ("path", self.path.clone()),
            ("category", self.category.clone()),
        ];
        texts.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_kept_and_what_is_no_number_or_too_long_is_refused_by_name() {
        let said =
            SaidOfPart { run: Some(" github 7 "), attempt: Some("2"), path: Some("a/b.xml"), ..SaidOfPart::default() };
        let part = Part::new(said).unwrap();
        assert_eq!((part.run(), part.attempt(), part.section()), (Some("github 7"), 2, "a"));
        let words = part.words();
        let told: Vec<(&str, &str)> = words.iter().map(|(name, text)| (*name, text.as_str())).collect();
        assert_eq!(told, [("run", "github 7"), ("attempt", "2"), ("path", "a/b.xml")]);
        assert_eq!(Part::new(SaidOfPart::default()), Ok(Part::default()));
        let long = "x".repeat(201);
        for (said, name) in [
            (SaidOfPart { attempt: Some("0"), ..SaidOfPart::default() }, "attempt"),
            (SaidOfPart { attempt: Some("second"), ..SaidOfPart::default() }, "attempt"),
            (SaidOfPart { run: Some(&long), ..SaidOfPart::default() }, "run"),
            (SaidOfPart { path: Some("a\nb"), ..SaidOfPart::default() }, "path"),
        ] {
            assert_eq!(Part::new(said).unwrap_err().0, name);
        }
    }
}
