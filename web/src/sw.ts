// The service worker: the page opens without a line, as far as it has been loaded. What the server says of people and
// interviews is never kept here, so signing out leaves nothing behind.

/** What the page needs to open; the build puts the names in. */
declare const VIVA_FILES: string[];

/** The part of a service worker's world that is used; the page's own types stand in the way of the whole. */
interface Worker {
  addEventListener(
    type: "install" | "activate",
    run: (event: { waitUntil(done: Promise<unknown>): void }) => void,
  ): void;
  addEventListener(
    type: "fetch",
    run: (event: { request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void;
  clients: { claim(): Promise<void> };
}

const worker = self as unknown as Worker;
const CACHE = "viva";
/** The one file behind all of the page's addresses. */
const SHELL = "/";
/** What is kept was sent to this browser: what else the server would have varied it by does not matter. */
const AS_KEPT = { ignoreVary: true };
/** Most files kept; those of versions long gone go first. */
const FILES_MAX = 200;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/v1/")) return;
  if (request.mode === "navigate") event.respondWith(shell(request));
  // Names under assets/ hold a hash of what is in them: what is kept is right for ever.
  else if (url.pathname.startsWith("/assets/")) event.respondWith(kept(request));
  else if (VIVA_FILES.includes(url.pathname)) event.respondWith(fresh(request));
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL, ...VIVA_FILES]);
}

/** The page as the server has it now; without a line as it was. */
async function shell(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.headers.get("content-type")?.startsWith("text/html"))
      await cache.put(SHELL, answer.clone());
    return answer;
  } catch (error) {
    const old = await cache.match(SHELL, AS_KEPT);
    if (old) return old;
    throw error;
  }
}

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const old = await cache.match(request, AS_KEPT);
  if (old) return old;
  const answer = await fetch(request);
  if (answer.ok) {
    await cache.put(request, answer.clone());
    const keys = await cache.keys();
    const assets = keys.filter(({ url }) => new URL(url).pathname.startsWith("/assets/"));
    await Promise.all(assets.slice(0, Math.max(0, assets.length - FILES_MAX)).map((key) => cache.delete(key)));
  }
  return answer;
}

async function fresh(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    return await fetch(request);
  } catch (error) {
    const old = await cache.match(request, AS_KEPT);
    if (old) return old;
    throw error;
  }
}
