// How the page is built: hashed files under /assets/, nothing inline (a strict Content-Security-Policy stands), worklets
// as files of their own.
import { gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

/** Where `npm run dev` finds a running server. */
const server = "http://127.0.0.1:8080";

/** Most that a coding interview may load in all, compressed, in bytes: page, editor and one language. */
const LOAD_BYTES_MAX = 300_000;

/** Fails the build when a coding interview would load too much. Of the languages only the largest counts: one is used. */
function limited(): Plugin {
  return {
    name: "limited",
    generateBundle(_, bundle) {
      let [all, grammar] = [0, 0];
      for (const part of Object.values(bundle)) {
        const bytes = gzipSync(part.type === "chunk" ? part.code : part.source).length;
        if (part.type === "chunk" && /@codemirror\/lang-/.test(part.facadeModuleId ?? ""))
          grammar = Math.max(grammar, bytes);
        else all += bytes;
      }
      const load = all + grammar;
      this.info(`a coding interview loads at most ${Math.round(load / 1000)} kB compressed`);
      if (load > LOAD_BYTES_MAX)
        this.error(`a coding interview would load ${load} bytes; the limit is ${LOAD_BYTES_MAX}`);
    },
  };
}

export default defineConfig({
  plugins: [svelte(), limited()],
  worker: { format: "es" },
  build: {
    target: ["chrome111", "firefox114", "safari16.4"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/v1": { target: server, ws: true } } },
});
