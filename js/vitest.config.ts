import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { NBSTREAM_RUNTIME: JSON.stringify("tested-runtime") },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    sequence: { shuffle: true },
    restoreMocks: true,
  },
});
