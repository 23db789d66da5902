//! Values from JavaScript as JSON, and back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use js_sys::{Array, Function, Reflect, Uint8Array};
use litellm_core::error::{Error, ErrorKind};
use litellm_core::json;
use serde::Serialize;
use serde_json::{Map, Number, Value};
use wasm_bindgen::prelude::*;

// A proxy may throw where plain data can't. Thrown past Rust, that would leave behind whatever is borrowed then.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = Array, js_name = isArray)]
    fn is_array(value: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Object, js_name = keys)]
    fn keys(value: &JsValue) -> Result<Array, JsValue>;
}

/// Deeper than any message or schema; a value that holds itself ends here.
const MAX_DEPTH: usize = 128;
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// Reads a value as `JSON.stringify` would: members that are undefined or functions are left out, `toJSON` is asked. Bytes
/// become base64 text, and halves of surrogate pairs U+FFFD.
pub(crate) fn to_json(value: &JsValue) -> Result<Value, Error> {
    Ok(convert(value, 0)?.unwrap_or_default())
}

/// Settings as they were given, and the names of the members that can't be read. These hold [`unreadable`].
pub(crate) struct GivenSettings {
    pub(crate) value: Value,
    pub(crate) unreadable: Vec<String>,
}

/// A value that no setting takes, so that it is reported as one of a wrong type, unless it belongs to somebody else.
fn unreadable() -> Value {
    Value::Array(vec![Value::Array(Vec::new())])
}

/// Reads settings, each member for itself.
pub(crate) fn settings_to_json(value: &JsValue) -> GivenSettings {
    let whole = |value| GivenSettings { value, unreadable: Vec::new() };
    if !value.is_object() || is_array(value).unwrap_or(true) {
        return whole(to_json(value).unwrap_or_else(|_| unreadable()));
    }
    let Ok(names) = keys(value) else { return whole(unreadable()) };
    let mut given = whole(Value::Null);
    let mut members = Map::new();
    for name in names.iter() {
        let member = Reflect::get(value, &name).map_err(|_| unreadable_error());
        let name = name.as_string().unwrap_or_default();
        match member.and_then(|member| convert(&member, 1)) {
            Ok(None) => {}
            Ok(Some(member)) => {
                members.insert(name, member);
            }
            Err(_) => {
                given.unreadable.push(name.clone());
                members.insert(name, unreadable());
            }
        }
    }
    given.value = Value::Object(members);
    given
}

/// A plain object for `value`, by way of its JSON: absent members are undefined, and the host's own parser makes objects sooner than
/// calls for each member could.
pub(crate) fn from_serializable<T: Serialize + ?Sized>(value: &T) -> JsValue {
    parsed(&json::text(value))
}

fn parsed(json: &str) -> JsValue {
    js_sys::JSON::parse(json).unwrap_or(JsValue::UNDEFINED)
}

fn convert(value: &JsValue, depth: usize) -> Result<Option<Value>, Error> {
    if depth > MAX_DEPTH {
        let message = "The call can't be sent: a value in it is nested too deeply or holds itself. Pass plain data.";
        return Err(Error::new(ErrorKind::InvalidRequest, message));
    }
    if let Some(text) = value.as_string() {
        return Ok(Some(Value::String(text)));
    }
    if let Some(number) = value.as_f64() {
        return Ok(Some(number_value(number)));
    }
    if let Some(boolean) = value.as_bool() {
        return Ok(Some(Value::Bool(boolean)));
    }
    if value.is_null() {
        return Ok(Some(Value::Null));
    }
    if value.is_bigint() {
        let digits = String::from(js_sys::BigInt::unchecked_from_js_ref(value).to_string(10).unwrap_or_default());
        return Ok(Some(digits.parse::<i64>().map_or(Value::String(digits), Value::from)));
    }
    if !value.is_object() || value.is_function() {
        return Ok(None);
    }
    if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        return Ok(Some(Value::String(STANDARD.encode(bytes.to_vec()))));
    }
    if is_array(value).map_err(|_| unreadable_error())? {
        return array(value, depth).map(Some);
    }
    let to_json = Reflect::get(value, &"toJSON".into()).map_err(|_| unreadable_error())?;
    if let Ok(to_json) = to_json.dyn_into::<Function>() {
        let plain = to_json.call0(value).map_err(|_| unreadable_error())?;
        return convert(&plain, depth + 1);
    }
    let mut members = Map::new();
    for key in keys(value).map_err(|_| unreadable_error())?.iter() {
        let member = Reflect::get(value, &key).map_err(|_| unreadable_error())?;
        if let Some(member) = convert(&member, depth + 1)? {
            members.insert(key.as_string().unwrap_or_default(), member);
        }
    }
    Ok(Some(Value::Object(members)))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no array is longer than 2^32 - 1")]
fn array(value: &JsValue, depth: usize) -> Result<Value, Error> {
    let length = Reflect::get(value, &"length".into()).map_err(|_| unreadable_error())?;
    let indices = 0..length.as_f64().map_or(0, |length| length as u32);
    let element = |index| {
        let element = Reflect::get_u32(value, index).map_err(|_| unreadable_error())?;
        Ok(convert(&element, depth + 1)?.unwrap_or_default())
    };
    indices.map(element).collect::<Result<_, _>>().map(Value::Array)
}

fn unreadable_error() -> Error {
    Error::new(ErrorKind::InvalidRequest, "The call can't be sent: a value in it can't be read. Pass plain data.")
}

/// Whole numbers stay whole, as `JSON.stringify` writes them; what is no number in JSON is null.
#[expect(clippy::cast_possible_truncation, reason = "the number is whole and within the range")]
fn number_value(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= MAX_SAFE_INTEGER {
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}
