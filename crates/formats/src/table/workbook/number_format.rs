//! Codes of number formats (ECMA-376 part 1, 18.8.31): what a cell's number stands for, as far as its format says it.
//!
//! A code has up to four sections, for numbers above zero, below, of zero, and for text, or for the numbers that a condition picks.

mod layout;

use super::super::quantity::{Money, Shown, unit_of_literal};
use crate::text::shorten;
use layout::Sign;

/// How numbers are shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct NumberFormat {
    sections: Vec<Section>,
    code: String,
}

/// What a number is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meaning {
    /// A number, and nothing else is said.
    Number,
    /// Days since the workbook's first one.
    Date,
    Shown(Shown),
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Section {
    condition: Option<(Comparison, f64)>,
    /// The digits, points and commas.
    digits: String,
    percents: usize,
    literal: String,
    signs: Vec<Sign>,
    money: Option<Money>,
    /// Letters of dates and times.
    date_letters: String,
    words: Words,
}

/// What a section says in words and letters.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each word stands in a format or does not")]
struct Words {
    has_day_half: bool,
    is_elapsed: bool,
    is_general: bool,
    /// It shows a number below zero without its sign, unless it writes one.
    is_for_negatives: bool,
    has_colour: bool,
    is_text: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
}

impl NumberFormat {
    pub(super) fn parse(code: &str) -> Self {
        let mut sections = vec![Section::default()];
        let mut characters = code.chars().peekable();
        while let Some(character) = characters.next() {
            let Some(section) = sections.last_mut() else { break };
            match character {
                ';' => sections.push(Section::default()),
                '"' => characters.by_ref().take_while(|inner| *inner != '"').for_each(|inner| section.write(inner)),
                '\\' => characters.next().into_iter().for_each(|inner| section.write(inner)),
                // Room as wide as a character, and a character that fills the cell.
                '_' | '*' => {
                    characters.next();
                    section.literal.push(' ');
                }
                '[' => {
                    let inner: String = characters.by_ref().take_while(|inner| *inner != ']').collect();
                    section.bracket(&inner);
                }
                '0' | '#' | '?' | '.' | ',' => section.digit(character),
                '%' => section.percents += 1,
                '@' => section.words.is_text = true,
                'E' | 'e' if matches!(characters.peek(), Some('+' | '-')) => {
                    characters.next();
                }
                'G' | 'g' if starts_with(&characters, "eneral") => {
                    characters.by_ref().take("eneral".len()).for_each(drop);
                    section.words.is_general = true;
                }
                'A' | 'a' if starts_with(&characters, "m/pm") || starts_with(&characters, "/p") => {
                    section.words.has_day_half = true;
                    let rest = if starts_with(&characters, "/p") { 2 } else { 4 };
                    characters.by_ref().take(rest).for_each(drop);
                }
                'y' | 'Y' | 'd' | 'D' | 'm' | 'M' | 'h' | 'H' | 's' | 'S' => {
                    section.date_letters.push(character.to_ascii_lowercase());
                }
                '/' => {
                    section.literal.push('/');
                    section.signs.push(Sign::Slash);
                }
                other => section.write(other),
            }
        }
        // Where there are two sections or more, the second one writes the sign itself.
        if let Some(second) = sections.get_mut(1).filter(|second| second.condition.is_none()) {
            second.words.is_for_negatives = true;
        }
        Self { sections, code: shorten(code) }
    }

    pub(super) fn meaning(&self, number: f64) -> Meaning {
        let Some(section) = self.section(number) else { return Meaning::Number };
        section.meaning(number, &self.code)
    }

    /// The section that shows this number.
    fn section(&self, number: f64) -> Option<&Section> {
        // The fourth section is for text.
        let numbers: Vec<&Section> = self.sections.iter().take(3).filter(|section| !section.is_only_text()).collect();
        if numbers.iter().any(|section| section.condition.is_some()) {
            let picked = numbers.iter().find(|section| section.condition.is_some_and(|wanted| wanted.holds(number)));
            return picked.or_else(|| numbers.iter().rev().find(|section| section.condition.is_none())).copied();
        }
        let place = match numbers.len() {
            0 | 1 => 0,
            2 => usize::from(number < 0.0),
            _ if number < 0.0 => 1,
            _ => {
                if number == 0.0 {
                    2
                } else {
                    0
                }
            }
        };
        numbers.get(place).copied()
    }
}

