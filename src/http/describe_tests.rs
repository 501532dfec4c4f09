//! The description of the REST interface against the router, and its page against the description.

use super::describe::described;
use super::doors::DOORS;
use super::support::*;
use serde_json::Value;
use std::collections::BTreeSet;

fn paths() -> Vec<(String, String, Value)> {
    let paths = described().document["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(path, operations)| {
        let operations = operations.as_object().expect("operations");
        operations.iter().map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation.clone()))
    });
    operations.collect()
}

#[tokio::test]
async fn every_route_that_is_described_is_there() {
    let server = Server::start(|_| {}).await;
    for (method, path, operation) in paths() {
        let path = path
            .replace("{id}", "sess_00000000000000000000000000000000")
            .replace("{file}", "header.json")
            .replace("{track}", "candidate");
        let path = path.replace(['{', '}'], "");
        let answer = server.request(&method, &path, None).await;
        let status = answer.status().as_u16().to_string();
        let declared = &operation["responses"][&status];
        assert!(declared.is_object(), "{method} {path} answers {status}, which is not described");
        if status.starts_with('4') || status.starts_with('5') {
            let problem: Value = answer.json().await.expect("a problem");
            let codes =
                &declared["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"];
            let codes = codes.as_array().expect("codes");
            assert!(codes.contains(&problem["code"]), "{method} {path}: {problem} is not described");
        }
    }
}

#[test]
fn no_route_is_added_without_a_description() {
    let router = include_str!("mod.rs");
    for word in [".route(", ".nest(", ".nest_service(", ".route_service(", ".fallback_service("] {
        assert!(
            !router.contains(word),
            "src/http/mod.rs has `{word}`: use `.routes(routes!(…))`, which describes what it adds"
        );
    }
}

#[test]
fn every_route_has_a_door_and_every_door_a_route() {
    let described: BTreeSet<(String, String)> = paths().into_iter().map(|(method, path, _)| (method, path)).collect();
    let doors = DOORS.iter().map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(described, doors);
}

#[test]
fn every_operation_has_a_name_of_its_own_a_summary_and_a_place_on_the_page() {
    let mut names = BTreeSet::new();
    for (method, path, operation) in paths() {
        let name = operation["operationId"].as_str().unwrap_or_default().to_owned();
        assert!(!name.is_empty() && names.insert(name.clone()), "{method} {path}: {name} stands twice");
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{method} {path}");
        assert!(operation["tags"].as_array().is_some_and(|tags| tags.len() == 1), "{method} {path}");
        assert!(operation["responses"].to_string().contains("internal_error"), "{method} {path}");
    }
}

#[test]
fn every_type_that_is_named_is_described() {
    let document = &described().document;
    let text = document.to_string();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().expect("a name");
        assert!(document["components"]["schemas"][name].is_object(), "{name} is not described");
    }
}

#[tokio::test]
async fn the_description_is_served_and_asked_for_again_by_its_tag() {
    let server = Server::start(|_| {}).await;
    let answer = server.request("GET", "/v1/openapi.json", None).await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    let tag = answer.headers()["etag"].clone();
    let document: Value = answer.json().await.expect("JSON");
    assert_eq!(document["openapi"], "3.1.0");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let address = format!("http://{}/v1/openapi.json", server.address);
    let again = client.get(address).header("if-none-match", tag).send().await.expect("an answer");
    assert_eq!(again.status(), 304);
}

#[tokio::test]
async fn the_page_of_the_description_names_every_route_and_loads_nothing_from_elsewhere() {
    let server = Server::start(|_| {}).await;
    let answer = server.request("GET", "/v1/docs", None).await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.expect("text");
    for (method, path, operation) in paths() {
        let name = operation["operationId"].as_str().expect("a name");
        assert!(page.contains(&format!("<details id=\"{name}\">")), "{method} {path}");
        assert!(page.contains(&path.replace('/', "&#x2f;")) || page.contains(&path), "{method} {path}");
    }
    assert!(!page.contains("<script") && !page.contains("http:&#x2f;") && !page.contains("src=\""), "outside things");
    assert!(!page.contains("style=\""), "the content security policy lets no inline style");
    assert_eq!(server.request("GET", "/v1/docs.css", None).await.status(), 200);
}
