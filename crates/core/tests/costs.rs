//! What `calculateCost` of the scenarios comes to.

mod gateway;
mod vector;

use litellm_core::catalog::Discovered;
use litellm_core::cost::{self, CostSource};
use litellm_core::{settings, usage};
use serde_json::{Value, json};

use gateway::ScriptedGateway;
use vector::Scenario;

fn outcome(scenario: &Scenario) -> Option<Value> {
    if scenario.method() != Some("calculateCost") {
        return None;
    }
    let settings = settings::normalize(scenario.at("/settings")?).settings;
    let given = settings.model_info.as_ref();
    let mut gateway = ScriptedGateway::new(scenario.server(), "")?;
    let discovered = match scenario.at("/call/catalogFirst") {
        Some(Value::Bool(true)) => gateway.discover(settings.api_key.as_deref(), 0).expect("a catalog"),
        _ => Discovered::default(),
    };
    let model = discovered.resolve(&settings.model_id, given);
    let usage = usage::from_caller(scenario.argument(0)?)?;
    let list = discovered.price_list(&model, given, None);
    let mut requests = Vec::new();
    let local = list.and_then(|list| cost::from_prices(&usage, list)).map(|cost| (cost, CostSource::Prices));
    let known = local.or_else(|| {
        let body = cost::spend_calculate_body(discovered.priced_as(&model, None), &usage.to_reported());
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        requests.push(json!({ "method": "POST", "path": "/spend/calculate", "body": body }));
        let reply = gateway.answer("POST", "/spend/calculate");
        Some((cost::read_spend_calculate(reply.status, &reply.body)?, CostSource::SpendCalculate))
    });
    let mut outcome = json!({ "requests": requests });
    if let Some((cost, source)) = known {
        outcome["result"] = json!({ "totalCost": cost, "costSource": source });
    }
    Some(outcome)
}

#[test]
fn calculated_costs() {
    vector::run("cost.json", 8, outcome);
}
