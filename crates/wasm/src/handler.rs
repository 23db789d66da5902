//! `Handler`: one gateway, one key, one model.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Float64Array, Uint8Array};
use litellm_core::catalog::{Discovered, Discovery};
use litellm_core::chat_call::{CallInput, ChatCall, Moment, spend_request};
use litellm_core::chat_request::{self, RefusedParameters};
use litellm_core::cost::{self, CostSource};
use litellm_core::endpoint::Endpoints;
use litellm_core::error::{Error, Secrets};
use litellm_core::guardrails;
use litellm_core::http::{Headers, HttpRequest};
use litellm_core::key_info::{self, Answer};
use litellm_core::mcp;
use litellm_core::options::CallOptions;
use litellm_core::retry;
use litellm_core::settings::{self, ProviderSettings};
use litellm_core::token_counter::{self, GatewayCount};
use litellm_core::usage;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::chat::Chat;
use crate::connection_test::ConnectionTest;
use crate::fetch::Receiver as _;
use crate::transport::{Patience, Transport};
use crate::{error, fetch, js_value};

/// What a handler knows. Calls under way share it.
pub(crate) struct Gateway {
    pub(crate) settings: Rc<ProviderSettings>,
    pub(crate) endpoints: Rc<Endpoints>,
    /// What of the settings must not show in any error.
    pub(crate) secrets: Rc<Secrets>,
    /// Shared by the handlers for the other models of this gateway.
    pub(crate) discovered: Rc<RefCell<Rc<Discovered>>>,
    /// What the model refused so far.
    pub(crate) refused: RefCell<RefusedParameters>,
}

/// One gateway, one key, one model.
#[wasm_bindgen]
pub struct Handler {
    gateway: Rc<Gateway>,
}

/// What the core is told of the host's clock and dice.
pub(crate) fn moment() -> Moment {
    Moment { now_ms: js_sys::Date::now(), random: js_sys::Math::random() }
}

#[wasm_bindgen]
impl Handler {
    /// Throws kind `settings` when an issue of the settings is fatal.
    #[wasm_bindgen(constructor)]
    pub fn new(given: &JsValue) -> Result<Self, JsValue> {
        let normalized = crate::normalized(given);
        if normalized.issues.iter().any(|issue| issue.fatal) {
            return Err(error::to_js(Error::settings(&normalized.issues)));
        }
        let endpoints = Endpoints::resolve(&normalized.settings.base_url)
            .map_err(|issue| error::to_js(Error::settings(&[issue])))?;
        Ok(Self {
            gateway: Rc::new(Gateway {
                secrets: Rc::new(Secrets::of(&normalized.settings)),
                settings: Rc::new(normalized.settings),
                endpoints: Rc::new(endpoints),
                discovered: Rc::default(),
                refused: RefCell::default(),
            }),
        })
    }

    /// A handler from the configuration of a program that has many providers; throws kind `settings` when it is for another.
    #[wasm_bindgen(js_name = ofConfiguration)]
    pub fn of_configuration(given: &JsValue) -> Result<Self, JsValue> {
        settings::check_provider(&js_value::settings_to_json(given).value)
            .map_err(|issue| error::to_js(Error::settings(&[issue])))?;
        Self::new(given)
    }

    /// A handler for another model of this gateway: what one of them learns of the gateway's models, the other knows. What
    /// the user says of this handler's model (`modelInfo`) holds for that model alone; of any other, `modelOverrides` does.
    #[wasm_bindgen(js_name = withModel)]
    #[must_use]
    pub fn with_model(&self, model_id: &JsValue) -> Self {
        let gateway = &self.gateway;
        let model_id = model_id.as_string().unwrap_or_else(|| gateway.settings.model_id.clone());
        let settings = gateway.settings.for_model(model_id);
        Self {
            gateway: Rc::new(Gateway {
                settings: Rc::new(settings),
                endpoints: gateway.endpoints.clone(),
                secrets: gateway.secrets.clone(),
                discovered: gateway.discovered.clone(),
                refused: RefCell::default(),
            }),
        }
    }

    /// How long no byte may come during a chat, in milliseconds.
    #[wasm_bindgen(getter, js_name = timeoutMs)]
    #[expect(clippy::cast_precision_loss, reason = "a timer takes no more than 2^31 milliseconds")]
    pub fn timeout_ms(&self) -> f64 {
        self.gateway.settings.timeout_ms as f64
    }

