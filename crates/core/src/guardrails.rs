//! The guardrails that a gateway has: `GET /guardrails/list`, which not every key may ask.

use crate::lenient::{Place, Receive, from_body};

/// The address of the list.
pub const PATH: &str = "/guardrails/list";
/// More guardrails than any gateway has.
const MOST: usize = 1_000;
/// The longest name, in bytes.
const LONGEST_NAME: usize = 200;

/// The names in a reply, each once and in a line of its own, in the gateway's order; none when it is no such list. A name with a
/// control character is left out: nobody can type it.
pub fn names(status: u16, body: &[u8]) -> String {
    let reply = from_body::<Reply>(body).filter(|_| status == 200).unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for name in reply.guardrails.0.into_iter().filter_map(|guardrail| guardrail.name) {
        if name.len() <= LONGEST_NAME && !name.contains(char::is_control) && !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("\n")
}

#[derive(Default)]
struct Reply {
    guardrails: List,
}

#[derive(Default)]
struct List(Vec<Guardrail>);

#[derive(Default)]
struct Guardrail {
    name: Option<String>,
}

impl<'de> Receive<'de> for Reply {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        if name == "guardrails" { Place::Receiver(&mut self.guardrails) } else { Place::Nowhere }
    }
}

impl<'de> Receive<'de> for List {
    fn element(&mut self) -> Place<'_, 'de> {
        if self.0.len() >= MOST {
            return Place::Nowhere;
        }
        self.0.push(Guardrail::default());
        self.0.last_mut().map_or(Place::Nowhere, |guardrail| Place::Receiver(guardrail))
    }
}

impl<'de> Receive<'de> for Guardrail {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        if name == "guardrail_name" { Place::Words(&mut self.name) } else { Place::Nowhere }
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_are_read_and_nothing_else() {
        let body =
            br#"{"guardrails":[{"guardrail_name":"pii","litellm_params":{"mode":"pre_call"}},{"guardrail_name":"pii"},
            {"guardrail_name":[5]},{"guardrail_name":"a\nb"},{},null,"x",{"guardrail_name":"secrets"}]}"#;
        assert_eq!(names(200, body), "pii\nsecrets");
        for (status, body) in [
            (200, r#"{"guardrails":[]}"#),
            (401, r#"{"guardrails":[{"guardrail_name":"a"}]}"#),
            (200, "{}"),
            (200, "<html>"),
            (200, "[]"),
        ] {
            assert!(names(status, body.as_bytes()).is_empty(), "{body}");
        }
    }
}
