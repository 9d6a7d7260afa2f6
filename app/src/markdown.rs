//! Reads the small part of Markdown that the product's own documents are written in: headings, paragraphs, tables, fenced code,
//! and in a line code, links and named anchors. What is not one of these stays text.

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading below the document's title, with its anchor.
    Heading(String, Vec<Span>),
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// Lines as they are.
    Code(String),
    /// A table: its head, and its rows of cells.
    Table(Vec<Vec<Span>>, Vec<Vec<Vec<Span>>>),
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Text.
    Text(String),
    /// Code.
    Code(String),
    /// A place that an address can name.
    Anchor(String),
}

/// The title of a document and what follows it.
pub fn read(document: &str) -> (String, Vec<Block>) {
    let mut title = String::new();
    let mut blocks = Vec::new();
    let mut lines = document.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(text) = line.strip_prefix("# ") {
            text.clone_into(&mut title);
        } else if let Some(text) = line.strip_prefix("## ") {
            blocks.push(Block::Heading(anchor_of(text), spans(text)));
        } else if line.starts_with("```") {
            let code: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            blocks.push(Block::Code(code.join("\n")));
        } else if line.starts_with('|') {
            let head = cells(line);
            lines.next_if(|line| line.starts_with("| ---"));
            let mut rows = Vec::new();
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                rows.push(cells(row));
            }
            blocks.push(Block::Table(head, rows));
        } else if !line.trim().is_empty() {
            let mut text = line.to_owned();
            while let Some(more) = lines.next_if(|line| !line.trim().is_empty() && !line.starts_with(['#', '|', '`'])) {
                text.push(' ');
                text.push_str(more);
            }
            blocks.push(Block::Paragraph(spans(&text)));
        }
    }
    (title, blocks)
}

/// The anchor of a heading, as GitHub makes it: small letters, digits and hyphens.
fn anchor_of(heading: &str) -> String {
    let kept = heading.to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-')).collect::<String>().replace(' ', "-")
}

fn cells(row: &str) -> Vec<Vec<Span>> {
    let inner = row.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split(" | ").map(|cell| spans(cell.trim())).collect()
}

fn spans(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let special = match character {
            '`' => between(rest, "`", "`").map(|(code, after)| (Span::Code(code.to_owned()), after)),
            '<' => between(rest, "<a id=\"", "\"></a>").map(|(id, after)| (Span::Anchor(id.to_owned()), after)),
            // Other documents have no page: what is linked there is told without the link.
            '[' => between(rest, "[", "](").and_then(|(words, after)| {
                let after = after.split_once(')')?.1;
                Some((Span::Text(words.to_owned()), after))
            }),
            _ => None,
        };
        if let Some((span, after)) = special {
            if !plain.is_empty() {
                spans.push(Span::Text(std::mem::take(&mut plain)));
            }
            spans.push(span);
            rest = after;
        } else {
            plain.push(character);
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
        }
    }
    if !plain.is_empty() {
        spans.push(Span::Text(plain));
    }
    spans
}

fn between<'text>(text: &'text str, start: &str, end: &str) -> Option<(&'text str, &'text str)> {
    text.strip_prefix(start)?.split_once(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Span {
        Span::Text(words.to_owned())
    }

    #[test]
    fn a_document_is_read_into_its_parts() {
        let document = "# Title\n\nOne `a|b`\nline, see [other.md](other.md#x).\n\n## A part, twice\n\n| name |                         meaning |\n| --- | --- |\n| <a id=\"x\"></a>`x` | It is < 5 |\n\n```json\n{ \"a\": 1 }\n```\n";
        let (title, blocks) = read(document);
        assert_eq!(title, "Title");
        let expected = [
            Block::Paragraph(vec![
                text("One "),
                Span::Code("a|b".to_owned()),
                text(" line, see "),
                text("other.md"),
                text("."),
            ]),
            Block::Heading("a-part-twice".to_owned(), vec![text("A part, twice")]),
            Block::Table(
                vec![vec![text("name")], vec![text("meaning")]],
                vec![vec![vec![Span::Anchor("x".to_owned()), Span::Code("x".to_owned())], vec![text("It is < 5")]]],
            ),
            Block::Code("{ \"a\": 1 }".to_owned()),
        ];
        assert_eq!(blocks, expected);
    }

    #[test]
    fn what_is_not_closed_stays_text() {
        assert_eq!(spans("a ` b [c] <a id=x>"), [text("a ` b [c] <a id=x>")]);
    }
}
