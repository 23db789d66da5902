//! How long a gateway asks to wait.

use crate::http::Headers;
use crate::number;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// From the first of March of the year 0, as day 1, to the first of January 1970.
const DAYS_BEFORE_1970: f64 = 719_469.0;

/// The wait that the headers ask for, in milliseconds: the gateway's own hint before the one that it passed on from its
/// provider. The first that came decides: one that is no wait, or a date that is over, asks for nothing.
pub(super) fn retry_after_ms(headers: &Headers, now_ms: f64) -> Option<f64> {
    let names = ["retry-after-ms", "retry-after", "llm_provider-retry-after-ms", "llm_provider-retry-after"];
    let (name, value) = names.into_iter().find_map(|name| Some((name, headers.get(name)?.trim())))?;
    if name.ends_with("-ms") { wait(value, 1.0) } else { wait(value, 1000.0).or_else(|| until(value, now_ms)) }
}

fn wait(value: &str, unit_ms: f64) -> Option<f64> {
    let milliseconds = number::parse(value)? * unit_ms;
    (milliseconds.is_finite() && milliseconds >= 0.0).then_some(milliseconds)
}

fn until(value: &str, now_ms: f64) -> Option<f64> {
    let milliseconds = date_ms(value)? - now_ms;
    (milliseconds > 0.0).then_some(milliseconds)
}

/// A date as HTTP writes it, in milliseconds since 1970: `Fri, 20 Nov 2026 09:00:30 GMT`, or one of the older forms
/// `Friday, 20-Nov-26 09:00:30 GMT` and `Fri Nov 20 09:00:30 2026`.
fn date_ms(text: &str) -> Option<f64> {
    let (mut month, mut time) = (None, None);
    let mut numbers = Vec::new();
    for word in text.split([' ', ',', '-']).filter(|word| !word.is_empty()).skip(1) {
        if let Some(index) = MONTHS.iter().position(|name| *name == word) {
            month = Some(u32::try_from(index).ok()?);
        } else if let Some((hours, rest)) = word.split_once(':') {
            let (minutes, seconds) = rest.split_once(':')?;
            let [hours, minutes, seconds] =
                [digits(hours, 23)?, digits(minutes, 59)?, digits(seconds, 60)?].map(f64::from);
            time = Some((hours * 60.0 + minutes) * 60.0 + seconds);
        } else if word != "GMT" {
            numbers.push(digits(word, 9999)?);
        }
    }
    let [day @ 1..=31, year] = *numbers.as_slice() else { return None };
    let year = match year {
        0..70 => year.saturating_add(2000),
        70..100 => year.saturating_add(1900),
        _ => year,
    };
    // Years that begin in March end with the day that only some of them have.
    let (year, month) = match f64::from(month?) - 2.0 {
        month if month < 0.0 => (f64::from(year) - 1.0, month + 12.0),
        month => (f64::from(year), month),
    };
    let leap_days = (year / 4.0).floor() - (year / 100.0).floor() + (year / 400.0).floor();
    let days = year * 365.0 + leap_days + ((month * 153.0 + 2.0) / 5.0).floor() + f64::from(day) - DAYS_BEFORE_1970;
    Some((days * 86_400.0 + time?) * 1000.0)
}

fn digits(text: &str, most: u32) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_plain && *number <= most)
}

#[cfg(test)]
mod tests {
    use super::{date_ms, retry_after_ms};
    use crate::http::Headers;

    #[track_caller]
    fn check(headers: &[(&str, &str)], expected: Option<f64>) {
        let headers = Headers(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        // 2026-11-20 09:00:00 UTC
        assert_eq!(retry_after_ms(&headers, 1_795_165_200_000.0), expected, "{headers:?}");
    }

    #[test]
    fn hints_are_read_in_their_order() {
        check(&[("Retry-After", "7")], Some(7000.0));
        check(&[("retry-after", "1.5")], Some(1500.0));
        check(&[("retry-after", "0")], Some(0.0));
        check(&[("retry-after", "7"), ("retry-after-ms", "1500")], Some(1500.0));
        check(&[("llm_provider-retry-after", "3"), ("retry-after", "20")], Some(20_000.0));
        check(&[("llm_provider-retry-after", "7"), ("llm_provider-retry-after-ms", "7001")], Some(7001.0));
        check(&[("retry-after", "Fri, 20 Nov 2026 09:00:30 GMT")], Some(30_000.0));
        check(&[], None);
    }

    #[test]
    fn dates_are_read_in_each_form() {
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777.0),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777.0),
            ("Sun Nov  6 08:49:37 1994", 784_111_777.0),
            ("Tue, 29 Feb 2028 23:59:59 GMT", 1_835_481_599.0),
            ("Wed, 01 Mar 2028 00:00:00 GMT", 1_835_481_600.0),
            ("Thu, 01 Mar 2400 00:00:00 GMT", 13_574_649_600.0),
        ] {
            assert_eq!(date_ms(text), Some(seconds * 1000.0), "{text}");
        }
        for text in [
            "",
            "Fri",
            "Fri, 20 Nov 2026",
            "Fri, 20 Nov 2026 09:00 GMT",
            "Fri, 20 Nov 2026 24:00:30 GMT",
            "Fri, 00 Nov 2026 09:00:30 GMT",
            "Fri, 20 Nov 2026 09:00:30 +0100",
            "Fri, 20 Nov 2026 09:00:30 EST",
            "Fri, 20 Foo 2026 09:00:30 GMT",
            "2026-11-20T09:00:30Z",
        ] {
            assert_eq!(date_ms(text), None, "{text}");
        }
    }

    #[test]
    fn unusable_hints_are_none() {
        for value in ["soon", "-1", "", "NaN", "inf", "1e308", "Wed, 21 Oct 2015 07:28:00 GMT"] {
            check(&[("retry-after", value)], None);
        }
        check(&[("retry-after-ms", "Fri, 20 Nov 2026 09:00:30 GMT")], None);
        check(&[("retry-after", "soon"), ("llm_provider-retry-after", "120")], None);
        check(&[("retry-after-ms", "soon"), ("retry-after", "120")], None);
    }
}