    /// The configured model: its id, and what is known of it.
    #[wasm_bindgen(js_name = getModel, unchecked_return_type = "{ id: string; info: ModelInfo }")]
    pub fn get_model(&self) -> JsValue {
        let settings = &self.gateway.settings;
        let discovered = self.gateway.discovered.borrow();
        let info = discovered.resolve(&settings.model_id, settings.model_info.as_ref());
        js_value::from_serializable(&Model { id: discovered.sent_model_id(&settings.model_id), info })
    }

    /// Asks the gateway for its models and keeps the answer. Returns a table of them, which crosses faster than thousands of
    /// objects: its texts, its numbers, and the rest as JSON.
    #[wasm_bindgen(js_name = discover, unchecked_return_type = "[texts: string, numbers: Float64Array, rest: string]")]
    pub async fn discover(&self, transport: &Transport) -> Result<JsValue, JsValue> {
        let gateway = self.gateway.clone();
        let discovery = gateway.discover(transport).await.map_err(error::to_js)?;
        let attempts = discovery.attempts().to_vec();
        let discovered = discovery.finish().map_err(|error| error::of_discovery(error, attempts))?;
        Ok(gateway.take(discovered))
    }

    /// The models that were found last, in bytes for [`Handler::restore`]. No address, key or header is in them.
    #[must_use]
    pub fn kept(&self) -> Uint8Array {
        Uint8Array::from(self.gateway.discovered.borrow().kept().as_slice())
    }

    /// Takes models that were found before in place of those that are known, and returns their table; undefined where the bytes
    /// are anything else.
    #[wasm_bindgen(unchecked_return_type = "[texts: string, numbers: Float64Array, rest: string] | undefined")]
    pub fn restore(&self, kept: &Uint8Array) -> JsValue {
        let mut discovery = Discovery::restoring();
        ListReply(&mut discovery).piece(kept);
        discovery.restored().map_or(JsValue::UNDEFINED, |found| self.gateway.take(found))
    }

    /// Asks the gateway for the names of its guardrails, each in a line; none when it does not tell them to this key.
    #[wasm_bindgen(js_name = listGuardrails)]
    pub async fn list_guardrails(&self, transport: &Transport) -> Result<String, JsValue> {
        let gateway = self.gateway.clone();
        let reply = fetch::exchange(&gateway.get(guardrails::PATH), transport, gateway.patience())
            .await
            .map_err(error::to_js)?;
        Ok(guardrails::names(reply.status, &reply.body))
    }

    /// Asks the gateway what the key has spent and may spend. Undefined when it tells nothing of it to this key; throws when
    /// it can't tell now.
    #[wasm_bindgen(js_name = keyInfo, unchecked_return_type = "KeyInfo | undefined")]
    pub async fn key_info(&self, transport: &Transport) -> Result<JsValue, JsValue> {
        let gateway = self.gateway.clone();
        let reply =
            fetch::exchange(&gateway.get(key_info::PATH), transport, gateway.patience()).await.map_err(error::to_js)?;
        match key_info::read(reply.status, &reply.body) {
            Answer::Told(info) => Ok(js_value::from_serializable(&info)),
            Answer::NotTold => Ok(JsValue::UNDEFINED),
            Answer::Later(error) => Err(error::to_js(error)),
        }
    }

    /// Asks the gateway for its servers of the Model Context Protocol; none when it has none for this key. With a `name`, how to
    /// reach that one, with the key: undefined for a name that none can have; throws where its address leads away from the
    /// gateway, or does not answer. One function for both, since each that waits costs two thousand bytes.
    #[wasm_bindgen(js_name = mcp, unchecked_return_type = "McpServer[] | McpEndpoint | undefined")]
    pub async fn mcp(&self, name: Option<String>, transport: &Transport) -> Result<JsValue, JsValue> {
        let gateway = self.gateway.clone();
        let patience = gateway.patience();
        let (endpoints, secrets) = (&gateway.endpoints, &gateway.secrets);
        if let Some(name) = name {
            let Some(mut endpoint) = mcp::endpoint(endpoints, &gateway.settings, &name) else {
                return Ok(JsValue::UNDEFINED);
            };
            let mut next = Some(endpoint.trial(secrets.clone()));
            while let Some(trial) = next {
                let limit_ms = mcp::trial_ms(&trial, gateway.settings.discovery_timeout_ms);
                let answered = fetch::follow(&trial, transport, Patience::with_silence(limit_ms), None).await;
                next = endpoint.tried(&trial, answered).map_err(error::to_js)?;
            }
            return Ok(js_value::from_serializable(&endpoint));
        }
        let mut reply = fetch::WholeReply::default();
        let asked = gateway.get(mcp::PATH);
        fetch::follow(&asked, transport, patience, Some(&mut reply)).await.map_err(error::to_js)?;
        let servers = mcp::servers(endpoints, reply.status, &reply.headers, &reply.body, secrets, js_sys::Date::now());
        servers.map(|servers| js_value::from_serializable(&servers)).map_err(error::to_js)
    }

