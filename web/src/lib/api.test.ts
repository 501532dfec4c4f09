import { afterEach, expect, test, vi } from "vitest";
import { ApiError, address, call, credentials, titleOf } from "./api";

/** Requests that were sent; each is answered with the same. */
function answering(status: number, body?: unknown): { url: string; options: RequestInit }[] {
  const sent: { url: string; options: RequestInit }[] = [];
  vi.stubGlobal("fetch", async (url: string, options: RequestInit) => {
    sent.push({ url, options });
    return new Response(body === undefined ? null : JSON.stringify(body), { status });
  });
  return sent;
}

afterEach(() => {
  vi.unstubAllGlobals();
  credentials.csrf = "";
  credentials.refused = () => {};
});

test("what goes into an address is written so that it stays in its place", () => {
  expect(address("/v1/sessions/{id}/recording/{file}", { id: "sess_1", file: "a b/../c" })).toBe(
    "/v1/sessions/sess_1/recording/a%20b%2F..%2Fc",
  );
});

test("a request has the method, the address, the query and the body of its route", async () => {
  const sent = answering(200, { sessions: [], next: null });
  await call("GET /v1/sessions", { query: { limit: 5, granted: true } });
  await call("PATCH /v1/sessions/{id}/notes/{note}", { path: { id: "s", note: "n" }, body: { text: "so" } });
  expect(sent.map(({ url, options }) => [options.method, url, options.body])).toEqual([
    ["GET", "/v1/sessions?limit=5&granted=true", undefined],
    ["PATCH", "/v1/sessions/s/notes/n", '{"text":"so"}'],
  ]);
});

test("only what changes something shows whose page it is", async () => {
  credentials.csrf = "secret";
  const sent = answering(204);
  expect(await call("POST /v1/sign-out")).toBeNull();
  await call("GET /v1/me").catch(() => {});
  const shown = sent.map(({ options }) => (options.headers as Record<string, string>)["x-viva-csrf"]);
  expect(shown).toEqual(["secret", undefined]);
});

test("a problem is told in the server's own words, as a sentence, with its code", async () => {
  answering(409, { title: "Conflict", detail: "the interview runs", code: "interview_running" });
  const failed = await call("DELETE /v1/sessions/{id}", { path: { id: "s" } }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(ApiError);
  expect(failed).toMatchObject({ message: "The interview runs.", status: 409, code: "interview_running" });
});

test("whoever is no longer let in is asked to sign in, but not for a wrong password", async () => {
  let refused = 0;
  credentials.refused = () => refused++;
  answering(401, { detail: "sign in", code: "unauthorized" });
  await call("GET /v1/me").catch(() => {});
  answering(401, { detail: "wrong", code: "sign_in_failed" });
  await call("POST /v1/sign-in", { body: { email: "a@b.c", password: "x" } }).catch(() => {});
  expect(refused).toBe(1);
});

test("a server that is away is told from one that refuses", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("away")));
  await expect(call("GET /v1/providers")).rejects.toMatchObject({ status: 0 });
});

test("an interview without a question is a free conversation", () => {
  expect(titleOf({ question: null })).toBe("Free conversation");
  expect(titleOf({ question: { title: "Lost gloves" } })).toBe("Lost gloves");
});
