/** Lint rules beyond the compiler's, and the layers of the source folders. */
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** The folders that a folder of `src` may import, besides itself. A feature never imports another feature. */
const LAYERS = {
  lib: [],
  api: ["lib"],
  components: ["api", "lib"],
  features: ["api", "components", "lib"],
  shell: ["api", "components", "lib"],
};

/** Imports that leave the folder, except into the allowed ones. `up` leads from a file to `src`. */
function layer(folder, files, up) {
  const allowed = LAYERS[folder].map((name) => `${name}/`).join("|") || "$";
  const regex = `^\\.\\./(?!${up.slice("../".length)}(?:${allowed}))`;
  const names = LAYERS[folder].join(", ") || "no other folder";
  const message = `${folder} may import ${names}`;
  return {
    files: [files],
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ regex, message }] }],
      "no-restricted-syntax": [
        "error",
        { selector: `ImportExpression[source.value=/${regex.replaceAll("/", "\\/")}/]`, message },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ["dist", "src/api/schema.d.ts"] },
  tseslint.configs.strict,
  {
    plugins: { "react-hooks": hooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  layer("lib", "src/lib/*", "../"),
  layer("api", "src/api/*", "../"),
  layer("components", "src/components/*", "../"),
  layer("features", "src/features/*/*", "../../"),
  layer("shell", "src/shell/*", "../"),
);
