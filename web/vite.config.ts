import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Every browser that runs this app reads woff2; the older copies would only make the wheel heavier. */
function keepOnlyWoff2(): Plugin {
  return {
    name: "keep-only-woff2",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith("katex.min.css")) return null;
      return code.replaceAll(/,url\([^)]+\.(?:woff|ttf)\) format\("[^"]+"\)/g, "");
    },
  };
}

export default defineConfig({
  plugins: [react(), keepOnlyWoff2()],
  build: {
    outDir: "../src/homespun/web_app",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
  server: {
    proxy: { "/api": process.env["HOMESPUN_URL"] ?? "http://127.0.0.1:8000" },
  },
  test: {
    // Few tests want a page; those ask for one by `@vitest-environment happy-dom`, which takes a third of a second each.
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
