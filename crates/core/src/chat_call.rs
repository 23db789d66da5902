//! One chat call: attempts, healing, retries, and the parts of its answer.
//!
//! The host sends [`ChatCall::request`], tells the head of the reply and then its bytes, and does what [`Next`] says. Nothing is
//! sent again once a part was delivered.

use std::rc::Rc;

use serde_json::Value;

use crate::catalog::Discovered;
use crate::chat_request::{self, RefusedParameters};
use crate::cost;
use crate::endpoint::Endpoints;
use crate::error::{self, Error, ErrorKind, FailedCall, Secrets};
use crate::http::{Headers, HttpRequest, request_headers};
use crate::model_info::{ModelInfo, Prices};
use crate::options::CallOptions;
use crate::retry;
use crate::settings::ProviderSettings;
use crate::stream::part::{ResponseInfo, StreamPart};
use crate::stream::{AnswerDecoder, BodyEnd, Ending, Fault};
use crate::tools::ToolNames;
use crate::usage::ReportedUsage;

/// What the host knows and the core may not ask for.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Milliseconds since 1970.
    pub now_ms: f64,
    /// A random number in `[0, 1)`.
    pub random: f64,
}

/// What the host does next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Read more of the body and push it.
    Read,
    /// Drop the connection, wait so many milliseconds and send [`ChatCall::request`] again.
    Send {
        /// May be 0.
        wait_ms: f64,
    },
    /// The body is complete: drop the connection and call [`ChatCall::complete`].
    Complete,
    /// Drop the connection; the call failed with this.
    Fail(Error),
}

/// A text that is all that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoneText {
    /// Never empty.
    pub text: String,
    /// Whether it is thinking, and no text of the answer.
    pub is_reasoning: bool,
}

/// What a call is made of.
#[derive(Debug, Clone)]
pub struct CallInput {
    /// The handler's settings.
    pub settings: Rc<ProviderSettings>,
    /// Where the gateway is.
    pub endpoints: Rc<Endpoints>,
    /// What of the settings must not show in any error.
    pub secrets: Rc<Secrets>,
    /// What a discovery found before this call, if one was made.
    pub discovered: Rc<Discovered>,
    /// What the model refused in earlier calls.
    pub refused: RefusedParameters,
    /// A UUID that names the call in the gateway's logs.
    pub call_id: String,
    /// The system prompt; may be empty.
    pub system: String,
    /// The conversation, as the caller gave it.
    pub messages: Value,
    /// The call's own options.
    pub options: CallOptions,
}

/// The state of one call.
#[derive(Debug)]
pub struct ChatCall {
    input: CallInput,
    model_id: String,
    model: ModelInfo,
    request: HttpRequest,
    call_id: String,
    tool_names: ToolNames,
    attempts: u32,
    healed: bool,
    delivered: bool,
    /// Told with the first part that is delivered.
    notices: Vec<StreamPart>,
    headers: Headers,
    decoder: AnswerDecoder,
    streamed: bool,
    ending: Option<Ending>,
    parts: Vec<StreamPart>,
}

impl ChatCall {
    /// Builds the request of the first attempt.
    pub fn new(input: CallInput) -> Result<Self, Error> {
        let model_id = input.discovered.sent_model_id(&input.settings.model_id);
        let model = input.discovered.resolve(&input.settings.model_id, input.settings.model_info.as_ref());
        let headers = request_headers(&input.settings, true, Some(&input.call_id));
        let call_id = Headers(headers.clone()).get("x-litellm-call-id").unwrap_or_default().to_owned();
        let url = input.endpoints.url("/v1/chat/completions");
        let request = HttpRequest { method: "POST", url, headers, body: None, secrets: input.secrets.clone() };
        let mut call = Self {
            model_id,
            model,
            request,
            tool_names: ToolNames::default(),
            attempts: 1,
            healed: false,
            delivered: false,
            notices: Vec::new(),
            headers: Headers::default(),
            decoder: AnswerDecoder::new(false, ToolNames::default(), &call_id),
            streamed: true,
            ending: None,
            parts: Vec::new(),
            call_id,
            input,
        };
        call.build_request()?;
        Ok(call)
    }

