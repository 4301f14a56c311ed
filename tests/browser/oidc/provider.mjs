// A certified OpenID Connect provider with invented people, as the Flemish user management would answer.
// node provider.mjs PORT REDIRECT_URI SECRET: says "ready" on stdout when it listens.
import Provider from "oidc-provider";

const [port, redirect, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const people = {
  torhout: ["GroeibriefMedewerker:0123456749"],
  "torhout-met-punten": ["Elders-Beheerder:0999999922", "GroeibriefMedewerker:0123.456.749"],
  analist: ["GroeibriefAnalist:0316380841"],
  dpo: "GroeibriefDpo:0316380841",
  "verkeerde-rol": ["Burgerloket:0123456749"],
  "onbekend-bestuur": ["GroeibriefMedewerker:0999999922"],
  "zonder-rol": [],
};

const provider = new Provider(issuer, {
  clients: [{
    client_id: "groeibrief", client_secret: secret, redirect_uris: [redirect],
    response_types: ["code"], grant_types: ["authorization_code"],
  }],
  claims: { openid: ["sub", "groeibrief_rollen"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  cookies: { keys: ["only-for-tests"] },
  findAccount: (_, id) => people[id] && {
    accountId: id,
    claims: () => ({ sub: id, groeibrief_rollen: people[id] }),
  },
  interactions: { url: (_, interaction) => `/inloggen/${interaction.uid}` },
});

const page = (names) => `<!doctype html><html lang="nl"><title>Aanmelden</title><h1>Wie bent u?</h1>
<form method="post">${names.map((name) => `<button name="wie" value="${name}">${name}</button>`).join("\n")}</form>`;

const read = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return new URLSearchParams(Buffer.concat(parts).toString());
};

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/inloggen/")) return next();
  const details = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === "GET") {
    ctx.body = page(Object.keys(people));
    ctx.type = "html";
    return undefined;
  }
  const who = (await read(ctx.req)).get("wie");
  const grant = new provider.Grant({ accountId: who, clientId: details.params.client_id });
  grant.addOIDCScope(details.params.scope);
  const consent = { grantId: await grant.save() };
  ctx.respond = false;
  await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: who }, consent });
  return undefined;
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
