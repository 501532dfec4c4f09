//! Whatever a server reads is found by an index, in either database: no statement of a route or of the work behind it goes through a
//! whole table. PostgreSQL tells what it was asked; the text of SQL is the same for SQLite.

use super::exports_tests::{ID, with_interview};
use super::people_support::*;
use crate::app::access::Role;
use crate::store::support::Place;
use serde_json::json;
use std::collections::BTreeMap;

/// What the databases call a table, in a plan that reads all of it.
const WHOLE: [&str; 2] = ["Seq Scan on ", "SCAN "];
/// What such a plan may read whole: rows that the statement itself made a moment before, of which there are a page or two.
const MADE: [&str; 6] = ["found", "had", "singles", "times", "CONSTANT", "(subquery"];

/// The paths of everything that is read, filled in.
fn paths() -> Vec<String> {
    let document = &super::describe::described().document;
    let read = document["paths"].as_object().expect("paths").iter();
    let read = read.filter(|(path, of)| path.starts_with("/v1") && of.get("get").is_some());
    let filled = read.map(|(path, _)| {
        let path = path.replace("/questions/{id}", "/questions/parcel-lockers").replace("{id}", ID);
        let path = path.replace("{file}", "header.json").replace("{track}", "candidate");
        path.replace("{", "").replace("}", "_00000000000000000000000000000000")
    });
    let mut paths: Vec<String> = filled.collect();
    assert!(paths.len() > 40, "{paths:?}");
    for of in ["", "granted=true&"] {
        for query in ["question=two-sum", "state=broken", "question=two-sum&state=broken", "from_ms=1&before_ms=2"] {
            paths.push(format!("/v1/sessions?{of}{query}"));
            paths.push(format!("/v1/sessions?{of}{query}&cursor=MS5zZXNzXzE"));
        }
        paths.push(format!("/v1/sessions?{of}cursor=MS5zZXNzXzE"));
    }
    paths.push(format!("/v1/admin/audit?subject={ID}"));
    paths
}

/// What was asked, with PostgreSQL's plan.
type Asked = BTreeMap<String, String>;

/// Where there are no accounts and an interview with all that is made of one.
async fn asked_by_one_person() -> Asked {
    let place = Place::postgres().await;
    let server = with_interview(|config| config.store = place.config.clone()).await;
    for path in paths() {
        server.request("GET", &path, None).await.bytes().await.expect("an answer");
    }
    server.app.store().plans().await
}

/// Where there are accounts, by somebody of each role.
async fn asked_by_people() -> Asked {
    let place = Place::postgres().await;
    let server = accounts(|config| config.store = place.config.clone()).await;
    let owner = server.person("owner", Role::Candidate).await;
    let mut askers = vec![server.person("admin", Role::Admin).await, server.person("coach", Role::Coach).await];
    let session = owner.session().await;
    let body = json!({"email": "coach@example.org", "all": true});
    assert_eq!(owner.rest("POST", &format!("/v1/sessions/{session}/grants"), Some(body)).await.0, 201);
    askers.push(owner);
    for asker in &askers {
        for path in paths() {
            asker.send("GET", &path.replace(ID, &session), None).await.bytes().await.expect("an answer");
        }
    }
    server.inner.app.store().plans().await
}

#[tokio::test]
async fn whatever_is_read_is_found_by_an_index() {
    let mut asked = asked_by_one_person().await;
    asked.extend(asked_by_people().await);
    assert!(asked.len() > 40, "only these were asked: {:?}", asked.keys());
    let place = Place::sqlite();
    let sqlite = place.open().await;
    let mut whole = String::new();
    for (sql, plan) in asked {
        for (plan, of) in [(plan, "PostgreSQL"), (sqlite.plan(&sql).await, "SQLite")] {
            let reads_whole = |line: &str| {
                let read = WHOLE.iter().find_map(|words| Some(line.trim().split_once(words)?.1));
                read.is_some_and(|of| !of.contains("USING") && !MADE.iter().any(|made| of.starts_with(made)))
            };
            if plan.lines().any(reads_whole) {
                whole += &format!("{of} reads a whole table for\n{sql}\n{plan}\n");
            }
        }
    }
    assert!(whole.is_empty(), "{whole}");
}
