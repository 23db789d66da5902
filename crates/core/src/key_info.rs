//! What a key has spent and may spend: `GET /key/info`, which not every gateway and not every key may tell.

use serde::Serialize;

use crate::error::{Error, ErrorKind};
use crate::lenient::{Place, Receive, from_body};

/// The address: without a query it is about the key that asks.
pub const PATH: &str = "/key/info";
/// The longest text that is kept, in bytes; a date has 32.
const LONGEST_TEXT: usize = 64;
/// The largest amount that is believed, in US dollars.
const LARGEST_AMOUNT: f64 = 1e12;

/// What the gateway tells of the key that asks. Amounts are US dollars; absent is unknown, or no limit.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct KeyInfo {
    /// Spent in this period of the budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spend: Option<f64>,
    /// What may be spent in a period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_budget: Option<f64>,
    /// How long a period is, in the gateway's words, such as `30d`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_duration: Option<String>,
    /// When the next period begins, as an ISO date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_reset_at: Option<String>,
}

/// What a reply to the question comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The gateway told it.
    Told(KeyInfo),
    /// It tells nothing to this key, has no database, or no such address.
    NotTold,
    /// It can't tell now.
    Later(Error),
}

/// Reads a reply. A gateway without a database answers with status 500, so that one is no passing failure here.
pub fn read(status: u16, body: &[u8]) -> Answer {
    match status {
        200 => from_body::<Reply>(body).and_then(|reply| reply.info.known()).map_or(Answer::NotTold, Answer::Told),
        408 | 429 | 502..=504 => {
            let message =
                format!("The gateway can't tell the budget of the key now (HTTP {status}). Try again in a while.");
            Answer::Later(Error { status: Some(status), ..Error::new(ErrorKind::Server, message) })
        }
        _ => Answer::NotTold,
    }
}

#[derive(Default)]
struct Reply {
    info: Info,
}

#[derive(Default)]
struct Info {
    spend: Option<f64>,
    own: Budget,
    /// A budget that several keys share the rules of.
    table: Budget,
}

#[derive(Default)]
struct Budget {
    most: Option<f64>,
    duration: Option<String>,
    reset_at: Option<String>,
}

impl Info {
    fn known(self) -> Option<KeyInfo> {
        let text = |text: Option<String>| text.filter(|text| text.len() <= LONGEST_TEXT);
        self.spend.or(self.own.most).or(self.table.most)?;
        Some(KeyInfo {
            spend: self.spend,
            max_budget: self.own.most.or(self.table.most),
            budget_duration: text(self.own.duration.or(self.table.duration)),
            budget_reset_at: text(self.own.reset_at.or(self.table.reset_at)),
        })
    }
}

impl<'de> Receive<'de> for Reply {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        if name == "info" { Place::Receiver(&mut self.info) } else { Place::Nowhere }
    }
}

impl<'de> Receive<'de> for Info {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        match name {
            "spend" => Place::Number(&mut self.spend, amount),
            "litellm_budget_table" => Place::Receiver(&mut self.table),
            _ => self.own.member(name),
        }
    }
}

impl<'de> Receive<'de> for Budget {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        match name {
            "max_budget" => Place::Number(&mut self.most, amount),
            "budget_duration" => Place::Words(&mut self.duration),
            "budget_reset_at" => Place::Words(&mut self.reset_at),
            _ => Place::Nowhere,
        }
    }
}

fn amount(amount: f64) -> Option<f64> {
    (0.0..=LARGEST_AMOUNT).contains(&amount).then_some(amount)
}

#[cfg(test)]
mod tests {
    use super::{Answer, KeyInfo, read};

    fn told(body: &str) -> KeyInfo {
        match read(200, body.as_bytes()) {
            Answer::Told(info) => info,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_budget_is_read() {
        let info = told(
            r#"{"key":"6e3a","info":{"key_name":"sk-...3ngQ","spend":0.000225,"total_spend":7,"max_budget":"1.5",
            "budget_duration":"1d","budget_reset_at":"2026-11-21T00:00:00+00:00","models":[],"litellm_budget_table":null}}"#,
        );
        assert_eq!(info.spend, Some(0.000_225));
        assert_eq!(info.max_budget, Some(1.5));
        assert_eq!(info.budget_duration.as_deref(), Some("1d"));
        assert_eq!(info.budget_reset_at.as_deref(), Some("2026-11-21T00:00:00+00:00"));
        let shared = told(
            r#"{"info":{"spend":2,"max_budget":null,"litellm_budget_table":{"max_budget":20.0,"budget_duration":"30d"}}}"#,
        );
        assert_eq!((shared.max_budget, shared.budget_duration.as_deref()), (Some(20.0), Some("30d")));
        assert_eq!(told(r#"{"info":{"spend":0.0,"max_budget":null}}"#).max_budget, None);
    }

    #[test]
    fn what_is_no_amount_is_not_believed() {
        for amount in ["-1", "1e999", "\"NaN\"", "\"much\"", "[]", "{}", "true", "null", "1e13"] {
            let body = format!(r#"{{"info":{{"spend":{amount},"max_budget":{amount}}}}}"#);
            assert_eq!(read(200, body.as_bytes()), Answer::NotTold, "{amount}");
        }
        let long = "9".repeat(65);
        let info = told(&format!(r#"{{"info":{{"spend":1,"budget_reset_at":"{long}","budget_duration":["1d"]}}}}"#));
        assert_eq!(info, KeyInfo { spend: Some(1.0), ..KeyInfo::default() });
    }

    #[test]
    fn a_gateway_may_tell_nothing_or_not_now() {
        for status in [400, 401, 403, 404, 405, 422, 500] {
            assert_eq!(read(status, br#"{"info":{"spend":1}}"#), Answer::NotTold, "{status}");
        }
        for status in [408, 429, 502, 503, 504] {
            assert!(matches!(read(status, b""), Answer::Later(error) if error.status == Some(status)), "{status}");
        }
        for body in ["", "[]", "<html>", "{}", r#"{"info":[]}"#, r#"{"info":{}}"#] {
            assert_eq!(read(200, body.as_bytes()), Answer::NotTold, "{body}");
        }
    }
}
