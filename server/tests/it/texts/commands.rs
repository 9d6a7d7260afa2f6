//! Command lines of the program inside of a text.

/// Every command line in a text: from the program's name up to where the shell would go on with something else.
pub fn of(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let joined = text.replace("\\\n", " ");
    for line in joined.lines() {
        let mut rest = line;
        while let Some(start) = rest.find("inferno-kpi ") {
            let is_word =
                rest[..start].chars().next_back().is_none_or(|before| before.is_whitespace() || before == '"');
            let from = &rest[start..];
            let end = end_of(from);
            // "inferno-kpi on a host" is no command: its name stands behind the program's.
            let is_command =
                from["inferno-kpi ".len()..].starts_with(|first: char| first.is_ascii_lowercase() || first == '-');
            if is_word && is_command {
                found.push(from[..end].trim().to_owned());
            }
            rest = &from[end.max("inferno-kpi ".len())..];
        }
    }
    found.retain(|line| NAMES.iter().any(|name| words(line).get(1).is_some_and(|word| word == name)));
    found
}

const NAMES: [&str; 13] = [
    "serve",
    "push",
    "gate",
    "status",
    "bench",
    "catalogue",
    "sources",
    "token",
    "migrate",
    "backup",
    "restore",
    "verify",
    "--help",
];

/// Where a command ends: at a `;`, `&`, `|`, `>` or a comment outside of quotes.
fn end_of(text: &str) -> usize {
    let mut quote = None;
    let mut before = ' ';
    for (place, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, ';' | '&' | '|' | '>') => return place,
            (None, '#') if before == ' ' => return place,
            _ => {}
        }
        before = character;
    }
    text.len()
}

/// The words of a command line, without their quotes.
pub fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_open) = (Vec::new(), String::new(), false);
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (None, '"' | '\'') => (quote, is_open) = (Some(character), true),
            (None, space) if space.is_whitespace() => {
                if is_open {
                    words.push(std::mem::take(&mut word));
                }
                is_open = false;
            }
            (_, character) => {
                word.push(character);
                is_open = true;
            }
        }
    }
    if is_open {
        words.push(word);
    }
    words
}
