//! Where texts to copy stand.

use std::path::Path;

use super::ROOT;

/// A text to copy.
#[derive(Debug, Clone)]
pub struct Block {
    /// The file and line, or the page.
    pub place: String,
    /// What stands behind the fence; nothing for indented lines and pages.
    pub language: String,
    pub text: String,
}

impl Block {
    /// Whether its first word is that of a command.
    pub fn is_shell(&self) -> bool {
        let words = ["inferno-kpi", "curl", "make", "cargo", "scripts/", "INFERNO_KPI_", "OTEL_", "echo", "influx"];
        self.language.is_empty() && words.iter().any(|word| self.text.starts_with(word))
    }

    pub fn is_toml(&self) -> bool {
        self.language.starts_with("toml") || self.text.starts_with("[[") || self.text.starts_with("[statsd]")
    }

    /// Its lines of shell, each whole: what ends with a backslash, or inside of quotes, goes on. What a command prints is none.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut goes_on = false;
        for line in self.text.lines() {
            match lines.last_mut().filter(|_| goes_on) {
                Some(last) => {
                    last.push('\n');
                    last.push_str(line);
                }
                None => lines.push(line.to_owned()),
            }
            let so_far = lines.last().map_or("", String::as_str);
            goes_on = line.ends_with('\\') || so_far.matches('\'').count() % 2 == 1;
        }
        lines
    }
}

/// The documents of the repository, by name.
pub fn texts() -> Vec<(String, String)> {
    let root = Path::new(ROOT);
    let mut names: Vec<String> = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"].map(str::to_owned).into();
    for file in std::fs::read_dir(root.join("docs")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        if Path::new(&name).extension().is_some_and(|ending| ending == "md") {
            names.push(format!("docs/{name}"));
        }
    }
    names.sort();
    names.into_iter().map(|name| (name.clone(), std::fs::read_to_string(root.join(&name)).unwrap())).collect()
}

/// The fenced and the indented blocks of all documents.
pub fn documents() -> Vec<Block> {
    texts().iter().flat_map(|(name, text)| of_document(name, text)).collect()
}

fn of_document(name: &str, text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut fence: Option<Block> = None;
    let mut indented: Option<Block> = None;
    let mut is_after_blank = true;
    for (line, number) in text.lines().zip(1..) {
        let new = |language: &str| Block {
            place: format!("{name}:{number}"),
            language: language.to_owned(),
            text: String::new(),
        };
        if let Some(language) = line.trim_start().strip_prefix("```") {
            match fence.take() {
                Some(block) => blocks.push(block),
                None => fence = Some(new(language.trim())),
            }
        } else if let Some(block) = &mut fence {
            block.text.push_str(line);
            block.text.push('\n');
        } else if let Some(code) = line.strip_prefix("    ").filter(|_| is_after_blank || indented.is_some()) {
            let block = indented.get_or_insert_with(|| new(""));
            block.text.push_str(code);
            block.text.push('\n');
        } else {
            blocks.extend(indented.take());
        }
        is_after_blank = line.trim().is_empty();
    }
    blocks.extend(indented);
    // Two files in one block of lines, as of Prometheus, are of the kind that their first line says.
    for block in &mut blocks {
        if block.language.is_empty() && block.text.starts_with("remote_write:") {
            "yaml".clone_into(&mut block.language);
        }
        if block.language.is_empty() && block.text.starts_with("kpi,value") {
            "csv".clone_into(&mut block.language);
        }
    }
    blocks
}

/// The texts inside of backticks, with their document.
pub fn inline() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, text) in texts() {
        // A text may go on in the next line of its paragraph.
        let lines =
            text.lines().map(|line| if line.starts_with("    ") || line.starts_with("```") { "" } else { line });
        let whole = lines.collect::<Vec<_>>().join("\n");
        for paragraph in whole.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")) {
            found.extend(paragraph.split('`').skip(1).step_by(2).map(|code| (code.to_owned(), name.clone())));
        }
    }
    found
}

/// The blocks of a page.
pub fn of_page(path: &str, html: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for part in html.split("<pre").skip(1) {
        let inner = part.split_once('>').map_or("", |(_, rest)| rest).split("</pre>").next().unwrap_or_default();
        let mut text = String::new();
        let mut rest = inner;
        // Tags and comments are left out, what they hold stays.
        while let Some((before, tag)) = rest.split_once('<') {
            text.push_str(before);
            rest = tag.split_once('>').map_or("", |(_, after)| after);
        }
        text.push_str(rest);
        let text = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&amp;", "&")]
            .iter()
            .fold(text, |text, (written, meant)| text.replace(written, meant));
        let language = if text.starts_with("remote_write:") { "yaml" } else { "" };
        blocks.push(Block { place: path.to_owned(), language: language.to_owned(), text });
    }
    blocks
}

/// Every text inside of a document in YAML.
pub fn strings_of_yaml(text: &str) -> Vec<String> {
    fn collect(value: &yaml_rust2::Yaml, found: &mut Vec<String>) {
        match value {
            yaml_rust2::Yaml::String(text) => found.push(text.clone()),
            yaml_rust2::Yaml::Array(values) => values.iter().for_each(|value| collect(value, found)),
            yaml_rust2::Yaml::Hash(members) => members.iter().for_each(|(_, value)| collect(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for document in yaml_rust2::YamlLoader::load_from_str(text).unwrap_or_default() {
        collect(&document, &mut found);
    }
    found
}
