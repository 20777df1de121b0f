import { defineConfig } from "vitest/config";

// Two projects: `unit` needs nothing but node; `kube` talks to a real kube-apiserver that global set-up starts once.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.kube.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "kube",
          include: ["test/**/*.kube.test.ts"],
          globalSetup: ["test/support/kubeapi.setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
