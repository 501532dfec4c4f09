//! People against a real server: signing in, up and out, tokens, what an admin does, and what is refused.

use super::people_support::*;
use super::support::*;
use crate::app::access::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn who_signs_in_gets_a_cookie_that_only_our_page_can_use() {
    let server = accounts(|_| {}).await;
    let ada = server.person("ada", Role::Candidate).await;
    assert_eq!(server.rest("GET", "/v1/me", None).await.0, 401);
    assert_eq!(ada.rest("GET", "/v1/me", None).await.1["person"]["email"], "ada@example.org");
    let consent = json!({"consent": {"recording": false}});
    assert_eq!(ada.rest("POST", "/v1/sessions", Some(consent.clone())).await.0, 201);
    let bare = ada.without_csrf();
    let (status, problem) = bare.rest("POST", "/v1/sessions", Some(consent.clone())).await;
    assert_eq!((status, &problem["code"]), (403, &json!("csrf_failed")));
    let foreign = ada.with_header("origin", "https://evil.example");
    let (status, problem) = foreign.rest("POST", "/v1/sessions", Some(consent)).await;
    assert_eq!((status, &problem["code"]), (403, &json!("origin_not_allowed")));
    let cookie = ada.set_cookie.clone().expect("a cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=7776000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && cookie.starts_with("viva_session="), "{cookie}");
    assert_eq!(ada.rest("POST", "/v1/sign-out", None).await.0, 204);
    assert_eq!(ada.rest("GET", "/v1/me", None).await.0, 401, "the cookie is good no more");
}

#[tokio::test]
async fn behind_https_cookies_are_bound_to_the_host() {
    let server = accounts(|config| config.accounts.public_url = Some("https://viva.example".into())).await;
    let ada = server.person("ada", Role::Candidate).await;
    let cookie = ada.set_cookie.clone().expect("a cookie");
    assert!(cookie.starts_with("__Host-viva_session=") && cookie.contains("; Secure"), "{cookie}");
    assert_eq!(ada.rest("GET", "/v1/me", None).await.0, 200);
}

#[tokio::test]
async fn signing_in_again_ends_the_cookie_from_before() {
    let server = accounts(|_| {}).await;
    let first = server.person("ada", Role::Candidate).await;
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let second = first.sign_in("/v1/sign-in", body).await.expect("signed in");
    assert_ne!(first.cookie, second.cookie);
    assert_eq!(first.rest("GET", "/v1/me", None).await.0, 401);
    assert_eq!(second.rest("GET", "/v1/me", None).await.0, 200);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_email_are_one_answer_and_soon_too_many() {
    let server = accounts(|config| config.limits.sign_ins_per_minute = 4).await;
    server.person("ada", Role::Candidate).await;
    let try_in = async |email: &str| {
        let body = json!({"email": email, "password": "wrong password"});
        server.rest("POST", "/v1/sign-in", Some(body)).await
    };
    let (known, unknown) = (try_in("ada@example.org").await, try_in("nobody@example.org").await);
    assert_eq!((known.0, &known.1["code"]), (401, &json!("sign_in_failed")));
    assert_eq!(known, unknown);
    try_in("ada@example.org").await;
    try_in("ada@example.org").await;
    let response = server.request("POST", "/v1/sign-in", Some(json!({"email": "a@b", "password": "x"}))).await;
    assert_eq!(response.status(), 429);
    let wait: u64 = response.headers()["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=15).contains(&wait), "{wait}");
    assert_eq!(response.json::<Value>().await.expect("a problem")["code"], "too_many_requests");
}

#[tokio::test]
async fn an_invitation_makes_one_account_with_its_role() {
    let server = accounts(|_| {}).await;
    let admin = server.person("root", Role::Admin).await;
    let body = |link: &Value| json!({"name": "Eve", "email": "eve@example.org", "password": PASSWORD, "link": link});
    let (status, problem) =
        server.rest("POST", "/v1/sign-up", Some(json!({"name": "Eve", "email": "e@f", "password": PASSWORD}))).await;
    assert_eq!((status, &problem["code"]), (403, &json!("sign_up_closed")));
    let (status, invite) = admin.rest("POST", "/v1/admin/invites", Some(json!({"role": "coach"}))).await;
    assert_eq!(status, 201, "{invite}");
    assert!(invite["url"].as_str().expect("a url").starts_with("/sign-up#link_"), "{invite}");
    let eve = server.client().sign_in("/v1/sign-up", body(&invite["link"])).await.expect("signed up");
    assert_eq!(eve.rest("GET", "/v1/me", None).await.1["person"]["role"], "coach");
    let mut again = body(&invite["link"]);
    again["email"] = json!("eve2@example.org");
    let (status, problem) = server.rest("POST", "/v1/sign-up", Some(again)).await;
    assert_eq!((status, &problem["code"]), (410, &json!("link_used")));
    let (status, problem) = server.rest("POST", "/v1/sign-up", Some(body(&json!("link_0")))).await;
    assert_eq!((status, &problem["code"]), (404, &json!("link_not_found")));
}

#[tokio::test]
async fn an_email_that_is_taken_does_not_use_up_the_invitation() {
    let server = accounts(|_| {}).await;
    let admin = server.person("root", Role::Admin).await;
    let invite = admin.rest("POST", "/v1/admin/invites", Some(json!({"role": "candidate"}))).await.1;
    let body = |email: &str| json!({"name": "E", "email": email, "password": PASSWORD, "link": invite["link"]});
    let (status, problem) = server.rest("POST", "/v1/sign-up", Some(body("Root@Example.org"))).await;
    assert_eq!((status, &problem["code"]), (409, &json!("email_taken")));
    assert!(server.client().sign_in("/v1/sign-up", body("e@example.org")).await.is_ok());
}

#[tokio::test]
async fn an_admin_adds_people_who_set_their_password_by_a_link() {
    let server = accounts(|_| {}).await;
    let admin = server.person("root", Role::Admin).await;
    let new = json!({"name": "Bob", "email": "bob@example.org", "role": "coach"});
    let (status, added) = admin.rest("POST", "/v1/admin/people", Some(new)).await;
    assert_eq!(status, 201, "{added}");
    let body = json!({"link": added["link"]["link"], "password": PASSWORD});
    let bob = server.client().sign_in("/v1/sign-in/link", body.clone()).await.expect("signed in");
    assert_eq!(bob.rest("GET", "/v1/me", None).await.1["person"]["name"], "Bob");
    let (status, problem) = server.rest("POST", "/v1/sign-in/link", Some(body)).await;
    assert_eq!((status, &problem["code"]), (410, &json!("link_used")));
    let id = added["person"]["id"].as_str().expect("an id");
    let path = format!("/v1/admin/people/{id}");
    assert_eq!(admin.rest("PATCH", &path, Some(json!({"disabled": true}))).await.0, 200);
    assert_eq!(bob.rest("GET", "/v1/me", None).await.0, 401);
    let (status, problem) =
        server.rest("POST", "/v1/sign-in", Some(json!({"email": "bob@example.org", "password": PASSWORD}))).await;
    assert_eq!((status, &problem["code"]), (403, &json!("account_disabled")));
    assert_eq!(admin.rest("DELETE", &path, None).await.0, 204);
    assert_eq!(admin.rest("GET", &path, None).await.0, 404);
    let deeds = admin.rest("GET", &format!("/v1/admin/audit?subject={id}"), None).await.1;
    let actions: Vec<&str> =
        deeds["deeds"].as_array().expect("deeds").iter().filter_map(|deed| deed["action"].as_str()).collect();
    assert_eq!(actions, ["person_delete", "person_change", "sign_in", "password", "person_add"]);
}

#[tokio::test]
async fn the_last_admin_stays() {
    let server = accounts(|_| {}).await;
    let admin = server.person("root", Role::Admin).await;
    let path = format!("/v1/admin/people/{}", admin.id);
    for (method, body) in
        [("PATCH", json!({"role": "coach"})), ("PATCH", json!({"disabled": true})), ("DELETE", json!({}))]
    {
        let (status, problem) = admin.rest(method, &path, Some(body)).await;
        assert_eq!((status, &problem["code"]), (409, &json!("last_admin")), "{method}");
    }
    server.person("second", Role::Admin).await;
    assert_eq!(admin.rest("PATCH", &path, Some(json!({"role": "coach"}))).await.0, 200);
    assert_eq!(admin.rest("GET", "/v1/admin/people", None).await.0, 403, "at once");
}

#[tokio::test]
async fn a_token_does_what_its_owner_may_until_it_is_revoked() {
    let server = accounts(|_| {}).await;
    let ada = server.person("ada", Role::Candidate).await;
    let (status, made) = ada.rest("POST", "/v1/me/tokens", Some(json!({"name": "laptop", "days": 1}))).await;
    assert_eq!(status, 201, "{made}");
    let token = made["token"].as_str().expect("shown once").to_owned();
    let program = server.client().with_header("authorization", &format!("Bearer {token}"));
    assert_eq!(program.rest("POST", "/v1/sessions", Some(json!({"consent": {"recording": false}}))).await.0, 201);
    assert_eq!(program.rest("POST", "/v1/me/tokens", Some(json!({"name": "more"}))).await.0, 403);
    let listed = ada.rest("GET", "/v1/me/tokens", None).await.1;
    assert_eq!((&listed["tokens"][0]["name"], listed["tokens"][0].get("token")), (&json!("laptop"), None));
    let bearer = format!("Bearer {token}");
    assert!(server.inner.try_connect("", &[("authorization", &bearer)]).await.is_ok(), "stock clients come so");
    let minted = program.rest("POST", "/v1/realtime/client_secrets", Some(json!({}))).await.1;
    let secret = format!("Bearer {}", minted["value"].as_str().expect("a secret"));
    assert!(server.inner.try_connect("", &[("authorization", &secret)]).await.is_ok());
    let browser = server.client().with_header("authorization", &secret);
    assert_eq!(browser.rest("GET", "/v1/sessions", None).await.0, 403, "a secret is for interviews alone");
    let path = format!("/v1/me/tokens/{}", made["id"].as_str().expect("an id"));
    assert_eq!(ada.rest("DELETE", &path, None).await.0, 204);
    assert_eq!(program.rest("GET", "/v1/sessions", None).await.0, 401);
    assert_eq!(ada.rest("DELETE", &path, None).await.0, 404);
}

#[tokio::test]
async fn a_changed_password_signs_other_browsers_out() {
    let server = accounts(|_| {}).await;
    let ada = server.person("ada", Role::Candidate).await;
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let other = server.client().sign_in("/v1/sign-in", body).await.expect("signed in");
    let change = |current: &str| json!({"password": "another password", "current_password": current});
    let (status, problem) = ada.rest("PATCH", "/v1/me", Some(change("wrong password"))).await;
    assert_eq!((status, &problem["code"]), (403, &json!("wrong_password")));
    assert_eq!(ada.rest("PATCH", "/v1/me", Some(change(PASSWORD))).await.0, 200);
    assert_eq!((ada.rest("GET", "/v1/me", None).await.0, other.rest("GET", "/v1/me", None).await.0), (200, 401));
    let (_, me) = ada.rest("PATCH", "/v1/me", Some(json!({"retention_days": 30, "name": "Ada L."}))).await;
    assert_eq!((&me["retention_days"], &me["name"]), (&json!(30), &json!("Ada L.")));
    let (_, me) = ada.rest("PATCH", "/v1/me", Some(json!({"retention_days": null}))).await;
    assert_eq!((&me["retention_days"], &me["name"]), (&Value::Null, &json!("Ada L.")));
}

#[tokio::test]
async fn whoever_deletes_their_account_leaves_nothing_of_theirs() {
    let server = accounts(|_| {}).await;
    let ada = server.person("ada", Role::Candidate).await;
    let session = ada.session().await;
    assert_eq!(ada.rest("DELETE", "/v1/me?confirm=pers_0", None).await.0, 400);
    assert_eq!(ada.rest("DELETE", &format!("/v1/me?confirm={}", ada.id), None).await.0, 204);
    assert_eq!(ada.rest("GET", "/v1/me", None).await.0, 401);
    let store = server.inner.app.store();
    assert_eq!(store.session(&session).await.expect("answers"), None);
    assert!(store.tombstone("person", &ada.id).await.expect("answers").is_some());
    assert_eq!(store.person(&ada.id).await.expect("answers"), None);
}

#[tokio::test]
async fn a_server_without_accounts_has_none_to_sign_in_to() {
    let server = Server::start(|_| {}).await;
    let ways = server.rest("GET", "/v1/sign-in", None).await.1;
    assert_eq!(ways, json!({"accounts": false, "sign_up": "invite", "providers": [], "signed_in": true}));
    let (status, problem) = server.rest("POST", "/v1/sign-in", Some(json!({"email": "a@b", "password": "x"}))).await;
    assert_eq!((status, &problem["code"]), (404, &json!("accounts_off")));
    assert_eq!(
        server.rest("GET", "/v1/me", None).await.1,
        json!({"kind": "single", "person": null, "csrf": null, "today": null})
    );
}