trait Holds {
    fn holds(self, number: f64) -> bool;
}

impl Holds for (Comparison, f64) {
    fn holds(self, number: f64) -> bool {
        let (comparison, bound) = self;
        let order = number.total_cmp(&bound);
        match comparison {
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::GreaterOrEqual => order.is_ge(),
            Comparison::Greater => order.is_gt(),
        }
    }
}

fn starts_with(characters: &std::iter::Peekable<std::str::Chars<'_>>, rest: &str) -> bool {
    let mut ahead = characters.clone();
    rest.chars().all(|wanted| ahead.next().is_some_and(|found| found.eq_ignore_ascii_case(&wanted)))
}

impl Section {
    /// What stands in brackets: a currency, elapsed time, a condition, a colour, or a language.
    fn bracket(&mut self, inner: &str) {
        if let Some(currency) = inner.strip_prefix('$') {
            let (sign, language) = currency.rsplit_once('-').unwrap_or((currency, ""));
            if !sign.trim().is_empty() {
                self.money = Money::of_sign(sign, language);
                if self.money.is_none() {
                    self.literal.push_str(sign);
                }
            }
        } else if !inner.is_empty() && inner.chars().all(|letter| matches!(letter, 'h' | 'm' | 's' | 'H' | 'M' | 'S')) {
            self.words.is_elapsed = true;
        } else if let Some(condition) = condition(inner) {
            self.condition = Some(condition);
        } else {
            self.words.has_colour = true;
        }
    }

    fn write(&mut self, character: char) {
        self.literal.push(character);
        self.signs.push(Sign::Literal(character));
    }

    fn digit(&mut self, character: char) {
        self.digits.push(character);
        match character {
            ',' => {}
            '.' => self.signs.push(Sign::Point),
            _ => self.signs.push(Sign::Digit),
        }
    }

    /// Whether somebody reads the number that the cell holds.
    fn shows(&self, number: f64) -> bool {
        let is_signed_here = self.words.is_for_negatives && !self.words.has_colour;
        self.words.is_general || layout::is_plain(&self.signs, number, is_signed_here)
    }

    fn is_only_text(&self) -> bool {
        self.words.is_text && self.digits.is_empty()
    }

    fn meaning(&self, number: f64, code: &str) -> Meaning {
        let unread = || Meaning::Shown(Shown::Unread(code.to_owned()));
        if self.words.is_elapsed {
            return Meaning::Shown(Shown::Duration);
        }
        if !self.date_letters.is_empty() {
            let is_clock = self.date_letters.contains(['h', 's']) && !self.date_letters.contains(['y', 'd']);
            // Beyond a day a clock begins anew, so that what is shown is not what is meant.
            let is_duration = is_clock && !self.words.has_day_half && (0.0..1.0).contains(&number);
            return if is_duration { Meaning::Shown(Shown::Duration) } else { Meaning::Date };
        }
        if !code.is_empty() && !self.shows(number) {
            return unread();
        }
        let money = self.money.clone();
        let scale = self.scale();
        let literal =
            self.literal.trim_matches(|character: char| is_decoration(character) || character.is_whitespace());
        match (self.percents, literal, money) {
            (0, "", None) if scale > 1.0 => Meaning::Shown(Shown::Scaled(scale)),
            (0, "", None) => Meaning::Number,
            (1, "", None) if scale <= 1.0 => Meaning::Shown(Shown::Percent),
            (0, "", Some(money)) => Meaning::Shown(Shown::Money { factor: 1.0, money }),
            (0, literal, None) => match unit_of_literal(literal, scale) {
                Some(shown) => Meaning::Shown(shown),
                None => unread(),
            },
            // `[$€-407] 0.0,,"M"`: of millions.
            (0, literal, Some(money)) => match unit_of_literal(literal, scale) {
                Some(Shown::Times(factor)) => Meaning::Shown(Shown::Money { factor, money }),
                _ => unread(),
            },
            _ => unread(),
        }
    }

