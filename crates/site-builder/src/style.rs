//! One stylesheet out of main.css and the files that it imports into cascade layers, shrunk where esbuild is installed.

use std::path::Path;

use crate::error::BuildError;
use crate::files;
use crate::tools::Tools;

/// Writes the bundled stylesheet to `output`.
pub fn bundle(style_file: &Path, output: &Path, tools: &Tools) -> Result<(), BuildError> {
    let bundled = output.with_extension("bundled.css");
    let text = inline_imports(style_file)?;
    files::write(&bundled, text.as_bytes())?;
    if tools.shrink_text(&bundled, output, &[])? {
        return Ok(());
    }
    files::write(output, text.as_bytes())
}

/// The text of a stylesheet with every `@import "file.css" layer(name);` replaced by the file in that layer.
///
/// Reads one import a line, which is how this repository writes them.
///
/// # Errors
/// When a file is missing or an import is written in another way.
pub fn inline_imports(style_file: &Path) -> Result<String, BuildError> {
    let folder = style_file.parent().unwrap_or(Path::new("."));
    let mut bundled = String::new();
    for line in files::read_text(style_file)?.lines() {
        if !line.trim_start().starts_with("@import") {
            bundled.push_str(line);
            bundled.push('\n');
            continue;
        }
        let (file, layer) = import(line.trim()).ok_or_else(|| BuildError::Style {
            path: style_file.to_path_buf(),
            message: format!("write `@import \"file.css\" layer(name);` on one line instead of `{}`", line.trim()),
        })?;
        let text = inline_imports(&folder.join(file))?;
        match layer {
            Some(layer) => {
                bundled.push_str("@layer ");
                bundled.push_str(layer);
                bundled.push_str(" {\n");
                bundled.push_str(&text);
                bundled.push_str("}\n");
            }
            None => bundled.push_str(&text),
        }
    }
    Ok(bundled)
}

/// The file and the layer of one import statement; `None` for one that is written in another way.
fn import(statement: &str) -> Option<(&str, Option<&str>)> {
    let rest = statement.strip_prefix("@import")?.strip_suffix(';')?.trim();
    let (file, rest) = if let Some(rest) = rest.strip_prefix("url(") {
        rest.split_once(')')?
    } else {
        let quote = rest.chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
        rest.get(1..)?.split_once(quote)?
    };
    let file = file.trim().trim_matches(['"', '\'']);
    match rest.trim() {
        "" => Some((file, None)),
        rest => Some((file, Some(rest.strip_prefix("layer(")?.strip_suffix(')')?.trim()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_put_into_their_layers_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write(
            "main.css",
            "@layer tokens, base;\n@import \"tokens.css\" layer(tokens);\n@import url('base.css');\np { margin: 0; }\n",
        );
        write("tokens.css", ":root { --a: 1px; }");
        write("base.css", "@import './deep.css' layer(base);");
        write("deep.css", "a { color: red; }");
        assert_eq!(
            inline_imports(&folder.path().join("main.css")).unwrap(),
            "@layer tokens, base;\n@layer tokens {\n:root { --a: 1px; }\n}\n@layer base {\na { color: red; }\n}\np { margin: 0; }\n"
        );
    }

    #[test]
    fn an_import_written_in_another_way_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("main.css");
        std::fs::write(&path, "@import \"a.css\" print;\n").unwrap();
        let message = inline_imports(&path).unwrap_err().to_string();
        assert!(message.contains("layer(name)"), "{message}");
    }

    #[test]
    fn a_missing_import_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("main.css");
        std::fs::write(&path, "@import \"absent.css\";\n").unwrap();
        let message = inline_imports(&path).unwrap_err().to_string();
        assert!(message.contains("absent.css"), "{message}");
    }
}
