use serde_json::{Value, json};

use super::*;
use crate::message::read;

const EVERYTHING: Accepted =
    Accepted { images: true, documents: true, thinking: true, cache_marks: true, signatures: Signatures::None };
const NOTHING: Accepted =
    Accepted { images: false, documents: false, thinking: false, cache_marks: false, signatures: Signatures::None };

#[track_caller]
fn check_with(accepted: Accepted, messages: Value, expected: Value) {
    let messages = read(&messages).unwrap();
    let conversation = convert("", &messages, accepted, &mut ToolNames::default());
    let actual = serde_json::to_value(&conversation).unwrap();
    assert_eq!(actual, expected, "\n{actual:#}\n{expected:#}");
}

#[track_caller]
fn check(messages: Value, expected: Value) {
    check_with(EVERYTHING, messages, expected);
}

fn image(data: &str) -> Value {
    json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}})
}

fn image_part(data: &str) -> Value {
    json!({"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{data}")}})
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn call(id: &str) -> Value {
    json!({"type": "tool_use", "id": id, "name": "f", "input": {}})
}

fn result(id: &str, content: Value) -> Value {
    json!({"type": "tool_result", "tool_use_id": id, "content": content})
}

fn sent_call(id: &str) -> Value {
    json!({"id": id, "type": "function", "function": {"name": "f", "arguments": "{}"}})
}

fn tool(id: &str, content: &str) -> Value {
    json!({"role": "tool", "tool_call_id": id, "content": content})
}

fn user(content: Value) -> Value {
    json!({"role": "user", "content": content})
}

fn assistant(content: Value) -> Value {
    json!({"role": "assistant", "content": content})
}

/// An assistant's message that calls `ids`.
fn calling(ids: &[&str]) -> Value {
    let calls: Vec<Value> = ids.iter().map(|id| sent_call(id)).collect();
    json!({"role": "assistant", "content": "", "tool_calls": calls})
}

#[test]
fn the_system_text_comes_first() {
    let conversation = convert("S", &[], EVERYTHING, &mut ToolNames::default());
    assert_eq!(serde_json::to_value(conversation).unwrap(), json!([{"role": "system", "content": "S"}]));
}

#[test]
fn system_messages_stay_in_their_place() {
    check(
        json!([user(json!("a")), {"role": "system", "content": "now"}, {"role": "system", "content": [text("x"), image("AAAA")]}]),
        json!([user(json!("a")), {"role": "system", "content": "now"},
            {"role": "system", "content": [text("x"), text("[Referenced image in conversation]")]}]),
    );
}

#[test]
fn what_is_empty_goes() {
    check(
        json!([user(json!("")), user(json!([text("")])), user(json!([])), assistant(json!("")),
            assistant(json!([text("")])), {"role": "system", "content": ""}, user(json!([text(" ")]))]),
        json!([user(json!([text(" ")]))]),
    );
    check(json!([assistant(json!([text("a"), text(""), text("b")]))]), json!([assistant(json!("a\nb"))]));
}

#[test]
fn texts_of_results_join() {
    let turn = |content: Value, expected: &str| {
        check(
            json!([assistant(json!([call("a")])), user(json!([result("a", content)]))]),
            json!([calling(&["a"]), tool("a", expected)]),
        );
    };
    turn(json!("r"), "r");
    turn(json!([text("x"), text(""), text("y")]), "x\ny");
    turn(json!(""), "(empty)");
    turn(json!([]), "(empty)");
    turn(json!(null), "(empty)");
    turn(json!([null, 7]), "(empty)");
    let failed = |content: Value, expected: &str| {
        let mut failed = result("a", content);
        failed["is_error"] = json!(true);
        check(
            json!([assistant(json!([call("a")])), user(json!([failed]))]),
            json!([calling(&["a"]), tool("a", expected)]),
        );
    };
    failed(json!("boom"), "Error: boom");
    failed(json!([]), "Error: (empty)");
}

#[test]
fn images_of_results_go_into_the_next_user_message() {
    let calls = assistant(json!([call("a"), call("b")]));
    let first = result("a", json!([text("shot"), image("AAAA")]));
    let second = result("b", json!([image("BBBB")]));
    let tools = |mut messages: Vec<Value>| {
        let mut expected = vec![
            calling(&["a", "b"]),
            tool("a", "shot\n[The image is attachment 1 of the next user message]"),
            tool("b", "[The image is attachment 2 of the next user message]"),
        ];
        expected.append(&mut messages);
        Value::Array(expected)
    };
    let images = [image_part("AAAA"), image_part("BBBB")];
    let [one, two] = &images;
    check(json!([calls, user(json!([second, text("see"), first]))]), tools(vec![user(json!([one, two, text("see")]))]));
    check(
        json!([calls, user(json!([first, second])), user(json!("see"))]),
        tools(vec![user(json!([one, two, text("see")]))]),
    );
    check(json!([calls, user(json!([first, second]))]), tools(vec![user(json!(images))]));
    check(
        json!([calls, user(json!([first, second])), assistant(json!("ok"))]),
        tools(vec![user(json!(images)), assistant(json!("ok"))]),
    );
    check(
        json!([calls, user(json!([first, second])), {"role": "system", "content": "s"}, user(json!("u"))]),
        tools(vec![user(json!(images)), json!({"role": "system", "content": "s"}), user(json!("u"))]),
    );
    check_with(
        NOTHING,
        json!([calls, user(json!([first, second]))]),
        json!([
            calling(&["a", "b"]),
            tool("a", "shot\n[Referenced image in conversation]"),
            tool("b", "[Referenced image in conversation]"),
        ]),
    );
}

