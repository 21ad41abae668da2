/** Vite plugin: puts a brotli copy next to each file, and fails when the first load grows too large. */
import { brotliCompressSync, constants } from "node:zlib";
import type { Plugin } from "vite";

const LIMIT_KB = 400;

/** Compresses what is built; `index.html` and what it loads may take 400 kB. */
export function compress(): Plugin {
  return {
    name: "fareway-compress",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const sizes = new Map<string, number>();
        for (const [name, file] of Object.entries(bundle)) {
          const bytes = Buffer.from(file.type === "chunk" ? file.code : file.source);
          const packed = brotliCompressSync(bytes, {
            params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
          });
          sizes.set(name, packed.length);
          this.emitFile({ type: "asset", fileName: `${name}.br`, source: packed });
        }
        const html = bundle["index.html"];
        if (html?.type !== "asset") this.error("index.html is missing");
        const first = [...sizes.keys()].filter(
          (name) => name === "index.html" || String(html.source).includes(name),
        );
        const total = first.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0) / 1000;
        this.info(`first load ${total.toFixed(0)} kB compressed, of at most ${String(LIMIT_KB)}`);
        if (total > LIMIT_KB)
          this.error("the first load is too large: load more of it when needed");
      },
    },
  };
}
