//! Whether and when a failed request is sent again.

use crate::error::Error;

/// How long to wait before the next attempt, in milliseconds, or `None` when the error goes to the caller.
///
/// `attempt` counts the attempts made so far from 1; `random` is in `[0, 1)`.
pub fn wait_before_retry(error: &Error, attempt: u32, max_retries: u32, random: f64) -> Option<f64> {
    let _ = (error, attempt, max_retries, random);
    None
}
