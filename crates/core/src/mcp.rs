//! The servers of the Model Context Protocol behind a gateway: `GET /v1/mcp/server` lists those that a key may use, and each is
//! reached through the gateway itself.

use std::fmt::Write;

use serde::Serialize;

use crate::endpoint::Endpoints;
use crate::error::{self, Error, ErrorKind, FailedCall, Secrets};
use crate::http::{Headers, ReplyClass, request_headers};
use crate::lenient::{Place, Receive, from_body};
use crate::settings::ProviderSettings;
use crate::tools::digits;

/// The address of the list.
pub const PATH: &str = "/v1/mcp/server";
/// More servers than anybody offers to one key.
const MOST: usize = 1_000;
/// The longest name, in bytes.
const LONGEST_NAME: usize = 200;
/// Where the gateway takes a key for itself. It hands an `authorization` on to servers that ask for a sign-in of their own.
const KEY_HEADER: &str = "x-litellm-api-key";

/// A server behind the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
pub struct McpServer {
    /// What the gateway calls it; no two have the same.
    pub name: String,
    /// Its address at the gateway, without the base URL's query: for showing and comparing.
    pub url: String,
    /// Another one when its tools may have changed.
    pub version: String,
}

/// What it takes to reach a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
pub struct McpEndpoint {
    /// Its address at the gateway, with the base URL's query.
    pub url: String,
    /// Names and values, with the key.
    pub headers: Vec<(String, String)>,
}

/// The servers in a reply, in the gateway's order; none when it has no such list, or does not show it to this key.
///
/// A server is left out whose name cannot be part of an address, or that nobody has approved yet. Any other failure is told.
pub fn servers(
    endpoints: &Endpoints,
    status: u16,
    headers: &Headers,
    body: &[u8],
    secrets: &Secrets,
    now_ms: f64,
) -> Result<Vec<McpServer>, Error> {
    if ReplyClass::of(status) == ReplyClass::Success {
        let List(rows) = from_body::<List>(body).unwrap_or_default();
        let mut servers: Vec<McpServer> = Vec::new();
        for row in rows {
            let is_active = row.approval.as_deref().is_none_or(|approval| approval == "active");
            let Some(name) = row.name().filter(|name| is_active && is_addressable(name)) else { continue };
            if servers.iter().any(|server| server.name == name) {
                continue;
            }
            let version = digits(&format!(
                "{}\n{}\n{}",
                row.id.as_deref().unwrap_or_default(),
                row.updated_at.as_deref().unwrap_or_default(),
                row.tools.0
            ));
            servers.push(McpServer { name: name.to_owned(), url: address(&endpoints.root, name), version });
        }
        return Ok(servers);
    }
    let error = error::from_reply(FailedCall::Discovery, status, headers, body, secrets, now_ms);
    let is_missing = matches!(status, 403..=405) || error.kind == ErrorKind::Permission;
    if is_missing { Ok(Vec::new()) } else { Err(error) }
}

/// How to reach the server `name`; `None` for a name that no server can have.
///
/// The settings' own headers win over the key, as in every request.
pub fn endpoint(endpoints: &Endpoints, settings: &ProviderSettings, name: &str) -> Option<McpEndpoint> {
    if !is_addressable(name) {
        return None;
    }
    let is_own = |wanted: &str| settings.headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(wanted));
    let has_own_key = is_own("authorization") || is_own(KEY_HEADER);
    let mut headers = request_headers(settings, false, None);
    if !is_own("authorization")
        && let Some(at) = headers.iter().position(|(given, _)| given == "authorization")
    {
        let (_, value) = headers.swap_remove(at);
        if !has_own_key {
            headers.push((KEY_HEADER.to_owned(), value));
        }
    }
    Some(McpEndpoint { url: format!("{}{}", address(&endpoints.root, name), endpoints.query), headers })
}

/// The gateway takes a comma for the beginning of another name, and reads an encoded slash as a slash.
fn is_addressable(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= LONGEST_NAME
        && !matches!(name, "." | "..")
        && !name.contains(|character: char| character.is_control() || matches!(character, '/' | '\\' | ','))
}

fn address(root: &str, name: &str) -> String {
    let mut address = format!("{root}/mcp/");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            address.push(byte.into());
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

#[derive(Default)]
struct List(Vec<Row>);

#[derive(Default)]
struct Row {
    id: Option<String>,
    alias: Option<String>,
    server_name: Option<String>,
    approval: Option<String>,
    updated_at: Option<String>,
    tools: Tools,
}

/// The names of the tools that may be used, each in a line.
#[derive(Default)]
struct Tools(String);

impl Row {
    /// By which the gateway's own tools begin.
    fn name(&self) -> Option<&str> {
        [&self.alias, &self.server_name, &self.id].into_iter().find_map(|name| name.as_deref()).map(str::trim)
    }
}

impl<'de> Receive<'de> for List {
    fn element(&mut self) -> Place<'_, 'de> {
        if self.0.len() >= MOST {
            return Place::Nowhere;
        }
        self.0.push(Row::default());
        self.0.last_mut().map_or(Place::Nowhere, |row| Place::Receiver(row))
    }
}

impl<'de> Receive<'de> for Row {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        match name {
            "server_id" => Place::Words(&mut self.id),
            "alias" => Place::Words(&mut self.alias),
            "server_name" => Place::Words(&mut self.server_name),
            "approval_status" => Place::Words(&mut self.approval),
            "updated_at" => Place::Words(&mut self.updated_at),
            "allowed_tools" => Place::Receiver(&mut self.tools),
            _ => Place::Nowhere,
        }
    }
}