    /// Asks the gateway for the tokens of a text, or of a prompt as a chat would send it.
    #[wasm_bindgen(js_name = countAtGateway, unchecked_return_type = "GatewayCount")]
    pub async fn count_at_gateway(&self, prompt: JsValue, transport: &Transport) -> Result<JsValue, JsValue> {
        let gateway = self.gateway.clone();
        let body = gateway.count_body(&prompt).map_err(error::to_js)?;
        let request =
            HttpRequest::post(token_counter::url(&gateway.endpoints), &gateway.settings, gateway.secrets.clone(), body);
        let count = gateway.count(&request, transport).await.map_err(error::to_js)?;
        Ok(js_value::from_serializable(&count))
    }

    /// A chat call that was not sent yet.
    #[wasm_bindgen(js_name = openChat)]
    pub fn open_chat(
        &self,
        system: &JsValue,
        messages: &JsValue,
        options: &JsValue,
        transport: &Transport,
    ) -> Result<Chat, JsValue> {
        let gateway = &self.gateway;
        let read = || -> Result<ChatCall, Error> {
            // Reading runs the caller's getters: nothing is borrowed meanwhile.
            let messages = js_value::to_json(messages)?;
            let options = CallOptions::parse(&js_value::to_json(options)?)?;
            ChatCall::new(CallInput {
                settings: gateway.settings.clone(),
                endpoints: gateway.endpoints.clone(),
                secrets: gateway.secrets.clone(),
                discovered: gateway.discovered.borrow().clone(),
                refused: gateway.refused.borrow().clone(),
                call_id: random_uuid(),
                system: system.as_string().unwrap_or_default(),
                messages,
                options,
            })
        };
        read().map(|call| Chat::new(call, gateway.clone(), transport.clone())).map_err(error::to_js)
    }

    /// What so much usage costs, as far as it can be known.
    #[wasm_bindgen(js_name = calculateCost, unchecked_return_type = "{ totalCost: number; costSource: CostSource } | undefined")]
    pub async fn calculate_cost(&self, usage: JsValue) -> Result<JsValue, JsValue> {
        let gateway = self.gateway.clone();
        let usage = usage::from_caller(&js_value::to_json(&usage).map_err(error::to_js)?);
        let Some(usage) = usage else { return Ok(JsValue::UNDEFINED) };
        let settings = gateway.settings.clone();
        let discovered = gateway.discovered.borrow().clone();
        let model = discovered.resolve(&settings.model_id, settings.model_info.as_ref());
        let local = discovered
            .price_list(&model, settings.model_info.as_ref(), None)
            .and_then(|list| cost::from_prices(&usage, list));
        let cost = if let Some(total_cost) = local {
            Some(Cost { total_cost, cost_source: CostSource::Prices })
        } else {
            let backend_model = discovered.priced_as(&model, None);
            let request = {
                let secrets = gateway.secrets.clone();
                spend_request(&settings, &gateway.endpoints, secrets, backend_model, &usage.to_reported())
            };
            let asked = gateway.ask_spend(&request, &Transport::new()).await;
            asked.map(|total_cost| Cost { total_cost, cost_source: CostSource::SpendCalculate })
        };
        Ok(cost.map_or(JsValue::UNDEFINED, |cost| js_value::from_serializable(&cost)))
    }

    /// A test of the connection that has made no step yet.
    #[wasm_bindgen(js_name = testConnection)]
    pub fn test_connection(&self, transport: &Transport) -> ConnectionTest {
        ConnectionTest::new(self.gateway.clone(), transport.clone())
    }
}

#[derive(Serialize)]
struct Model {
    id: String,
    info: litellm_core::model_info::ModelInfo,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cost {
    total_cost: f64,
    cost_source: CostSource,
}

impl Gateway {
    /// Keeps what was found, and gives the table of it.
    fn take(&self, discovered: Discovered) -> JsValue {
        let table = discovered.table();
        self.discovered.replace(Rc::new(discovered));
        let numbers = Float64Array::from(table.numbers.as_slice());
        Array::of3(&table.texts.into(), &numbers, &table.rest.into()).into()
    }

