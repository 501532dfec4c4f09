//! The description of the REST interface, made of the routes themselves: OpenAPI 3.1 at `/v1/openapi.json`. What every route
//! shares (who may ask, bodies that are too large, a store that is away) is added here and not told at each.

use super::doors::{Subject, door};
use super::problems::{self, CODES};
use crate::app::App;
use crate::app::access::Action;
use crate::digest::hex;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;
use utoipa_axum::router::OpenApiRouter;

/// Methods that operations stand under.
const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];
/// What any route can answer that is for anybody.
const OPEN: &[&str] = &["too_many_requests", "store_unavailable", "internal_error"];
/// What any route can answer that asks who comes.
const GUARDED: &[&str] =
    &["unauthorized", "forbidden", "host_not_allowed", "too_many_requests", "store_unavailable", "internal_error"];
/// What any route that changes something can answer.
const CHANGING: &[&str] = &["origin_not_allowed", "csrf_failed"];
/// What any route can answer that is about a session.
const OF_A_SESSION: &[&str] = &["session_not_found"];
/// What any route with a body can answer.
const WITH_BODY: &[&str] = &["invalid_body", "not_json", "body_too_large"];
/// What any route with parameters in its query can answer.
const WITH_QUERY: &[&str] = &["invalid_query"];
/// What any route with parameters in its address can answer.
const WITH_PATH: &[&str] = &["invalid_path"];

const ABOUT: &str = "Practise technical interviews out loud. Interviews are held over the voice socket (`/v1/realtime`, \
docs/protocol.md); everything around them is here. Errors are RFC 9457 problems with a stable `code`. Lists come in pages: `next` of \
one is the `cursor` of the following. What can be read carries an `ETag` where it can be asked for again with `If-None-Match`.";

/// The description as it is sent, and its tag.
pub struct Described {
    /// The document.
    pub document: Value,
    text: String,
    tag: String,
}

static DESCRIBED: LazyLock<Described> = LazyLock::new(|| {
    let document = finished(super::routes());
    let text = document.to_string();
    let tag = format!("\"{}\"", hex(&Sha256::digest(text.as_bytes())[..16]));
    Described { document, text, tag }
});

/// The description of this build.
pub fn described() -> &'static Described {
    &DESCRIBED
}

/// This description of the interface
#[utoipa::path(get, path = "/v1/openapi.json", tag = "server", operation_id = "describe", responses(
    (status = 200, description = "OpenAPI 3.1", body = Value),
    (status = 304, description = "as the tag in If-None-Match says"),
))]
pub async fn openapi(request: Request) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH);
    let described = described();
    let mut response = match known.is_some_and(|known| known.as_bytes() == described.tag.as_bytes()) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, "application/json")], described.text.as_str()).into_response(),
    };
    response.headers_mut().extend(HeaderValue::from_str(&described.tag).ok().map(|tag| (header::ETAG, tag)));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Tells of each route what all of its kind share, by its door.
fn finished(router: OpenApiRouter<App>) -> Value {
    // What the library made of types always serialises.
    let mut document = serde_json::to_value(router.into_openapi()).unwrap_or_default();
    for (method, path, operation) in operations(&mut document) {
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap_or_default();
        let mut common = if method.is_safe() { Vec::new() } else { CHANGING.to_vec() };
        if method == Method::GET && path.starts_with("/v1/") && !is_socket(operation) {
            operation["responses"]["304"] = json!({"description": "nothing changed since the tag in If-None-Match"});
        }
        match door(&method, path) {
            Some((Action::Enter, _)) => {
                common.extend(OPEN);
                operation.insert("security".to_owned(), json!([]));
            }
            Some((_, Subject::Session)) => common.extend([GUARDED, OF_A_SESSION].concat()),
            Some(_) | None => common.extend(GUARDED),
        }
        complete(operation, &common);
    }
    document["security"] = json!([{"key": []}, {"basic": []}, {"page": []}]);
    document["info"] = json!({
        "title": "Viva",
        "version": env!("CARGO_PKG_VERSION"),
        "description": ABOUT,
        "license": {"name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE")},
    });
    document["components"]["schemas"]["Problem"] = problem_schema();
    document["components"]["securitySchemes"] = json!({
        "key": {"type": "http", "scheme": "bearer", "description": "an API token, a client secret, or `serve.api_key`"},
        "basic": {"type": "http", "scheme": "basic", "description": "any name, the key as the password"},
        "page": {"type": "apiKey", "in": "cookie", "name": super::auth::COOKIE, "description": "what the page is given"},
    });
    document
}

fn is_socket(operation: &Map<String, Value>) -> bool {
    operation.get("responses").is_some_and(|responses| responses.get("101").is_some())
}

/// Method, path and operation of each.
fn operations(document: &mut Value) -> impl Iterator<Item = (&str, &str, &mut Map<String, Value>)> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    paths.flat_map(|(path, operations)| {
        let operations = operations.as_object_mut().into_iter().flatten();
        operations
            .filter(|(method, _)| METHODS.contains(&method.as_str()))
            .filter_map(|(method, operation)| Some((method.as_str(), path.as_str(), operation.as_object_mut()?)))
    })
}

/// Adds what the operation's form implies, and turns codes into answers.
fn complete(operation: &mut Map<String, Value>, common: &[&'static str]) {
    let has = |place: &str| {
        let parameters = operation.get("parameters").and_then(Value::as_array);
        parameters.is_some_and(|parameters| parameters.iter().any(|parameter| parameter["in"] == place))
    };
    let mut codes: Vec<&'static str> = common.to_vec();
    codes.extend(if operation.contains_key("requestBody") { WITH_BODY } else { &[] });
    codes.extend(if has("query") { WITH_QUERY } else { &[] });
    codes.extend(if has("path") { WITH_PATH } else { &[] });
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for name in codes {
        let Some(code) = problems::ALL.iter().find(|code| code.name == name) else { continue };
        let response = responses.entry(code.status.as_str()).or_insert_with(|| json!({}));
        if response.get(CODES).is_none() {
            response[CODES] = json!([]);
        }
        if let Some(codes) = response[CODES].as_array_mut().filter(|codes| !codes.contains(&json!(name))) {
            codes.push(json!(name));
        }
    }
    for response in responses.values_mut() {
        let contents = response.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten();
        for (_, content) in contents.filter(|(kind, _)| kind.starts_with("audio/")) {
            content["schema"] = json!({"type": "string", "format": "binary"});
        }
        let Some(codes) = response.as_object_mut().and_then(|response| response.remove(CODES)) else { continue };
        let meaning = |code: &problems::Code| format!("- `{}`: {}", code.name, code.means);
        let told: Vec<String> = problems::ALL.iter().filter(|code| holds(&codes, code.name)).map(meaning).collect();
        response["description"] = json!(told.join("\n"));
        response["content"]["application/problem+json"]["schema"] = json!({"allOf": [
            {"$ref": "#/components/schemas/Problem"},
            {"type": "object", "properties": {"code": {"enum": codes}}},
        ]});
    }
}

fn holds(codes: &Value, name: &str) -> bool {
    codes.as_array().is_some_and(|codes| codes.iter().any(|code| code == name))
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "An error, as RFC 9457 has it.",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": {"type": "string", "description": "`urn:viva:problem:` and the code."},
            "title": {"type": "string", "description": "The status in words."},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "A sentence for a person, that says what to do."},
            "code": {"type": "string", "description": "Stable: what programs go by."},
        },
    })
}