#[test]
fn documents() {
    let document = |source: Value| json!([user(json!([{"type": "document", "title": "t.pdf", "source": source}]))]);
    let base64 = json!({"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="});
    let file =
        json!({"type": "file", "file": {"filename": "t.pdf", "file_data": "data:application/pdf;base64,JVBERi0="}});
    check(document(base64.clone()), json!([user(json!([file]))]));
    check(
        document(json!({"type": "url", "url": "https://x.example/t.pdf"})),
        json!([user(json!([{"type": "file", "file": {"filename": "t.pdf", "file_id": "https://x.example/t.pdf"}}]))]),
    );
    check(
        document(json!({"type": "url", "url": "data:application/pdf;base64,JVBERi0="})),
        json!([user(json!([file]))]),
    );
    check_with(
        NOTHING,
        document(base64.clone()),
        json!([user(json!([text("[Referenced document in conversation]")]))]),
    );
    check_with(NOTHING, document(json!({"type": "text", "data": "plain"})), json!([user(json!([text("plain")]))]));
    check(
        json!([
            assistant(json!([call("a")])),
            user(json!([result("a", json!([{"type": "document", "source": base64}]))]))
        ]),
        json!([
            calling(&["a"]),
            tool("a", "[The document is attachment 1 of the next user message]"),
            user(json!([{"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBERi0="}}])),
        ]),
    );
}

#[test]
fn thinking_goes_back_to_a_model_that_thinks() {
    let thinking = json!([
        {"type": "thinking", "thinking": "t", "signature": "S"},
        {"type": "redacted_thinking", "data": "D"},
        {"type": "thinking", "thinking": "u"},
    ]);
    let mut blocks = thinking.as_array().unwrap().clone();
    blocks[0]["cache_control"] = json!({"type": "ephemeral"});
    let alone = json!([assistant(json!(blocks))]);
    check(alone.clone(), json!([{"role": "assistant", "content": "", "thinking_blocks": thinking}]));
    check_with(NOTHING, alone, json!([]));
    blocks.push(text("a"));
    let answered = json!([assistant(json!(blocks))]);
    check(answered.clone(), json!([{"role": "assistant", "content": "a", "thinking_blocks": thinking}]));
    check_with(NOTHING, answered, json!([assistant(json!("a"))]));
}

#[test]
fn thinking_that_nobody_signed_goes_back_as_text() {
    let thinking = |text: &str| json!({"type": "thinking", "thinking": text});
    let answer = json!([assistant(json!([thinking("Let me "), thinking("look."), call("a")]))]);
    check(
        answer.clone(),
        json!([
            {"role": "assistant", "content": "", "reasoning_content": "Let me look.", "tool_calls": [sent_call("a")]},
            tool("a", "(no result was recorded)"),
        ]),
    );
    check_with(NOTHING, answer, json!([calling(&["a"]), tool("a", "(no result was recorded)")]));
}

#[test]
fn reasoning_details_go_back_unchanged() {
    let details = json!([{"type": "reasoning.encrypted", "data": "D", "index": 0}]);
    for (content, expected) in [(json!("a"), json!("a")), (json!([text("a")]), json!("a"))] {
        check(
            json!([{"role": "assistant", "content": content, "reasoning_details": details}]),
            json!([{"role": "assistant", "content": expected, "reasoning_details": details}]),
        );
    }
    check(
        json!([{"role": "assistant", "content": [call("a")], "reasoning_details": details}]),
        json!([{"role": "assistant", "content": "", "reasoning_details": details, "tool_calls": [sent_call("a")]},
            tool("a", "(no result was recorded)")]),
    );
}

