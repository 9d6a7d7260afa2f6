//! The badge's SVG: two boxes with white words on dark grounds, and a sign, so that the colour says nothing alone.

use kpi::gate::Outcome;

const HEIGHT: u32 = 20;
/// The width of a character at 11 pixels; `textLength` makes every font keep to it.
const CHARACTER_WIDTH: u32 = 7;
const PADDING: u32 = 7;
const LABEL_GROUND: &str = "#444444";

/// What the right half says, by sign and ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tone {
    sign: char,
    ground: &'static str,
}

impl Tone {
    /// The tone of a verdict.
    pub fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Passed => Self { sign: '✓', ground: "#1b6e34" },
            Outcome::NotPassed => Self { sign: '✗', ground: "#a3241b" },
            Outcome::NotComputed => Self { sign: '–', ground: "#5a5f66" },
        }
    }
}

/// A badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// The words on the left.
    pub label: String,
    /// Sign and ground of the right half.
    pub tone: Tone,
    /// The words on the right.
    pub words: String,
    /// The whole in a sentence, for who does not see it.
    pub title: String,
}

impl Badge {
    /// The picture.
    pub fn svg(&self) -> String {
        let words = format!("{} {}", self.tone.sign, self.words);
        let (left, right) = (width(&self.label), width(&words));
        let whole = left + right;
        let title = escaped(&self.title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{whole}\" height=\"{HEIGHT}\" \
             viewBox=\"0 0 {whole} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">\
             <title>{title}</title>\
             <rect width=\"{left}\" height=\"{HEIGHT}\" fill=\"{LABEL_GROUND}\"/>\
             <rect x=\"{left}\" width=\"{right}\" height=\"{HEIGHT}\" fill=\"{ground}\"/>\
             <g fill=\"#ffffff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">{label}{words}</g></svg>\n",
            ground = self.tone.ground,
            label = text(&self.label, PADDING),
            words = text(&words, left + PADDING),
        )
    }
}

fn text(words: &str, x: u32) -> String {
    let length = width(words) - 2 * PADDING;
    let words = escaped(words);
    format!("<text x=\"{x}\" y=\"14\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\">{words}</text>")
}

fn width(words: &str) -> u32 {
    u32::try_from(words.chars().count()).unwrap_or(0) * CHARACTER_WIDTH + 2 * PADDING
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast of white on a ground, by WCAG 2.1.
    fn contrast_of_white_on(ground: &str) -> f64 {
        let channel = |from: usize| {
            let value = f64::from(u8::from_str_radix(&ground[from..from + 2], 16).expect("a colour")) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        1.05 / (0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) + 0.05)
    }

    #[test]
    fn white_words_can_be_read_on_every_ground() {
        let outcomes = [Outcome::Passed, Outcome::NotPassed, Outcome::NotComputed];
        for ground in outcomes.map(|outcome| Tone::of(outcome).ground).into_iter().chain([LABEL_GROUND]) {
            assert!(contrast_of_white_on(ground) >= 4.5, "{ground}: {}", contrast_of_white_on(ground));
        }
    }

    #[test]
    fn a_label_is_text_and_never_markup() {
        let badge = Badge {
            label: "<script>\"&".to_owned(),
            tone: Tone::of(Outcome::Passed),
            words: "passed 1/1".to_owned(),
            title: "Gate 1".to_owned(),
        };
        let svg = badge.svg();
        assert!(svg.contains("&lt;script&gt;&quot;&amp;"), "{svg}");
        assert_eq!(svg.matches("<text").count(), 2);
    }
}
