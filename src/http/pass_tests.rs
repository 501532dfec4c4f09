//! A candidate's own sockets, when they may no longer hold them: over real sockets.

use super::people_support::*;
use super::support::Client;
use crate::app::access::Role;
use serde_json::{Value, json};

const GONE: (u16, &str) = (4403, "no longer allowed");

async fn interview(asker: &Asker) -> String {
    let body = json!({"question": "parcel-lockers", "consent": {"recording": true}});
    let (status, made) = asker.rest("POST", "/v1/sessions", Some(body)).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().expect("an id").to_owned()
}

/// Joins with what is shown; the greeting was heard.
async fn joined(server: &Accounts, session: &str, shown: (&'static str, &str)) -> Client {
    let mut client = server.inner.try_connect(&format!("session={session}"), &[shown]).await.expect("a socket");
    client.until("response.done").await;
    client
}

async fn is_sent_away(mut client: Client) {
    let (_, closed) = client.read_on_to_close().await;
    assert_eq!((closed.code, closed.reason.as_str()), GONE);
}

#[tokio::test]
async fn who_signs_out_leaves_the_interview_and_goes_on_when_they_are_back() {
    let server = accounts(|_| {}).await;
    let ada = server.person("ada", Role::Candidate).await;
    let session = interview(&ada).await;
    let mut voice = joined(&server, &session, ("cookie", &ada.cookie)).await;
    let path = format!("/v1/sessions/{session}/editor");
    let editor = server.inner.open(&path, &[("cookie", &ada.cookie)]).await.expect("a socket");
    // Somebody else's change moves nobody.
    let other = server.person("other", Role::Candidate).await;
    assert!(other.rest("POST", "/v1/sign-out", None).await.0 < 300);
    voice.type_turn("I would use a hash map.").await;
    voice.until("response.done").await;
    let heard = voice.last_event.clone().expect("numbered");
    assert!(ada.rest("POST", "/v1/sign-out", None).await.0 < 300);
    is_sent_away(voice).await;
    is_sent_away(editor).await;
    assert!(server.inner.try_connect(&format!("session={session}"), &[("cookie", &ada.cookie)]).await.is_err());
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let back = server.client().sign_in("/v1/sign-in", body).await.expect("signed in");
    assert_eq!(back.rest("GET", &format!("/v1/sessions/{session}"), None).await.1["state"], "live");
    let query = format!("session={session}&after={heard}");
    let mut voice = server.inner.try_connect(&query, &[("cookie", &back.cookie)]).await.expect("a socket");
    assert_eq!(voice.until("x.session").await["resumed"], json!(true));
    voice.type_turn("Its keys are the sizes.").await;
    voice.until("response.done").await;
}

#[tokio::test]
async fn a_token_that_is_revoked_and_an_account_that_is_disabled_end_their_sockets() {
    let server = accounts(|_| {}).await;
    let (ada, admin) = (server.person("ada", Role::Candidate).await, server.person("admin", Role::Admin).await);
    let made = ada.rest("POST", "/v1/me/tokens", Some(json!({"name": "t"}))).await.1;
    let bearer = format!("Bearer {}", made["token"].as_str().expect("a token"));
    let (first, second) = (interview(&ada).await, interview(&ada).await);
    let by_token = joined(&server, &first, ("authorization", &bearer)).await;
    let mut by_cookie = joined(&server, &second, ("cookie", &ada.cookie)).await;
    let id = |made: &Value| made["id"].as_str().expect("an id").to_owned();
    let listed = ada.rest("GET", "/v1/me/tokens", None).await.1;
    assert_eq!(ada.rest("DELETE", &format!("/v1/me/tokens/{}", id(&listed["tokens"][0])), None).await.0, 204);
    is_sent_away(by_token).await;
    by_cookie.type_turn("I would use a hash map.").await;
    by_cookie.until("response.done").await;
    let disabled = format!("/v1/admin/people/{}", ada.id);
    assert_eq!(admin.rest("PATCH", &disabled, Some(json!({"disabled": true}))).await.0, 200);
    is_sent_away(by_cookie).await;
}

#[tokio::test]
async fn a_client_secret_opens_a_socket_that_outlives_it_but_not_its_person() {
    let server = accounts(|_| {}).await;
    let (ada, admin) = (server.person("ada", Role::Candidate).await, server.person("admin", Role::Admin).await);
    let session = interview(&ada).await;
    let minted = ada.rest("POST", "/v1/realtime/client_secrets", Some(json!({}))).await.1;
    let bearer = format!("Bearer {}", minted["value"].as_str().expect("a secret"));
    let mut client = joined(&server, &session, ("authorization", &bearer)).await;
    server.inner.app.secrets().end_all();
    // Now everybody is looked at again.
    assert!(ada.rest("POST", "/v1/sign-out", None).await.0 < 300);
    client.type_turn("I would use a hash map.").await;
    client.until("response.done").await;
    let disabled = format!("/v1/admin/people/{}", ada.id);
    assert_eq!(admin.rest("PATCH", &disabled, Some(json!({"disabled": true}))).await.0, 200);
    is_sent_away(client).await;
}
