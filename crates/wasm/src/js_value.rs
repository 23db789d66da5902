//! Values from JavaScript as JSON, and back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use litellm_core::error::{Error, ErrorKind};
use serde::Serialize;
use serde_json::{Map, Number, Value};
use wasm_bindgen::{JsCast, JsValue};

/// Deeper than any message or schema; a value that holds itself ends here.
const MAX_DEPTH: usize = 128;
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// Reads a value as `JSON.stringify` would: members that are undefined or functions are left out, `toJSON` is asked. Bytes
/// become base64 text, and halves of surrogate pairs U+FFFD.
pub(crate) fn to_json(value: &JsValue) -> Result<Value, Error> {
    Ok(convert(value, 0)?.unwrap_or_default())
}

/// A plain object for `value`: maps become objects, absent members are undefined.
pub(crate) fn from_serializable<T: Serialize + ?Sized>(value: &T) -> JsValue {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::UNDEFINED)
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
    if Array::is_array(value) {
        let elements = Array::unchecked_from_js_ref(value).iter();
        let converted: Result<Vec<Value>, Error> =
            elements.map(|element| Ok(convert(&element, depth + 1)?.unwrap_or_default())).collect();
        return Ok(Some(Value::Array(converted?)));
    }
    if let Some(to_json) =
        Reflect::get(value, &"toJSON".into()).ok().and_then(|member| member.dyn_into::<Function>().ok())
    {
        let plain = to_json.call0(value).map_err(|_| unreadable())?;
        return convert(&plain, depth + 1);
    }
    let mut members = Map::new();
    for key in Object::keys(value.unchecked_ref::<Object>()).iter() {
        let member = Reflect::get(value, &key).map_err(|_| unreadable())?;
        if let Some(member) = convert(&member, depth + 1)? {
            members.insert(key.as_string().unwrap_or_default(), member);
        }
    }
    Ok(Some(Value::Object(members)))
}

fn unreadable() -> Error {
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
