//! How long a gateway asks to wait.

use std::time::UNIX_EPOCH;

use crate::http::Headers;

/// The wait that the headers ask for, in milliseconds: the gateway's own hint before the one that it passed on from its
/// provider. The first that came decides: one that is no wait, or a date that is over, asks for nothing.
pub(super) fn retry_after_ms(headers: &Headers, now_ms: f64) -> Option<f64> {
    let names = ["retry-after-ms", "retry-after", "llm_provider-retry-after-ms", "llm_provider-retry-after"];
    let (name, value) = names.into_iter().find_map(|name| Some((name, headers.get(name)?.trim())))?;
    if name.ends_with("-ms") { wait(value, 1.0) } else { wait(value, 1000.0).or_else(|| until(value, now_ms)) }
}

fn wait(value: &str, unit_ms: f64) -> Option<f64> {
    let milliseconds = value.parse::<f64>().ok()? * unit_ms;
    (milliseconds.is_finite() && milliseconds >= 0.0).then_some(milliseconds)
}

fn until(value: &str, now_ms: f64) -> Option<f64> {
    let date = httpdate::parse_http_date(value).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let milliseconds = date.as_secs_f64() * 1000.0 - now_ms;
    (milliseconds > 0.0).then_some(milliseconds)
}

#[cfg(test)]
mod tests {
    use super::retry_after_ms;
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
    fn unusable_hints_are_none() {
        for value in ["soon", "-1", "", "NaN", "inf", "1e308", "Wed, 21 Oct 2015 07:28:00 GMT"] {
            check(&[("retry-after", value)], None);
        }
        check(&[("retry-after-ms", "Fri, 20 Nov 2026 09:00:30 GMT")], None);
        check(&[("retry-after", "soon"), ("llm_provider-retry-after", "120")], None);
        check(&[("retry-after-ms", "soon"), ("retry-after", "120")], None);
    }
}
