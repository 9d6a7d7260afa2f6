//! Currencies of ISO 4217, each with the number of decimals of its smallest unit.
//!
//! All active codes of list one, and those of list three (withdrawn since 2018) that billing systems still send. Currencies never
//! convert into one another.

/// A currency: its code, and how many decimals its smallest unit has; `None` where the standard says "N.A." (gold, baskets, tests).
pub(super) type Currency = (&'static str, Option<u8>);

/// Codes with two decimals, as most have.
const TWO_DECIMALS: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
    CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL \
    HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRO MRU MUR MVR MWK \
    MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD \
    SSP STD STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VEF VES WST XAD XCD XCG YER ZAR ZMW ZWG ZWL";
const NO_DECIMALS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const THREE_DECIMALS: &str = "BHD IQD JOD KWD LYD OMR TND";
const FOUR_DECIMALS: &str = "CLF UYW";
const NOT_APPLICABLE: &str = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX";

/// The currency of a code in capitals.
pub(super) fn of(code: &str) -> Option<Currency> {
    let groups = [
        (TWO_DECIMALS, Some(2)),
        (NO_DECIMALS, Some(0)),
        (THREE_DECIMALS, Some(3)),
        (FOUR_DECIMALS, Some(4)),
        (NOT_APPLICABLE, None),
    ];
    groups.into_iter().find_map(|(codes, decimals)| {
        codes.split_ascii_whitespace().find(|known| *known == code).map(|known| (known, decimals))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_once() {
        let all = [TWO_DECIMALS, NO_DECIMALS, THREE_DECIMALS, FOUR_DECIMALS, NOT_APPLICABLE].join(" ");
        let mut codes: Vec<&str> = all.split_ascii_whitespace().collect();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
        assert!(codes.iter().all(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())));
    }

    #[test]
    fn decimals_are_those_of_iso_4217() {
        for (code, decimals) in [
            ("USD", Some(2)),
            ("HUF", Some(2)),
            ("TWD", Some(2)),
            ("MGA", Some(2)),
            ("JPY", Some(0)),
            ("ISK", Some(0)),
            ("UGX", Some(0)),
            ("CLP", Some(0)),
            ("KWD", Some(3)),
            ("BHD", Some(3)),
            ("LYD", Some(3)),
            ("CLF", Some(4)),
            ("XAU", None),
        ] {
            assert_eq!(of(code), Some((code, decimals)));
        }
        assert_eq!([of("usd"), of("XYZ"), of("USDC"), of("")], [None; 4]);
    }
}