    /// By how much a number is divided before it is shown: a thousand for each comma behind the digits.
    fn scale(&self) -> f64 {
        let commas = self.digits.split('.').map(|part| part.len() - part.trim_end_matches(',').len()).sum::<usize>();
        1000_f64.powi(i32::try_from(commas.min(10)).unwrap_or(10))
    }
}

/// What stands beside numbers and says nothing of their unit.
fn is_decoration(character: char) -> bool {
    matches!(character, '(' | ')' | '-' | '+' | '–' | '−' | '/' | ':' | '\'' | '~' | '\u{a0}' | '\u{202f}')
}

fn condition(inner: &str) -> Option<(Comparison, f64)> {
    const SIGNS: [(&str, Comparison); 6] = [
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<>", Comparison::NotEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
        ("=", Comparison::Equal),
    ];
    SIGNS.iter().find_map(|(sign, comparison)| Some((*comparison, inner.strip_prefix(sign)?.trim().parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(unit: &str) -> Meaning {
        Meaning::Shown(Shown::Unit { factor: 1.0, unit: unit.to_owned() })
    }

    fn money(code: &str, factor: f64) -> Meaning {
        Meaning::Shown(Shown::Money { factor, money: Money::of_code(code) })
    }

    fn sign(sign: &str, factor: f64) -> Meaning {
        Meaning::Shown(Shown::Money { factor, money: Money::of_sign(sign, "").unwrap() })
    }

    fn unread(code: &str) -> Meaning {
        Meaning::Shown(Shown::Unread(code.to_owned()))
    }

    #[test]
    fn a_format_says_what_a_number_stands_for() {
        let shown = Meaning::Shown;
        for (code, number, meaning) in [
            ("General", 1.0, Meaning::Number),
            ("0.00", 1.0, Meaning::Number),
            ("#,##0.00;[Red]-#,##0.00", -1.0, Meaning::Number),
            ("#,##0_);(#,##0)", -5.0, Meaning::Number),
            ("# ?/?", 0.5, Meaning::Number),
            ("0.00E+00", 1.0, Meaning::Number),
            ("##0.0E+0", 1.0, Meaning::Number),
            ("@", 1.0, Meaning::Number),
            ("[Red]0.0", 1.0, Meaning::Number),
            ("0_d", 1.0, Meaning::Number),
            ("_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)", 0.0, Meaning::Number),
            ("0%", 0.5, shown(Shown::Percent)),
            ("0.0%", 0.5, shown(Shown::Percent)),
            ("0.00%;[Red]-0.00%", -0.5, shown(Shown::Percent)),
            ("0\\%", 50.0, unit("%")),
            ("0.0\"%\"", 50.0, unit("%")),
            ("[h]:mm:ss", 1.5, shown(Shown::Duration)),
            ("[hh]:mm", 1.5, shown(Shown::Duration)),
            ("[mm]:ss", 0.5, shown(Shown::Duration)),
            ("[s].000", 0.5, shown(Shown::Duration)),
            ("h:mm:ss", 0.5, shown(Shown::Duration)),
            ("mm:ss.0", 0.5, shown(Shown::Duration)),
            ("h:mm:ss", 1.5, Meaning::Date),
            ("h:mm AM/PM", 0.5, Meaning::Date),
            ("yyyy-mm-dd", 1.0, Meaning::Date),
            ("mmm", 1.0, Meaning::Date),
            ("[$-409]d/m/yy h:mm AM/PM;@", 1.0, Meaning::Date),
            ("0,", 1.0, shown(Shown::Scaled(1e3))),
            ("#,##0.0,,", 1.0, shown(Shown::Scaled(1e6))),
            ("0.0,,\"M\"", 1.0, shown(Shown::Times(1.0))),
            ("0.0,\"K\"", 1.0, shown(Shown::Times(1.0))),
            ("0.0\" Mio.\"", 1.0, shown(Shown::Times(1e6))),
            ("[>=1000000]0.0,,\"M\";[>=1000]0.0,\"K\";0", 5e6, shown(Shown::Times(1.0))),
            ("[>=1000000]0.0,,\"M\";[>=1000]0.0,\"K\";0", 5.0, Meaning::Number),
            ("#,##0.00\\ [$€-407]", 1.0, money("EUR", 1.0)),
            ("[$€-2]\\ #,##0.00", 1.0, money("EUR", 1.0)),
            ("#,##0.00 €", 1.0, money("EUR", 1.0)),
            ("_-* #,##0.00\\ \"€\"_-;\\-* #,##0.00\\ \"€\"_-;_-* \"-\"??\\ \"€\"_-;_-@_-", 0.0, money("EUR", 1.0)),
            ("[$CHF-807] #,##0.00", 1.0, money("CHF", 1.0)),
            ("[$USD] #,##0", 1.0, money("USD", 1.0)),
            ("[$$-409]#,##0.00", 1.0, money("USD", 1.0)),
            ("[$$-1009]#,##0.00", 1.0, money("CAD", 1.0)),
            ("#,##0.00\\ [$kr-41D]", 1.0, money("SEK", 1.0)),
            ("[$¥-411]#,##0", 1.0, money("JPY", 1.0)),
            ("[$¥-804]#,##0", 1.0, money("CNY", 1.0)),
            ("\"$\"#,##0.00_);\\(\"$\"#,##0.00\\)", -1.0, sign("$", 1.0)),
            ("$#,##0", 1.0, sign("$", 1.0)),
            ("0 \"kr\"", 1.0, sign("kr", 1.0)),
            ("$0.0,,\"M\"", 1.0, sign("$", 1.0)),
            ("[$€-407]0.0\"M\"", 1.0, money("EUR", 1e6)),
            ("0.0\" k€\"", 1.0, money("EUR", 1e3)),
            ("0.0,\" k€\"", 1.0, money("EUR", 1.0)),
            ("0\" min\"", 1.0, unit("min")),
            ("#,##0.00\\ \"days\"", 1.0, unit("days")),
            ("0.0 \"ms\"", 1.0, unit("ms")),
            ("0.0,\" KB\"", 1.0, Meaning::Shown(Shown::Unit { factor: 1e-3, unit: "KB".to_owned() })),
            ("0.0\"x\"", 1.0, unit("x")),
            ("\"Q\"0", 1.0, unread("\"Q\"0")),
            ("0\" furlongs\"", 1.0, unread("0\" furlongs\"")),
            ("0.0‰", 1.0, unread("0.0‰")),
            ("0%%", 1.0, unread("0%%")),
            ("0;-0;\"n/a\"", 0.0, unread("0;-0;\"n/a\"")),
            ("0;-0;\"n/a\"", 1.0, Meaning::Number),
            ("00\"h\"00", 130.0, unread("00\"h\"00")),
            ("00\\:00", 530.0, unread("00\\:00")),
            ("00:00", 530.0, unread("00:00")),
            ("0\":\"00", 530.0, unread("0\":\"00")),
            ("0\"-\"0", 53.0, unread("0\"-\"0")),
            ("0\" / \"0", 53.0, unread("0\" / \"0")),
            ("0\\.00", 530.0, unread("0\\.00")),
            ("00 00", 530.0, unread("00 00")),
            ("\"1\"0", 5.0, unread("\"1\"0")),
            ("0\"0\"", 5.0, unread("0\"0\"")),
            ("-0", 5.0, unread("-0")),
            ("(0)", 5.0, unread("(0)")),
            ("0;0", -5.0, unread("0;0")),
            ("0;[Red]0", -5.0, Meaning::Number),
            ("0.0%;;", -0.5, unread("0.0%;;")),
            ("0.0%;;", 0.5, shown(Shown::Percent)),
            ("0;-0;;@", 0.0, Meaning::Number),
            ("# ##0.00", 1234.5, Meaning::Number),
            ("#'##0", 1234.0, Meaning::Number),
            ("# ??/??", 1.5, Meaning::Number),
            ("", 1.0, Meaning::Number),
        ] {
            assert_eq!(NumberFormat::parse(code).meaning(number), meaning, "{code} of {number}");
        }
    }
}
