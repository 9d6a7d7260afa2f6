//! What the command line asks for.

use std::path::PathBuf;

pub const USAGE: &str = "usage: attack --inferno-kpi PROGRAM [--results FOLDER] [--list] [NAME...]

  --inferno-kpi PROGRAM   the server to attack; each attack starts one of its own
  --results FOLDER        where attack.md and attack.json go (target/test-results)
  --list                  say which attacks there are
  NAME...                 these attacks alone";

#[derive(Debug)]
pub struct Asked {
    pub program: PathBuf,
    pub results: PathBuf,
    pub list: bool,
    pub names: Vec<String>,
}

pub fn read(mut words: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked {
        program: PathBuf::new(),
        results: PathBuf::from("target/test-results"),
        list: false,
        names: Vec::new(),
    };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--inferno-kpi" => asked.program = value()?.into(),
            "--results" => asked.results = value()?.into(),
            "--list" => asked.list = true,
            option if option.starts_with('-') => return Err(format!("{option} is not known")),
            _ => asked.names.push(word),
        }
    }
    if asked.program.as_os_str().is_empty() && !asked.list {
        return Err("--inferno-kpi is missing".to_owned());
    }
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn names_are_what_is_no_option() {
        let words = |text: &str| read(text.split(' ').map(str::to_owned));
        let asked = words("--inferno-kpi p half-headers overload").unwrap();
        assert_eq!(asked.names, ["half-headers", "overload"]);
        assert!(words("half-headers").is_err() && words("--inferno-kpi").is_err() && words("--other x").is_err());
    }
}
