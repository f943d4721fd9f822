import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { entityTable } from "./entity-table.mjs";

export default defineConfig({
  // the same replacements as in build.mjs, so that what is tested is what is shipped
  define: {
    NBSTREAM_RUNTIME: JSON.stringify("tested-runtime"),
    NBSTREAM_ENTITIES: JSON.stringify(entityTable()),
  },
  resolve: {
    alias: { entities: fileURLToPath(new URL("src/entities.ts", import.meta.url)) },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts", "labextension/src/**/*.test.ts"],
    // No test asserts a time; on a busy machine the longest take more than the usual 5 s.
    testTimeout: 60_000,
    sequence: { shuffle: true },
    restoreMocks: true,
    server: { deps: { inline: ["commonmark"] } },
  },
});
