// The fifth story: a server with accounts. Somebody signs in where they wanted to go, makes a token, invites somebody, signs out.
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { accessible } from "./axe.mjs";
import { shoot } from "./shots.mjs";
import { step, WAIT_MS_MAX, watched } from "./traffic.mjs";

const ADA = { email: "ada@viva.test", password: "eleven quiet geese" };
const BEN = { name: "Ben", email: "ben@viva.test", password: "a boat made of paper" };

/** The provider is only named: nobody goes there in this story. */
const ACCOUNTS = `
[accounts]
enabled = true
public_url = "http://viva.test"
[[accounts.oidc]]
name = "campus"
title = "Campus"
issuer = "https://campus.test"
client_id = "viva"
`;
const SAID = "I would count left and right gloves of each model.";
const WRITTEN = "# counted by model";

/** Tells the story. */
export async function people({ browser, another }) {
  const server = await another({ config: ACCOUNTS });
  server.run(
    ["people", "add", "--role", "admin", "--name", "Ada", "--email", ADA.email, "--password-stdin"],
    ADA.password,
  );
  const { url } = server;
  const { context, page, complaints } = await visitor(browser);
  const button = (name) => page.getByRole("button", { name, exact: true });

  step("nobody gets in without signing in, and then to where they wanted to go");
  await page.goto(`${url}/questions/lost-gloves?by=text`);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  const campus = await page.getByRole("link", { name: "Sign in with Campus" }).getAttribute("href");
  assert.equal(campus, `/v1/sign-in/oidc/campus?to=${encodeURIComponent("/questions/lost-gloves?by=text")}`);
  await accessible(page, "the way in");
  await shoot(page, "sign-in");
  await page.getByLabel("Email").fill(ADA.email);
  await page.getByLabel("Password").fill("not the password");
  await button("Sign in").click();
  await page.getByRole("alert").waitFor();
  await accessible(page, "the way in with a problem");
  await shoot(page, "sign-in-problem");
  await page.getByLabel("Password").fill(ADA.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Lost gloves" }).waitFor();

  step("an interview is begun by who is signed in");
  await page.getByRole("radio", { name: /^No/ }).check();
  await button("Start the interview").click();
  await page.getByRole("textbox", { name: /^Code in Python/ }).waitFor();
  await button("End").click();
  await button("End it").click();
  await page.getByRole("heading", { name: /that was it/i }).waitFor();

  step("the account: a token that works until it is taken back");
  await button("New interview").click();
  await page.getByRole("link", { name: "Account of Ada" }).click();
  await page.getByRole("heading", { name: "Account", exact: true }).waitFor();
  await page.getByLabel("What it is for").fill("A script of mine");
  await button("Make a token").click();
  const token = await page.locator("code").innerText();
  await accessible(page, "the account");
  await shoot(page, "account");
  const asked = async () =>
    (await fetch(`${url}/v1/sessions`, { headers: { authorization: `Bearer ${token}` } })).status;
  assert.equal(await asked(), 200, "the token lets a program in");
  await button("Take back A script of mine").click();
  await page.getByText("is good no more").waitFor();
  assert.equal(await asked(), 401, "the token lets nobody in any more");
  await button("Make an archive").click();
  const archive = page.getByRole("region", { name: "Take everything along" });
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    archive.getByRole("link", { name: "Save" }).click(),
  ]);
  assert.ok((await stat(await saved.path())).size > 1_000, "the archive holds something");
  await accessible(page, "an archive");
  await shoot(page, "account-archive");
  await archive.getByRole("button", { name: "Delete the archive" }).click();
  await archive.getByRole("link", { name: "Save" }).waitFor({ state: "detached" });
  await page.getByLabel("Name").fill("Ada L.");
  await button("Save").click();
  await page.getByRole("heading", { name: "Ada L." }).waitFor();

  step("an invitation");
  const { csrf } = await (await context.request.get(`${url}/v1/me`)).json();
  const invited = await context.request.post(`${url}/v1/admin/invites`, {
    data: { role: "candidate" },
    headers: { "x-viva-csrf": csrf, origin: url },
  });
  assert.equal(invited.status(), 201, await invited.text());
  const link = await invited.json();
  const other = await visitor(browser);
  for (const [address, heading] of [
    ["/sign-up", "Make an account"],
    ["/password", "Choose a new password"],
    [`/password#${link.link}`, "Choose a new password"],
  ]) {
    await other.page.goto(`${url}${address}`);
    await other.page.reload();
    await other.page.getByRole("heading", { name: heading }).waitFor();
    await accessible(other.page, address);
    await shoot(other.page, address.replace(/\W+/g, "-").slice(1, 14));
  }
  await other.page.goto(`${url}/sign-up#${link.link}`);
  await other.page.getByLabel("Name").fill(BEN.name);
  await other.page.getByLabel("Email").fill(BEN.email);
  await other.page.getByLabel("Password").fill(BEN.password);
  await accessible(other.page, "the invitation");
  await shoot(other.page, "sign-up");
  await other.page.getByRole("button", { name: "Make the account" }).click();
  await other.page.getByRole("link", { name: "Account of Ben" }).waitFor();
  assert.equal(new URL(other.page.url()).pathname, "/");
  await other.page.getByText("Nothing yet.").waitFor();
  await other.page.goto(`${url}/no/such/place`);
  await other.page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
  await accessible(other.page, "an address that means nothing");
  await shoot(other.page, "nowhere");
  assert.deepEqual(other.complaints, [], "the browser has nothing to complain about");
  await other.context.close();

  step("a coach sets a question; whoever has the link joins without an account, once");
  await page.getByRole("link", { name: "Coaching" }).click();
  await page.getByRole("heading", { name: "Coaching", exact: true }).waitFor();
  await page.getByText("None yet. Set a question above").waitFor();
  await accessible(page, "the coach's screen with nothing on it");
  await shoot(page, "coach-empty");
  await page.getByRole("combobox", { name: /^Question/ }).selectOption("lost-gloves");
  await page.getByRole("combobox", { name: /^Length/ }).selectOption("15");
  await page.getByRole("radio", { name: "By topic" }).check();
  await page.getByRole("combobox", { name: /^Topic/ }).selectOption("intervals");
  await page.getByRole("combobox", { name: /^Held/ }).selectOption("text");
  await button("Make a link").click();
  const set = page.getByRole("region", { name: "Questions you set" });
  await set.getByText("15 minutes · in writing").waitFor();
  await accessible(page, "a question set by its topic");
  await shoot(page, "coach-topic");
  await set.getByRole("button", { name: /^Take back/ }).click();
  await page.getByText("None yet. Set a question above").waitFor();
  await page.getByRole("radio", { name: "A question" }).check();
  await page.getByRole("combobox", { name: /^Held/ }).selectOption("voice");
  await button("Make a link").click();
  const invitation = await page.locator("code").innerText();
  assert.match(invitation, /^http:\/\/viva\.test\/join#/);
  // That is where the server says it is; here it is elsewhere.
  const door = invitation.replace("http://viva.test", url);
  await accessible(page, "the coach's screen");
  await shoot(page, "coach");
  const candidate = await visitor(browser);
  await candidate.page.goto(door);
  await candidate.page.getByRole("heading", { name: "Lost gloves" }).waitFor();
  await candidate.page.getByText("Ada L. invites you to an interview").waitFor();
  await candidate.page.getByRole("heading", { name: "Where your words go" }).waitFor();
  await candidate.page.getByLabel("How shall we call you?").fill("Cleo");
  await candidate.page.getByRole("radio", { name: "Type" }).check();
  await candidate.page.getByRole("radio", { name: /^Yes.*Ada L\. can read/ }).check();
  await accessible(candidate.page, "the coach's invitation");
  await shoot(candidate.page, "join");
  await candidate.page.getByRole("button", { name: "Start the interview" }).click();
  const code = candidate.page.getByRole("textbox", { name: /^Code in Python/ });
  await code.waitFor();

  step("the coach follows it, unseen");
  await page.reload();
  await page
    .getByRole("region", { name: "Interviews you may read" })
    .getByRole("link", { name: "Lost gloves" })
    .click();
  await candidate.page.getByRole("textbox", { name: "Your answer" }).fill(SAID);
  await candidate.page.keyboard.press("Enter");
  await page.getByRole("region", { name: "What was said" }).getByText(SAID).waitFor();
  await code.click();
  await candidate.page.keyboard.press("Control+End");
  await candidate.page.keyboard.type(WRITTEN);
  await page.getByRole("region", { name: "Code", exact: true }).getByText(WRITTEN).waitFor();
  await accessible(page, "a running interview as it is followed");
  await shoot(page, "watch");
  await candidate.page.getByRole("button", { name: "End", exact: true }).click();
  await candidate.page.getByRole("button", { name: "End it" }).click();
  await page.getByRole("link", { name: "Look back at it" }).click();
  await page.getByRole("heading", { name: "Where the time went" }).waitFor();
  await candidate.page.getByRole("link", { name: "Look back at it" }).click();
  await candidate.page.getByRole("button", { name: "Share" }).click();
  await candidate.page.getByRole("heading", { name: "Shared with" }).waitFor();
  await accessible(candidate.page, "sharing");
  await shoot(candidate.page, "share");
  await candidate.page.getByLabel("Email of their account").fill(ADA.email);
  await candidate.page.getByLabel("All of my interviews").check();
  await candidate.page.getByRole("dialog").getByRole("button", { name: "Share" }).click();
  await candidate.page.getByText("all interviews").waitFor();
  assert.deepEqual(candidate.complaints, [], "the browser has nothing to complain about");
  await candidate.page.goto(door);
  await candidate.page.getByRole("heading", { name: "This link cannot be used" }).waitFor();
  await accessible(candidate.page, "a link that is used up");
  await shoot(candidate.page, "join-used");
  await candidate.context.close();

  step("the coach's candidates, and how they get on");
  await page.getByRole("link", { name: "Coaching" }).click();
  await page.getByText("taken up by Cleo").waitFor();
  const people = page.getByRole("region", { name: "Your candidates" });
  await people.getByText("one interview").waitFor();
  await people.getByRole("button", { name: "Progress of Cleo" }).click();
  await people.getByRole("heading", { name: "How Cleo gets on" }).waitFor();
  await accessible(page, "the coach's screen with candidates");
  await shoot(page, "coach-people");

  step("signed out: nothing can be read any more");
  await page.getByRole("link", { name: "Account of Ada L." }).click();
  await button("Sign out").click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.equal((await context.request.get(`${url}/v1/sessions`)).status(), 401);
  await page.goto(url);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  // Browsers write down what is refused: a wrong password (401).
  assert.deepEqual(
    complaints.filter((line) => !/status of 401.*\/v1\/sign-in$/.test(line)),
    [],
    "the browser has nothing to complain about",
  );
  await context.close();
  await server.close();
}

async function visitor(browser) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(WAIT_MS_MAX);
  return { context, ...(await watched(context)) };
}