    fn build_request(&mut self) -> Result<(), Error> {
        let input = &self.input;
        let built = chat_request::build(
            &input.settings,
            &self.model_id,
            &self.model,
            &input.refused,
            &input.system,
            &input.messages,
            &input.options,
        )?;
        self.request.body = Some(built.body);
        self.tool_names = built.tool_names;
        Ok(())
    }

    /// What is sent now.
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// What the model refused in this and earlier calls.
    pub fn refused(&self) -> &RefusedParameters {
        &self.input.refused
    }

    /// Takes the head of a reply of success, whose body is then pushed.
    pub fn on_success_head(&mut self, headers: Headers) {
        self.decoder =
            AnswerDecoder::new(self.input.options.partial_tool_calls, self.tool_names.clone(), &self.call_id);
        self.streamed = true;
        self.headers = headers;
    }

    /// Takes a whole reply of failure.
    pub fn on_failure_reply(&mut self, status: u16, headers: Headers, body: &[u8], moment: Moment) -> Next {
        self.headers = headers;
        let secrets = &self.input.secrets;
        let error = error::from_reply(FailedCall::Chat, status, &self.headers, body, secrets, moment.now_ms);
        self.on_failure(error, moment)
    }

    /// Takes a failure of the connection, a timeout or a stop, before or during a body. Parts that came before wait in
    /// [`ChatCall::take_parts`].
    pub fn on_failure(&mut self, error: Error, moment: Moment) -> Next {
        self.collect();
        if error.kind == ErrorKind::Timeout && self.decoder.has_finish_reason() {
            // The answer is whole: the gateway only forgot to hang up.
            self.decoder.end(BodyEnd::Lost);
            return Next::Complete;
        }
        let error = self.with_facts(error);
        if self.delivered || error.kind == ErrorKind::Aborted {
            let usage = self.decoder.usage().cloned();
            self.add_usage(usage.as_ref());
            return Next::Fail(error);
        }
        if let Some(next) = self.heal(&error) {
            return next;
        }
        match retry::wait_before_retry(&error, self.attempts, self.input.settings.max_retries, moment.random) {
            Some(wait_ms) => {
                self.attempts = self.attempts.saturating_add(1);
                Next::Send { wait_ms }
            }
            None => Next::Fail(error),
        }
    }

    /// Sends once more without a parameter that the reply names as unsupported. `None` when there is none to leave out.
    fn heal(&mut self, error: &Error) -> Option<Next> {
        if self.healed || error.kind != ErrorKind::InvalidRequest {
            return None;
        }
        let message = self.input.refused.learn(error, self.request.body.as_deref().unwrap_or_default())?;
        self.healed = true;
        if let Err(error) = self.build_request() {
            return Some(Next::Fail(error));
        }
        self.notices.push(StreamPart::Notice { code: "parameter_refused", message });
        Some(Next::Send { wait_ms: 0.0 })
    }

    /// Takes the next bytes of the body. The parts wait in [`ChatCall::take_parts`]. Only a failure asks for the moment.
    pub fn push(&mut self, bytes: &[u8], moment: impl FnOnce() -> Moment) -> Next {
        self.decoder.push(bytes);
        self.after_bytes(moment)
    }

    /// Takes the end of the body; `lost` says that the connection broke.
    pub fn end(&mut self, lost: bool, moment: Moment) -> Next {
        self.decoder.end(if lost { BodyEnd::Lost } else { BodyEnd::Complete });
        self.after_bytes(|| moment)
    }

    fn after_bytes(&mut self, moment: impl FnOnce() -> Moment) -> Next {
        self.collect();
        let Some(fault) = self.decoder.fault().cloned() else {
            return if self.decoder.is_done() { Next::Complete } else { Next::Read };
        };
        let moment = moment();
        let error = self.fault_error(fault, moment);
        self.on_failure(error, moment)
    }

