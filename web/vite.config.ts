// How the page is built: hashed files under /assets/, nothing inline (a strict Content-Security-Policy stands), worklets
// as files of their own.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

/** Where `npm run dev` finds a running server. */
const server = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [svelte()],
  worker: { format: "es" },
  build: {
    target: ["chrome111", "firefox114", "safari16.4"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/v1": { target: server, ws: true } } },
});
