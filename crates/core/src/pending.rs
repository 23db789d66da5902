//! Stands in for methods that are being written in `error`: delete what you land there.
use crate::error::{Error, ErrorKind};

impl Error {
    /// .
    pub fn protocol(what: &str) -> Self {
        Self::new(ErrorKind::Protocol, what)
    }
    /// .
    pub fn truncated() -> Self {
        Self::new(ErrorKind::Truncated, "truncated")
    }
    /// .
    pub fn aborted() -> Self {
        Self::new(ErrorKind::Aborted, "aborted")
    }
    /// .
    pub fn timeout(after_ms: u64) -> Self {
        Self::new(ErrorKind::Timeout, format!("timeout {after_ms}"))
    }
    /// .
    pub fn redirect(to: Option<&str>) -> Self {
        Self::new(ErrorKind::Protocol, format!("redirect {to:?}"))
    }
    /// .
    pub fn connection(origin: &str, cause: &str) -> Self {
        Self::new(ErrorKind::Connection, format!("{origin} {cause}"))
    }
    /// .
    pub fn settings(issues: &[crate::settings::SettingsIssue]) -> Self {
        Self::new(ErrorKind::Settings, format!("{issues:?}"))
    }
    /// .
    pub fn broken_tool_call(tool: &str) -> Self {
        Self::new(ErrorKind::Protocol, tool)
    }
}