    /// Takes what waits for the last delta. The parts wait in [`ChatCall::take_parts`]; then the host asks for
    /// [`ChatCall::spend_request`] and ends with [`ChatCall::conclude`].
    pub fn complete(&mut self, moment: Moment) -> Result<(), Error> {
        self.collect();
        let empty = AnswerDecoder::new(false, ToolNames::default(), "");
        self.streamed = self.decoder.is_event_stream();
        let usage = self.decoder.usage().cloned();
        let (last, end) = std::mem::replace(&mut self.decoder, empty).finish();
        let place = self.parts.len();
        self.parts.extend(last);
        self.deliver(place);
        match end {
            Ok(ending) => {
                self.ending = Some(ending);
                Ok(())
            }
            Err(fault) => {
                self.add_usage(usage.as_ref());
                let error = self.fault_error(fault, moment);
                Err(self.with_facts(error))
            }
        }
    }

    /// The request that asks the gateway for the cost of a complete answer, or `None` when the cost is known without it,
    /// or there is no usage to ask about.
    pub fn spend_request(&self) -> Option<HttpRequest> {
        let reported = self.ending.as_ref()?.usage.as_ref()?;
        if self.known_cost(reported).is_some() || self.has_unknown_fallback() {
            return None;
        }
        let backend_model = self.input.discovered.priced_as(&self.model, self.headers.get("x-litellm-model-id"));
        let input = &self.input;
        Some(spend_request(&input.settings, &input.endpoints, input.secrets.clone(), backend_model, &reported.reported))
    }

    /// Whether another model answered, by a deployment that no catalog names: what it charges is not known, unless the user
    /// says so.
    fn has_unknown_fallback(&self) -> bool {
        let fell_back = self.headers.number("x-litellm-attempted-fallbacks").is_some_and(|count| count > 0.0);
        let given = self.input.settings.model_info.as_ref().map(|info| info.prices).unwrap_or_default();
        fell_back
            && given == Prices::default()
            && !self.headers.get("x-litellm-model-id").is_some_and(|id| self.input.discovered.knows(id))
    }

    fn known_cost(&self, reported: &ReportedUsage) -> Option<(f64, cost::CostSource)> {
        let deployment = self.headers.get("x-litellm-model-id");
        let list = if self.has_unknown_fallback() {
            None
        } else {
            self.input.discovered.price_list(&self.model, self.input.settings.model_info.as_ref(), deployment)
        };
        cost::known(reported, &self.headers, self.streamed, list)
    }

    /// Adds usage and the end. `asked` is the cost that [`ChatCall::spend_request`] brought. The parts wait in
    /// [`ChatCall::take_parts`].
    pub fn conclude(&mut self, asked: Option<f64>) {
        if let Some(ending) = self.ending.take() {
            let asked = asked.map(|cost| (cost, cost::CostSource::SpendCalculate));
            let usage = ending.usage.map(|reported| with_cost(&reported, self.known_cost(&reported).or(asked)));
            let raw = self.input.secrets.hide(&ending.raw);
            let finish = StreamPart::Finish { reason: ending.reason, raw };
            let place = self.parts.len();
            self.parts.extend(usage.into_iter().chain([finish]));
            self.deliver(place);
        }
    }

    /// Delivers what a failed answer took, where the gateway said it before: it is charged all the same. Nothing is asked
    /// about its cost.
    fn add_usage(&mut self, reported: Option<&ReportedUsage>) {
        let Some(reported) = reported else { return };
        let place = self.parts.len();
        self.parts.push(with_cost(reported, self.known_cost(reported)));
        self.deliver(place);
    }

    /// The parts to be delivered since the last call of this.
    pub fn take_parts(&mut self) -> Vec<StreamPart> {
        std::mem::take(&mut self.parts)
    }

    /// The one part to be delivered if it is text, or reasoning, as nearly all are.
    pub fn take_lone_text(&mut self) -> Option<LoneText> {
        if self.parts.len() > 1 {
            return None;
        }
        match self.parts.pop()? {
            StreamPart::Text { text } => Some(LoneText { text, is_reasoning: false }),
            StreamPart::Reasoning { text } => Some(LoneText { text, is_reasoning: true }),
            other => {
                self.parts.push(other);
                None
            }
        }
    }

