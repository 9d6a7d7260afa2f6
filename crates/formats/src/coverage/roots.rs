//! The folders that the names of a report's files begin at, and whether two reports mean the same ones.

/// The folders of one report; none where it doesn't say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Roots(Vec<String>);

impl Roots {
    pub(crate) fn new(folders: impl IntoIterator<Item = String>) -> Self {
        let plain = |folder: String| folder.trim().replace('\\', "/").trim_end_matches(['/', '.']).to_owned();
        Self(folders.into_iter().map(plain).filter(|folder| !folder.is_empty()).collect())
    }

    /// Each of them, without a `/` at its end.
    pub(super) fn folders(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the other report's names may begin at the same folder. A checkout has another path on another machine, so
    /// that there the last folder's name decides; on one machine two folders are two.
    pub(crate) fn are_those_of(&self, other: &Self) -> bool {
        let is_unknown = self.0.is_empty() || other.0.is_empty();
        is_unknown || self.0.iter().any(|one| other.0.iter().any(|two| are_same(one, two)))
    }
}

fn are_same(one: &str, two: &str) -> bool {
    let (one, two) = (components(one), components(two));
    one == two || (one.first() != two.first() && one.last() == two.last())
}

/// Jenkins gives a job that runs twice at once the folders `job` and `job@2`.
fn components(folder: &str) -> Vec<&str> {
    let plain = |name: &'_ str| -> usize {
        match name.rsplit_once('@') {
            Some((before, number)) if !before.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
                before.len()
            }
            _ => name.len(),
        }
    };
    let names = folder.split('/').filter(|name| !name.is_empty() && *name != ".");
    names.map(|name| name.get(..plain(name)).unwrap_or(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_folder_of_another_checkout_is_the_same() {
        for (one, two, is_same) in [
            ("/repo", "/repo/", true),
            ("/repo/a", "/repo/b", false),
            ("/repo/a/src", "/repo/b/src", false),
            ("/home/runner/work/x/x", "/Users/runner/work/x/x", true),
            ("/home/runner/work/x/x", r"D:\a\x\x", true),
            ("/home/runner/work/x/x", "/builds/group/y", false),
            ("/var/jenkins/job", "/var/jenkins/job@2", true),
            ("src", "", true),
            ("lib", "app", false),
        ] {
            let roots = |folder: &str| Roots::new([folder.to_owned()]);
            assert_eq!(roots(one).are_those_of(&roots(two)), is_same, "{one} {two}");
        }
    }
}
