import { defineConfig } from "vitest/config";

// `unit` needs nothing but node; `kube` talks to a real kube-apiserver that global set-up starts once; `e2e` drives the
// built program as a process against both.
export default defineConfig({
  test: {
    // Most of a test is waiting for others: no processor is kept free.
    maxWorkers: "100%",
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
          exclude: ["test/e2e/**"],
          globalSetup: ["test/support/kubeapi.setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.kube.test.ts"],
          globalSetup: ["test/support/kubeapi.setup.ts", "test/e2e/support/build.setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // One operator at a time: ApisixGateways are cluster-scoped.
          fileParallelism: false,
        },
      },
    ],
  },
});
