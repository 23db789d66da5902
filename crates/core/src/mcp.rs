//! The servers of the Model Context Protocol behind a gateway: `GET /v1/mcp/server` lists those that a key may use, and each is
//! reached through the gateway itself.
//!
//! It is the editor that talks to a server, and it follows redirects: to another origin it goes on without `authorization`, but
//! with every other header, so also with the key. Therefore a server's address is tried first, with all that the editor would
//! send, by requests that follow no redirect out of the origin: a `POST` as for a message and a `GET` as for listening, since a
//! proxy may send on one of them alone. The key is handed over for an address that answers both itself.
//!
//! This keeps the key from where an honest proxy in front of the gateway sends on to. It can't keep it from somebody who redirects
//! the editor's requests and not these: but who can do that reads the key in these already, as in every request to the gateway.
//!
//! A redirect that is put up while a server runs is not seen before it starts the next time. To try the address again meanwhile
//! would keep nothing back: the editor listens anew within a second of a connection that breaks off, as it does when a proxy gets
//! other rules, and ends the session of a server that is withdrawn with a `DELETE` to the same address, with the key.

use std::rc::Rc;

use serde::Serialize;

use crate::endpoint::Endpoints;
use crate::error::{self, Error, ErrorKind, FailedCall, Secrets};
use crate::http::{Headers, HttpRequest, ReplyClass, request_headers};
use crate::lenient::{Place, Receive, from_body};
use crate::percent;
use crate::settings::ProviderSettings;
use crate::tools::digits;

/// The address of the list.
pub const PATH: &str = "/v1/mcp/server";
/// More servers than anybody offers to one key.
const MOST: usize = 1_000;
/// The longest name, in bytes.
const LONGEST_NAME: usize = 200;
/// So long a server may be kept from starting by a gateway that does not answer the second trial.
const LISTENING_MS: u64 = 3_000;
/// Where the gateway takes a key for itself. It hands an `authorization` on to servers that ask for a sign-in of their own, older
/// gateways do so even where a key for themselves stands in it.
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

impl McpEndpoint {
    /// The request that tries the address first: a `ping`, as the protocol allows it before anything else. The gateway answers it
    /// itself, at the price of no tool. It is a `POST` with the editor's headers, so that it meets whatever redirect the editor
    /// would meet; without the key a gateway would write a refusal with a stack trace into its log each time.
    pub fn trial(&self, secrets: Rc<Secrets>) -> HttpRequest {
        let body = br#"{"jsonrpc":"2.0","id":0,"method":"ping"}"#.to_vec();
        self.request("POST", "text/event-stream, application/json", Some(body), secrets)
    }