#[test]
fn signatures_go_back_to_gemini_only() {
    let mut signed = call("a");
    signed["signature"] = json!("Real==");
    let messages = json!([assistant(json!([signed, call("b")]))]);
    for (signatures, expected) in [
        (Signatures::None, [Value::Null, Value::Null]),
        (Signatures::Known, [json!("Real=="), Value::Null]),
        (Signatures::Required, [json!("Real=="), json!(SIGNATURE_PLACEHOLDER)]),
    ] {
        let messages = read(&messages).unwrap();
        let conversation = convert("", &messages, Accepted { signatures, ..EVERYTHING }, &mut ToolNames::default());
        let sent = serde_json::to_value(&conversation).unwrap();
        let actual: Vec<Value> = (0..2)
            .map(|index| sent[0]["tool_calls"][index]["provider_specific_fields"]["thought_signature"].clone())
            .collect();
        assert_eq!(actual, expected, "{signatures:?}");
    }
}

#[test]
fn a_broken_history_is_repaired() {
    check(
        json!([
            assistant(json!([call("a")])),
            user(json!("wait")),
            assistant(json!("ok")),
            user(json!([result("a", json!("late"))]))
        ]),
        json!([calling(&["a"]), tool("a", "late"), user(json!("wait")), assistant(json!("ok"))]),
    );
    check(
        json!([
            assistant(json!([call("a"), call("b")])),
            user(json!([result("b", json!("B")), result("b", json!("again")), text("on")]))
        ]),
        json!(
            [calling(&["a", "b"]), tool("a", "(no result was recorded)"), tool("b", "B"), user(json!([text("on")])),]
        ),
    );
    check(
        json!([user(json!([result("x", json!([text("r"), image("AAAA")])), text("on")]))]),
        json!([user(json!([
            text("Result of a tool call that is no longer in this conversation:"),
            text("r"),
            image_part("AAAA"),
            text("on"),
        ]))]),
    );
    check(
        json!([user(json!([{"type": "tool_result", "is_error": true}]))]),
        json!([user(json!([text("Error of a tool call that is no longer in this conversation:"), text("(empty)")]))]),
    );
}

#[test]
fn a_block_goes_where_it_belongs_whatever_its_role() {
    check(
        json!([
            user(json!([text("u"), call("a")])),
            assistant(json!([result("a", json!("r")), image("AAAA"), text("t")]))
        ]),
        json!([
            calling(&["a"]),
            tool("a", "r"),
            user(json!([text("u")])),
            assistant(json!("[Referenced image in conversation]\nt")),
        ]),
    );
    check(
        json!([assistant(json!([text("t"), result("x", json!("r"))])), {"role": "system", "content": [call("b"), text("s")]}]),
        json!([
            assistant(json!("t")),
            user(json!([text("Result of a tool call that is no longer in this conversation:"), text("r")])),
            calling(&["b"]),
            tool("b", "(no result was recorded)"),
            {"role": "system", "content": [text("s")]},
        ]),
    );
}

#[test]
fn arguments_are_json_text() {
    for (input, expected) in
        [(json!({"b": 1, "a": [null, "ä\n"]}), r#"{"b":1,"a":[null,"ä\n"]}"#), (json!({}), "{}"), (Value::Null, "{}")]
    {
        let messages = json!([assistant(json!([{"type": "tool_use", "id": "a", "name": "f", "input": input}]))]);
        let messages = read(&messages).unwrap();
        let conversation = convert("", &messages, EVERYTHING, &mut ToolNames::default());
        assert_eq!(conversation[0].tool_calls[0].function.arguments, expected);
    }
}

#[test]
fn the_callers_marks_stay_on_what_they_mark() {
    let mark = json!({"type": "ephemeral", "ttl": "1h"});
    let marked = |mut block: Value| {
        block["cache_control"] = mark.clone();
        block
    };
    let messages = json!([
        {"role": "system", "content": [marked(text("s"))]},
        user(json!([marked(text("")), marked(image("AAAA")), text("u")])),
        assistant(json!([marked(text("x")), text("y"), marked(call("a"))])),
        user(json!([marked(result("a", json!("r"))), marked(result("x", json!("o")))])),
        assistant(json!([call("b")])),
        user(json!([result("b", json!([marked(text("r")), marked(image("BBBB"))]))])),
    ]);
    check(
        messages.clone(),
        json!([
            {"role": "system", "content": [marked(text("s"))]},
            user(json!([marked(image_part("AAAA")), text("u")])),
            {"role": "assistant", "content": [marked(text("x\ny"))], "tool_calls": [marked(sent_call("a"))]},
            {"role": "tool", "tool_call_id": "a", "content": [marked(text("r"))]},
            user(json!([text("Result of a tool call that is no longer in this conversation:"), marked(text("o"))])),
            calling(&["b"]),
            {"role": "tool", "tool_call_id": "b",
                "content": [marked(text("r\n[The image is attachment 1 of the next user message]"))]},
            user(json!([marked(image_part("BBBB"))])),
        ]),
    );
    let messages = read(&messages).unwrap();
    let conversation = convert("", &messages, Accepted { cache_marks: false, ..EVERYTHING }, &mut ToolNames::default());
    let sent = serde_json::to_string(&conversation).unwrap();
    assert!(!sent.contains("cache_control"), "{sent}");
}