    /// Whether parts wait to be delivered.
    pub fn has_parts(&self) -> bool {
        !self.parts.is_empty()
    }

    fn collect(&mut self) {
        let place = self.parts.len();
        self.decoder.move_parts(&mut self.parts);
        self.deliver(place);
    }

    /// Counts the parts from `place` on as delivered; before the first of them goes what is known of the response.
    fn deliver(&mut self, place: usize) {
        if self.parts.len() == place {
            return;
        }
        for part in self.parts.iter_mut().skip(place) {
            // It may quote what the gateway sent.
            if let StreamPart::Notice { message, .. } = part {
                *message = self.input.secrets.hide(message);
            }
        }
        if !std::mem::replace(&mut self.delivered, true) {
            let mut after = self.parts.split_off(place);
            self.parts.push(StreamPart::Response(self.response_info()));
            self.parts.append(&mut self.notices);
            self.parts.append(&mut after);
        }
    }

    fn response_info(&self) -> ResponseInfo {
        let text = |name| self.headers.get(name).map(|value| self.input.secrets.hide(value));
        ResponseInfo {
            call_id: text("x-litellm-call-id").or(Some(self.call_id.clone())),
            model_id: text("x-litellm-model-id"),
            model: text("x-litellm-model-name"),
            attempted_retries: self.headers.number("x-litellm-attempted-retries"),
            attempted_fallbacks: self.headers.number("x-litellm-attempted-fallbacks"),
            key_spend: self.headers.number("x-litellm-key-spend"),
            key_max_budget: self.headers.number("x-litellm-key-max-budget"),
        }
    }

    /// The error with what is known of the call and of its reply, for whoever looks for it in the gateway's logs.
    fn with_facts(&self, mut error: Error) -> Error {
        let info = self.response_info();
        error.call_id = error.call_id.or(info.call_id);
        let facts = error.facts.get_or_insert_default();
        facts.model_id = info.model_id;
        facts.model = info.model;
        facts.attempted_retries = info.attempted_retries;
        facts.attempted_fallbacks = info.attempted_fallbacks;
        facts.retries = self.attempts.saturating_sub(1);
        error
    }

    /// Whether the reply is text of another kind than a stream of events, and holds none.
    fn is_other_text(&self) -> bool {
        let content_type = self.headers.get("content-type").unwrap_or_default().to_ascii_lowercase();
        content_type.starts_with("text/plain") && !self.decoder.has_events()
    }

    fn fault_error(&self, fault: Fault, moment: Moment) -> Error {
        let secrets = &self.input.secrets;
        match fault {
            Fault::Gateway(value) => error::from_stream_event(&value, &self.headers, secrets, moment.now_ms),
            Fault::Protocol(what) => Error::protocol(what),
            Fault::WebPage => Error::web_page(),
            Fault::BrokenToolCall { call, is_cut } => Error::broken_tool_call(&call, is_cut, secrets),
            Fault::Truncated if self.is_other_text() => Error::protocol("the reply is no answer to a chat"),
            Fault::Truncated => {
                let guardrails = self.headers.get("x-litellm-applied-guardrails");
                Error::truncated_under(guardrails.unwrap_or_default(), secrets)
            }
            Fault::ConnectionLost => {
                let cause = "the connection was lost before an answer began";
                Error::connection(&self.input.endpoints.root, cause, secrets)
            }
        }
    }
}

/// The part that tells what an answer took and cost.
fn with_cost(reported: &ReportedUsage, cost: Option<(f64, cost::CostSource)>) -> StreamPart {
    let mut usage = reported.usage;
    (usage.total_cost, usage.cost_source) = cost.unzip();
    StreamPart::Usage(usage)
}

/// `POST /spend/calculate` for usage as a reply reported it.
pub fn spend_request(
    settings: &ProviderSettings,
    endpoints: &Endpoints,
    secrets: Rc<Secrets>,
    backend_model: &str,
    usage: &Value,
) -> HttpRequest {
    let body = cost::spend_calculate_body(backend_model, usage);
    HttpRequest::post(endpoints.url("/spend/calculate"), settings, secrets, body)
}
