//! `tests/vectors/endpoints.json`: what is typed as base URL.

mod vector;

use litellm_core::endpoint::Endpoints;
use litellm_core::error::Error;
use proptest::prelude::*;
use serde_json::json;

#[test]
fn addresses_are_resolved() {
    vector::run("endpoints.json", 29, |scenario| {
        if scenario.method() != Some("resolveEndpoints") {
            return None;
        }
        let address = scenario.argument(0)?.as_str()?;
        Some(match Endpoints::resolve(address) {
            Ok(endpoints) => json!({ "result": endpoints }),
            Err(issue) => json!({ "error": Error::settings(&[issue]) }),
        })
    });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn resolving_again_changes_nothing(
        address in r"[ \n]?((https?|HTTP|ftp)://?)?[a-zA-Z0-9.:@\[\]-]{0,12}(/|//|/v1|/V1|/models|/model/info|/chat/completions|/[a-z%. é\\]{0,4}){0,6}(\?[a-z=&' é]{0,6})?(#x)?",
    ) {
        if let Ok(endpoints) = Endpoints::resolve(&address) {
            let again = Endpoints::resolve(&endpoints.url("")).unwrap();
            prop_assert_eq!(&again, &endpoints);
            prop_assert!(!endpoints.root.ends_with('/'));
            let path = &endpoints.root[endpoints.origin().len()..];
            prop_assert!(!path.contains("//") && !path.to_ascii_lowercase().ends_with("/v1"));
            prop_assert!(endpoints.root.starts_with(endpoints.origin()));
        }
    }

    #[test]
    fn no_address_is_too_strange(address in ".{0,40}") {
        drop(Endpoints::resolve(&address));
    }
}
