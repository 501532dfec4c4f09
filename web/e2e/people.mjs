// The fifth story: a server with accounts. Somebody signs in where they wanted to go, makes a token, invites somebody, signs out.
import assert from "node:assert/strict";
import { accessible } from "./axe.mjs";
import { shoot } from "./shots.mjs";
import { step, WAIT_MS_MAX, watched } from "./traffic.mjs";

const ADA = { email: "ada@viva.test", password: "eleven quiet geese" };
const BEN = { name: "Ben", email: "ben@viva.test", password: "a boat made of paper" };

/** Tells the story. */
export async function people({ browser, another }) {
  const server = await another({ config: "[accounts]\nenabled = true\n" });
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
  await accessible(page, "the way in");
  await shoot(page, "sign-in");
  await page.getByLabel("Email").fill(ADA.email);
  await page.getByLabel("Password").fill("not the password");
  await button("Sign in").click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Password").fill(ADA.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Lost gloves" }).waitFor();

  step("an interview is begun by who is signed in");
  await page.getByRole("radio", { name: /^No/ }).check();
  await button("Start the interview").click();
  await page.getByRole("textbox", { name: /^Code in Python/ }).waitFor();
  await button("End").click();
  await button("End it").click();
  await page.getByRole("heading", { name: /that was it/ }).waitFor();

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
  assert.deepEqual(other.complaints, [], "the browser has nothing to complain about");
  await other.context.close();

  step("signed out: nothing can be read any more");
  await button("Sign out").click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.equal((await context.request.get(`${url}/v1/sessions`)).status(), 401);
  await page.goto(url);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  // A wrong password is answered by 401, which browsers write down; it was typed on purpose.
  assert.deepEqual(
    complaints.filter((line) => !/401/.test(line)),
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
