// An OpenID Connect provider to test against: the certified library as it is, but that whoever comes is who the test said last
// (POST /next), without a form. Listens on a port that the system chooses and says which; ends when its input does.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const accounts = new Map();
let next = "nobody";

const server = createServer();
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "viva",
      client_secret: "a secret of the client",
      redirect_uris: [process.argv[2]],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["a key of the test"] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  findAccount: async (_, id) => ({ accountId: id, claims: async () => ({ sub: id, ...accounts.get(id) }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  // Nobody is asked what they share.
  async loadExistingGrant(ctx) {
    const { client, session } = ctx.oidc;
    const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
});

const answer = provider.callback();
server.on("request", async (request, response) => {
  if (request.url === "/next") {
    let text = "";
    for await (const piece of request) text += piece;
    const { id, ...claims } = JSON.parse(text);
    accounts.set(id, claims);
    next = id;
    response.end("{}");
  } else if (request.url.startsWith("/interaction/")) {
    await provider.interactionFinished(request, response, { login: { accountId: next } });
  } else {
    answer(request, response);
  }
});

console.log(`listening ${issuer}`);
process.stdin.on("end", () => process.exit(0)).resume();
