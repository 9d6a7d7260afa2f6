//! Takes the marks out of a finished document that only a page hydrated as a whole would need.

/// What the renderer writes between parts of a view. No comment, but a mistake that browsers forgive.
const MARK: &str = "<!>";

/// The document without the renderer's marks: smaller, and valid. Islands keep theirs, because in the browser each is
/// matched with its markup.
pub fn plain(html: &str) -> String {
    let html = &without_nonce_as_origin(html);
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

/// Leptos writes the nonce where `crossorigin` allows two words only; without a value the attribute means the same and is
/// valid.
fn without_nonce_as_origin(html: &str) -> String {
    const WRITTEN: &str = " crossorigin=\"";
    let mut mended = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, from_value)) = rest.split_once(WRITTEN) {
        mended.push_str(before);
        mended.push_str(" crossorigin");
        rest = from_value.split_once('"').map_or("", |(_, behind)| behind);
    }
    mended.push_str(rest);
    mended
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

    #[test]
    fn a_nonce_never_stands_as_an_origin() {
        assert_eq!(
            plain("<link href=\"a\" crossorigin=\"n0nce\"><link crossorigin=\"n0nce\" href=\"b\">"),
            "<link href=\"a\" crossorigin><link crossorigin href=\"b\">"
        );
    }
}
