/** One browser at a time; a machine under load is slow. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["*.spec.ts"], fileParallelism: false, testTimeout: 120_000, hookTimeout: 60_000 },
});
