/** How the page is built, and how it is served while it is worked on. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compress } from "./build/compress.ts";

const gateway = process.env["FAREWAY_URL"] ?? "http://127.0.0.1:4000";
// Everything that is not the page itself is the gateway's. Its origin check compares hosts, so the
// host that the browser named has to reach it.
const proxy = { "^/(?!ui(/(?!api/)|$))": { target: gateway, changeOrigin: false } };

export default defineConfig({
  base: "/ui/",
  plugins: [react(), compress()],
  server: { proxy, strictPort: true },
  preview: { proxy, strictPort: true },
  build: { modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
});
