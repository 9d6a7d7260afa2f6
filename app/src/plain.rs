//! Takes the marks out of a finished document that only a page hydrated as a whole would need.

/// What the renderer writes between parts of a view. No comment, but a mistake that browsers forgive.
const MARK: &str = "<!>";

/// The document without the renderer's marks: smaller, and valid. Islands keep theirs, because in the browser each is
/// matched with its markup.
pub fn plain(html: &str) -> String {
    let mut plain = String::with_capacity(html.len());
    for (index, part) in html.split("<leptos-island").enumerate() {
        if index == 0 {
            plain.push_str(&part.replace(MARK, ""));
            continue;
        }
        plain.push_str("<leptos-island");
        match part.split_once("</leptos-island>") {
            Some((island, rest)) => {
                plain.push_str(island);
                plain.push_str("</leptos-island>");
                plain.push_str(&rest.replace(MARK, ""));
            }
            None => plain.push_str(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_outside_islands_and_stay_within() {
        assert_eq!(
            plain("<p>a<!>b</p><leptos-island data-component=\"x\">c<!>d</leptos-island><!><ul><!></ul>"),
            "<p>ab</p><leptos-island data-component=\"x\">c<!>d</leptos-island><ul></ul>"
        );
        assert_eq!(plain("<!DOCTYPE html><!>"), "<!DOCTYPE html>");
    }
}