    /// Takes how a trial ended: the address that answered, or why none did. Gives the next trial, if there is one: a request like
    /// that by which the editor will listen. Fails when the key is not to be handed over.
    ///
    /// It accepts a text, which the gateway refuses at once: from what accepts events, LiteLLM 1.106 holds back the head of its answer
    /// until there is one, and a proxy may answer what accepts JSON in another way. A gateway that has no answer at all has sent on
    /// nobody.
    pub fn tried(
        &mut self,
        trial: &HttpRequest,
        answered: Result<String, Error>,
    ) -> Result<Option<HttpRequest>, Error> {
        let is_listening = trial.method == "GET";
        match answered {
            Ok(_) if is_listening => Ok(None),
            Ok(url) => {
                self.url = url;
                Ok(Some(self.request("GET", "text/plain", None, trial.secrets.clone())))
            }
            Err(error) if is_listening && matches!(error.kind, ErrorKind::Timeout | ErrorKind::Connection) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn request(&self, method: &'static str, accept: &str, body: Option<Vec<u8>>, secrets: Rc<Secrets>) -> HttpRequest {
        let mut headers = self.headers.clone();
        headers.retain(|(name, _)| !matches!(name.as_str(), "accept" | "content-type"));
        headers.push(("accept".to_owned(), accept.to_owned()));
        if body.is_some() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        HttpRequest { method, url: self.url.clone(), headers, body, secrets }
    }
}

/// How long an answer to a trial may take, in milliseconds, of what any answer may. A redirect comes at once.
pub fn trial_ms(trial: &HttpRequest, limit_ms: u64) -> u64 {
    if trial.method == "GET" { limit_ms.min(LISTENING_MS) } else { limit_ms }
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

/// The gateway takes a comma for the beginning of another name, and reads an encoded slash as a slash; whoever decodes an address
/// once too often, as proxies may, takes what was an encoded `%` for the beginning of another character.
fn is_addressable(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= LONGEST_NAME
        && !matches!(name, "." | "..")
        && !name.contains(|character: char| character.is_control() || matches!(character, '/' | '\\' | ',' | '%'))
}

fn address(root: &str, name: &str) -> String {
    format!("{root}/mcp/{}", percent::encoded(name, &percent::is_unreserved))
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
    use std::rc::Rc;

    use super::{McpEndpoint, McpServer, endpoint, servers, trial_ms};
    use crate::endpoint::Endpoints;
    use crate::error::{Error, ErrorKind, Secrets};
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
            {"server_name":"a/b"},{"server_name":"a,b"},{"server_name":"50%"},{"server_name":".."},{"server_name":"a\nb"}]"#;
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
        let listed = |name: &str| read(200, &serde_json::json!([{ "server_name": name }]).to_string()).unwrap();
        for name in ["@evil.example", "?x=1", "#", "a b", "a:b", "javascript:x", "💥", "\u{202e}x"] {
            let url = listed(name).remove(0).url;
            assert!(url::Url::parse(&url).unwrap().as_str().starts_with("https://gw.example/litellm/mcp/"), "{url}");
            // As the editor sends it: decoded, and encoded again where a browser must.
            let path = url.strip_prefix("https://gw.example").unwrap();
            let sent = crate::percent::decoded(path).unwrap().replace('?', "%3F").replace('#', "%23");
            let sent = url::Url::parse(&format!("https://gw.example{sent}")).unwrap();
            assert_eq!(sent.path_segments().unwrap().count(), 3, "{sent}");
            assert!(sent.path().starts_with("/litellm/mcp/"), "{sent}");
        }
        // Encoded these are harmless, and decoded they are not.
        for name in ["%2e%2e", "..%2f", "%2e", "a%2fb", "50%"] {
            assert_eq!(listed(name), Vec::new(), "{name}");
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
        assert_eq!(endpoint(&gateway(), &settings, "%2e%2e"), None);
    }

    #[test]
    fn the_trial_sends_what_the_editor_will_send() {
        let settings = ProviderSettings {
            api_key: Some("sk-1".to_owned()),
            headers: vec![("X-Team".to_owned(), "a".to_owned()), ("Accept".to_owned(), "*/*".to_owned())],
            ..ProviderSettings::default()
        };
        let endpoint = endpoint(&gateway(), &settings, "harbour").unwrap();
        let trial = endpoint.trial(Rc::default());
        assert_eq!((trial.method, &trial.url), ("POST", &endpoint.url));
        let header = |name: &str| {
            let mut found = trial.headers.iter().filter(|(given, _)| given == name).map(|(_, value)| value.as_str());
            (found.next(), found.next())
        };
        assert_eq!(header("x-litellm-api-key"), (Some("Bearer sk-1"), None));
        assert_eq!(header("x-team"), (Some("a"), None));
        assert_eq!(header("accept"), (Some("text/event-stream, application/json"), None));
        assert_eq!(header("content-type"), (Some("application/json"), None));
        let body: serde_json::Value = serde_json::from_slice(trial.body.as_ref().unwrap()).unwrap();
        assert_eq!(body["method"], "ping");
        let mut endpoint = endpoint;
        let listening = endpoint.tried(&trial, Ok("https://gw.example/elsewhere".to_owned())).unwrap().unwrap();
        assert_eq!((listening.method, listening.url.as_str()), ("GET", "https://gw.example/elsewhere"));
        assert_eq!((listening.body.as_ref(), endpoint.url.as_str()), (None, "https://gw.example/elsewhere"));
        let headers: Vec<_> = listening.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(headers, [("x-team", "a"), ("x-litellm-api-key", "Bearer sk-1"), ("accept", "text/plain")]);
        assert_eq!(
            (trial_ms(&trial, 9_000), trial_ms(&listening, 9_000), trial_ms(&listening, 500)),
            (9_000, 3_000, 500)
        );
    }

    #[test]
    fn a_trial_fails_where_the_address_leads_away_and_listening_for_nothing_else() {
        let away = || Err(Error::redirect(Some("https://elsewhere.example/"), &Secrets::default()));
        let silent = || Err(Error::timeout(1));
        let lost = || Err(Error::connection("https://gw.example/", "", &Secrets::default()));
        let mut endpoint = endpoint(&gateway(), &ProviderSettings::default(), "harbour").unwrap();
        let trial = endpoint.trial(Rc::default());
        for failure in [away(), silent(), lost(), Err(Error::aborted())] {
            assert!(endpoint.tried(&trial, failure).is_err());
        }
        let listening = endpoint.tried(&trial, Ok(trial.url.clone())).unwrap().unwrap();
        for failure in [away(), Err(Error::aborted())] {
            assert!(endpoint.tried(&listening, failure).is_err());
        }
        for harmless in [silent(), lost(), Ok("https://gw.example/listening".to_owned())] {
            assert_eq!(endpoint.tried(&listening, harmless), Ok(None));
        }
        assert_eq!(endpoint.url, trial.url);
    }

    #[test]
    fn the_key_is_sent_to_the_gateway_alone_and_own_headers_win() {
        check(&[], &[("x-litellm-api-key", "Bearer sk-1")]);
        check(&[("X-Team", "a")], &[("x-team", "a"), ("x-litellm-api-key", "Bearer sk-1")]);
        check(&[("Authorization", "Basic b")], &[("authorization", "Basic b")]);
        check(&[("X-LiteLLM-API-Key", "Bearer sk-2")], &[("x-litellm-api-key", "Bearer sk-2")]);
    }
}