impl<'de> Receive<'de> for Tools {
    fn element(&mut self) -> Place<'_, 'de> {
        Place::Receiver(self)
    }
    fn text(&mut self, text: std::borrow::Cow<'de, str>) {
        self.0.push_str(&text);
        self.0.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::{McpEndpoint, McpServer, endpoint, servers};
    use crate::endpoint::Endpoints;
    use crate::error::{ErrorKind, Secrets};
    use crate::http::Headers;
    use crate::settings::ProviderSettings;

    fn gateway() -> Endpoints {
        Endpoints::resolve("https://gw.example/litellm?tenant=a").unwrap()
    }

    fn read(status: u16, body: &str) -> Result<Vec<McpServer>, ErrorKind> {
        servers(&gateway(), status, &Headers::default(), body.as_bytes(), &Secrets::default(), 0.0)
            .map_err(|error| error.kind)
    }

    fn names(body: &str) -> Vec<String> {
        read(200, body).unwrap().into_iter().map(|server| server.name).collect()
    }

    #[test]
    fn the_servers_of_a_reply_are_read_and_nothing_else() {
        let body = r#"[{"server_id":"1","server_name":"harbour","alias":null,"url":"http://elsewhere.example/mcp"},
            {"server_id":"2","server_name":"under_score","alias":"short","approval_status":"active"},
            {"server_id":"3"},{"server_id":"4","server_name":"harbour"},{"server_name":"two words"},{"alias":"ü"},
            {"server_name":"waits","approval_status":"pending_review"},{"server_name":[1]},{},null,7,"x",
            {"server_name":"a/b"},{"server_name":"a,b"},{"server_name":".."},{"server_name":"a\nb"}]"#;
        assert_eq!(names(body), ["harbour", "short", "3", "two words", "ü"]);
        let urls: Vec<_> = read(200, body).unwrap().into_iter().map(|server| server.url).collect();
        assert_eq!(urls.first().unwrap(), "https://gw.example/litellm/mcp/harbour");
        assert_eq!(urls.get(3).unwrap(), "https://gw.example/litellm/mcp/two%20words");
        assert_eq!(urls.get(4).unwrap(), "https://gw.example/litellm/mcp/%C3%BC");
        for body in ["[]", "{}", "<html>", "", r#"{"data":[]}"#, "[[[["] {
            assert!(names(body).is_empty(), "{body}");
        }
    }

    #[test]
    fn no_name_leads_elsewhere() {
        for name in ["@evil.example", "?x=1", "#", "%2e%2e", "..%2f", "a b", "a:b", "javascript:x", "💥", "\u{202e}x"]
        {
            let body = serde_json::json!([{ "server_name": name }]).to_string();
            let url = read(200, &body).unwrap().remove(0).url;
            assert!(url::Url::parse(&url).unwrap().as_str().starts_with("https://gw.example/litellm/mcp/"), "{url}");
        }
    }

    #[test]
    fn a_gateway_without_the_list_is_quiet_and_a_failure_is_told() {
        for status in [403, 404, 405] {
            assert_eq!(read(status, r#"{"detail":"Not Found"}"#), Ok(Vec::new()));
        }
        let no_admin = r#"{"error":{"message":"Only proxy admin can be used to generate, delete, update info"}}"#;
        assert_eq!(read(401, no_admin), Ok(Vec::new()));
        let refused = r#"{"error":{"message":"Authentication Error, No api key passed in.","type":"auth_error"}}"#;
        assert_eq!(read(401, refused), Err(ErrorKind::Auth));
        let no_database = r#"{"error":{"message":"No connected db.","type":"no_db_connection","code":"400"}}"#;
        assert_eq!(read(400, no_database), Err(ErrorKind::Auth));
        assert_eq!(read(500, "Internal Server Error"), Err(ErrorKind::Server));
    }

    #[test]
    fn a_version_changes_with_the_tools() {
        let version = |row: &str| read(200, &format!("[{row}]")).unwrap().remove(0).version;
        let before = version(r#"{"server_name":"a","updated_at":"1","allowed_tools":["x"],"last_health_check":"1"}"#);
        assert_eq!(
            before,
            version(r#"{"server_name":"a","updated_at":"1","allowed_tools":["x"],"last_health_check":"2"}"#)
        );
        assert_ne!(before, version(r#"{"server_name":"a","updated_at":"2","allowed_tools":["x"]}"#));
        assert_ne!(before, version(r#"{"server_name":"a","updated_at":"1","allowed_tools":["x","y"]}"#));
    }

    #[track_caller]
    fn check(headers: &[(&str, &str)], sent: &[(&str, &str)]) {
        let settings = ProviderSettings {
            api_key: Some("sk-1".to_owned()),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            ..ProviderSettings::default()
        };
        let sent = sent.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let url = "https://gw.example/litellm/mcp/two%20words?tenant=a".to_owned();
        assert_eq!(endpoint(&gateway(), &settings, "two words"), Some(McpEndpoint { url, headers: sent }));
        assert_eq!(endpoint(&gateway(), &settings, "../key"), None);
    }

    #[test]
    fn the_key_is_sent_to_the_gateway_alone_and_own_headers_win() {
        check(&[], &[("x-litellm-api-key", "Bearer sk-1")]);
        check(&[("X-Team", "a")], &[("x-team", "a"), ("x-litellm-api-key", "Bearer sk-1")]);
        check(&[("Authorization", "Basic b")], &[("authorization", "Basic b")]);
        check(&[("X-LiteLLM-API-Key", "Bearer sk-2")], &[("x-litellm-api-key", "Bearer sk-2")]);
    }
}
