//! Currencies as number formats write them: by a sign, a code of ISO 4217, and the language that tells equal signs apart.

use crate::text::quote;

/// A currency, as far as it is said which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Money {
    sign: String,
    /// The currencies of that sign.
    codes: Vec<String>,
    /// The one that is meant where nobody says which.
    usual: Option<String>,
}

/// Signs, the currencies that have them, and whether the first is meant where nobody says which.
const SIGNS: [(&str, &[&str], bool); 39] = [
    ("$", &["USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD", "TWD", "ARS", "CLP", "COP"], true),
    ("€", &["EUR"], true),
    ("Euro", &["EUR"], true),
    ("£", &["GBP", "EGP", "GIP"], true),
    ("¥", &["JPY", "CNY"], false),
    ("￥", &["CNY", "JPY"], false),
    ("円", &["JPY"], true),
    ("元", &["CNY"], true),
    ("kr", &["SEK", "NOK", "DKK", "ISK"], false),
    ("kr.", &["DKK", "ISK", "SEK", "NOK"], false),
    ("Fr.", &["CHF"], true),
    ("SFr.", &["CHF"], true),
    ("₹", &["INR"], true),
    ("Rs", &["INR", "PKR", "LKR", "NPR", "MUR"], false),
    ("₩", &["KRW"], true),
    ("₪", &["ILS"], true),
    ("₺", &["TRY"], true),
    ("₽", &["RUB"], true),
    ("₴", &["UAH"], true),
    ("₫", &["VND"], true),
    ("₱", &["PHP"], true),
    ("₦", &["NGN"], true),
    ("฿", &["THB"], true),
    ("zł", &["PLN"], true),
    ("Kč", &["CZK"], true),
    ("Ft", &["HUF"], true),
    ("lei", &["RON"], true),
    ("R$", &["BRL"], true),
    ("R", &["ZAR"], true),
    ("Rp", &["IDR"], true),
    ("RM", &["MYR"], true),
    ("US$", &["USD"], true),
    ("C$", &["CAD"], true),
    ("CA$", &["CAD"], true),
    ("A$", &["AUD"], true),
    ("NZ$", &["NZD"], true),
    ("HK$", &["HKD"], true),
    ("S$", &["SGD"], true),
    ("NT$", &["TWD"], true),
];

/// Languages by their number, and the currency of the country (MS-LCID).
const LANGUAGES: [(&str, &str); 25] = [
    ("409", "USD"),
    ("540A", "USD"),
    ("1009", "CAD"),
    ("C0C", "CAD"),
    ("C09", "AUD"),
    ("1409", "NZD"),
    ("80A", "MXN"),
    ("4809", "SGD"),
    ("1004", "SGD"),
    ("C04", "HKD"),
    ("3C09", "HKD"),
    ("404", "TWD"),
    ("2C0A", "ARS"),
    ("340A", "CLP"),
    ("240A", "COP"),
    ("41D", "SEK"),
    ("414", "NOK"),
    ("814", "NOK"),
    ("406", "DKK"),
    ("40F", "ISK"),
    ("411", "JPY"),
    ("804", "CNY"),
    ("809", "GBP"),
    ("4009", "INR"),
    ("420", "PKR"),
];

impl Money {
    #[cfg(test)]
    pub(in super::super) fn of_code(code: &str) -> Self {
        Self::single(code, code)
    }

    /// The currency of a sign or a code, in the language of that number where it says one.
    pub(in super::super) fn of_sign(sign: &str, language: &str) -> Option<Self> {
        let sign = sign.trim();
        if sign.len() == 3 && sign.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Some(Self::single(sign, sign));
        }
        let (_, codes, is_usual) = SIGNS.iter().find(|(known, _, _)| *known == sign)?;
        let language = language.trim_start_matches('0').to_ascii_uppercase();
        // The lower four digits are the language, those before say how dates and digits are written.
        let language = language.get(language.len().saturating_sub(4)..).unwrap_or_default().trim_start_matches('0');
        let of_country = LANGUAGES.iter().find(|(number, _)| *number == language).map(|(_, code)| *code);
        if let Some(code) = of_country.filter(|code| codes.contains(code)) {
            return Some(Self::single(code, code));
        }
        if let [code] = codes {
            return Some(Self::single(code, code));
        }
        let usual = codes.first().filter(|_| *is_usual).map(|code| (*code).to_owned());
        Some(Self { sign: sign.to_owned(), codes: codes.iter().map(|code| (*code).to_owned()).collect(), usual })
    }

    fn single(sign: &str, code: &str) -> Self {
        Self { sign: sign.to_owned(), codes: vec![code.to_owned()], usual: Some(code.to_owned()) }
    }

    /// Its code, which has to be the wanted one.
    pub(super) fn code(&self, wanted: Option<&str>) -> Result<String, String> {
        match wanted {
            Some(wanted) => {
                let meant = Self::of_sign(wanted, "").map_or_else(|| vec![wanted.to_uppercase()], |money| money.codes);
                let same = self.codes.iter().find(|code| meant.contains(code));
                same.cloned().ok_or_else(|| {
                    format!("the cell is shown in {}, and its unit says {}", quote(&self.sign), quote(wanted))
                })
            }
            None => self.usual.clone().ok_or_else(|| {
                format!("{} is the sign of {}: which is meant is not said", quote(&self.sign), self.codes.join(", "))
            }),
        }
    }

    /// As it stands beside a number.
    pub(super) fn shown(&self) -> &str {
        &self.sign
    }
}