    /// Asks the chain of addresses that list models. Gives the finished discovery; fails when it is stopped.
    pub(crate) async fn discover(&self, transport: &Transport) -> Result<Discovery, Error> {
        let mut discovery = Discovery::new(self.secrets.clone());
        while let Some(path) = discovery.next_path() {
            let request = self.get(path);
            let mut attempts = 1_u32;
            loop {
                let mut reply = ListReply(&mut discovery);
                let failed = match fetch::receive(&request, transport, self.patience(), &mut reply).await {
                    Ok(()) => discovery.on_end(js_sys::Date::now()),
                    Err(error) => {
                        discovery.on_lost(&error);
                        Some(error)
                    }
                };
                let Some(error) = failed else { break };
                if transport.is_aborted() {
                    return Err(Error::aborted());
                }
                let Some(wait_ms) =
                    retry::wait_before_retry(&error, attempts, self.settings.max_retries, js_sys::Math::random())
                else {
                    discovery.on_failure(error);
                    break;
                };
                attempts = attempts.saturating_add(1);
                transport.pause(wait_ms).await;
            }
        }
        Ok(discovery)
    }

    /// The question for the tokens of a text, or of `{system, messages, tools}`.
    fn count_body(&self, prompt: &JsValue) -> Result<Vec<u8>, Error> {
        let settings = &self.settings;
        if let Some(text) = prompt.as_string() {
            let model_id = self.discovered.borrow().sent_model_id(&settings.model_id);
            return Ok(token_counter::text_body(&model_id, &text));
        }
        // Reading runs the caller's getters: nothing is borrowed meanwhile.
        let prompt = js_value::to_json(prompt)?;
        let options = CallOptions::parse(&prompt)?;
        let discovered = self.discovered.borrow();
        let model = discovered.resolve(&settings.model_id, settings.model_info.as_ref());
        chat_request::build_prompt(&discovered.sent_model_id(&settings.model_id), &model, &prompt, &options)
    }

    /// Asks for a count, again where the core says so.
    async fn count(&self, request: &HttpRequest, transport: &Transport) -> Result<GatewayCount, Error> {
        let mut attempts = 1_u32;
        loop {
            let error = match fetch::exchange(request, transport, self.patience()).await {
                Ok(reply) => match token_counter::read(
                    reply.status,
                    &reply.headers,
                    &reply.body,
                    &self.secrets,
                    js_sys::Date::now(),
                ) {
                    Ok(count) => return Ok(count),
                    Err(error) => error,
                },
                Err(error) => error,
            };
            let wait_ms = retry::wait_before_retry(&error, attempts, self.settings.max_retries, js_sys::Math::random());
            let Some(wait_ms) = wait_ms.filter(|_| !transport.is_aborted()) else { return Err(error) };
            attempts = attempts.saturating_add(1);
            transport.pause(wait_ms).await;
        }
    }

    /// A `GET` of `path` on this gateway.
    pub(crate) fn get(&self, path: &str) -> HttpRequest {
        HttpRequest::get(self.endpoints.url(path), &self.settings, self.secrets.clone())
    }

    /// How long any reply but a chat's is waited for.
    pub(crate) fn patience(&self) -> Patience {
        Patience::with_silence(self.settings.discovery_timeout_ms)
    }

    /// Asks `/spend/calculate`, once; whatever goes wrong there means unknown.
    pub(crate) async fn ask_spend(&self, request: &HttpRequest, transport: &Transport) -> Option<f64> {
        let patience = Patience::of_whole(self.settings.discovery_timeout_ms);
        let reply = fetch::exchange(request, transport, patience).await.ok()?;
        cost::read_spend_calculate(reply.status, &reply.body)
    }
}

/// A reply that goes to a discovery as it comes in.
struct ListReply<'a>(&'a mut Discovery);

impl fetch::Receiver for ListReply<'_> {
    fn head(&mut self, status: u16, headers: Headers) {
        self.0.on_head(status, headers);
    }
    #[inline(never)]
    #[expect(clippy::cast_possible_truncation, reason = "no piece is longer than 2^32 - 1")]
    fn piece(&mut self, piece: &Uint8Array) {
        let length = piece.length();
        let mut start = 0;
        while start < length {
            let room = self.0.room((length - start) as usize);
            let count = room.len().min((length - start) as usize);
            let end = start + count as u32;
            piece.subarray(start, end).copy_to(&mut room[..count]);
            self.0.on_bytes(count);
            start = end;
        }
    }
}

/// A version 4 UUID. It names a call in logs and protects nothing, so `Math.random` is good enough, and it is everywhere.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the number is in 0..256")]
fn random_uuid() -> String {
    let mut bytes = [0_u8; 16];
    bytes.fill_with(|| (js_sys::Math::random() * 256.0) as u8);
    bytes[6] = bytes[6] & 0x0F | 0x40;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let mut text = String::with_capacity(36);
    for (position, byte) in bytes.iter().enumerate() {
        if matches!(position, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 0x0F] {
            text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    text
}
