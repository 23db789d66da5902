//! Whether and when a failed request is sent again.

use crate::error::Error;

/// The longest wait before the first retry, in milliseconds; each further one may be twice as long.
const FIRST_WAIT_MS: f64 = 500.0;
/// No wait of our own is longer, in milliseconds.
const LONGEST_WAIT_MS: f64 = 8_000.0;
/// The longest wait that a gateway may ask for, in milliseconds; for a longer one the caller decides.
const LONGEST_HINT_MS: f64 = 60_000.0;

/// How long to wait before the next attempt, in milliseconds, or `None` when the error goes to the caller.
///
/// `attempt` counts the attempts made so far from 1; `random` is in `[0, 1)`. What the gateway asks for is waited exactly;
/// otherwise the wait is drawn from all between nothing and a limit that doubles, so that many clients do not come back at
/// the same moment.
pub fn wait_before_retry(error: &Error, attempt: u32, max_retries: u32, random: f64) -> Option<f64> {
    if !error.retryable || attempt > max_retries {
        return None;
    }
    if let Some(hint) = error.retry_after_ms.filter(|hint| *hint >= 0.0) {
        return (hint <= LONGEST_HINT_MS).then_some(hint);
    }
    // Beyond this exponent the limit is the longest wait in any case.
    let doublings = i32::try_from(attempt.saturating_sub(1).min(16)).unwrap_or(0);
    let limit = (FIRST_WAIT_MS * 2.0_f64.powi(doublings)).min(LONGEST_WAIT_MS);
    Some(limit * random.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::wait_before_retry;
    use crate::error::{Error, ErrorKind};

    #[track_caller]
    fn check(kind: ErrorKind, hint: Option<f64>, attempt: u32, expected: Option<f64>) {
        let error = Error { retry_after_ms: hint, ..Error::new(kind, "") };
        assert_eq!(wait_before_retry(&error, attempt, 6, 0.5), expected, "{kind:?} {hint:?} {attempt}");
    }

    #[test]
    fn waits_double_up_to_a_limit() {
        for (attempt, wait) in [(1, 250.0), (2, 500.0), (3, 1000.0), (4, 2000.0), (5, 4000.0), (6, 4000.0)] {
            check(ErrorKind::Server, None, attempt, Some(wait));
        }
        check(ErrorKind::Server, None, 7, None);
        let error = Error::new(ErrorKind::Connection, "");
        assert_eq!(wait_before_retry(&error, u32::MAX, u32::MAX, 0.25), Some(2000.0));
        assert_eq!(wait_before_retry(&error, 1, 0, 0.25), None);
    }

    #[test]
    fn hints_win_up_to_a_minute() {
        check(ErrorKind::RateLimit, Some(0.0), 1, Some(0.0));
        check(ErrorKind::RateLimit, Some(60_000.0), 1, Some(60_000.0));
        check(ErrorKind::RateLimit, Some(60_001.0), 1, None);
        check(ErrorKind::RateLimit, Some(f64::NAN), 1, Some(250.0));
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for kind in [ErrorKind::Connection, ErrorKind::Timeout, ErrorKind::RateLimit, ErrorKind::Server] {
            check(kind, None, 1, Some(250.0));
        }
        for kind in [
            ErrorKind::Settings,
            ErrorKind::Aborted,
            ErrorKind::Auth,
            ErrorKind::Permission,
            ErrorKind::BudgetExceeded,
            ErrorKind::ContextLength,
            ErrorKind::ContentPolicy,
            ErrorKind::Guardrail,
            ErrorKind::UnknownModel,
            ErrorKind::ProviderAuth,
            ErrorKind::InvalidRequest,
            ErrorKind::Protocol,
            ErrorKind::Truncated,
        ] {
            check(kind, Some(5.0), 1, None);
        }
    }
}
