import { expect, test } from "vitest";
import { customResourceDefinitions } from "../../src/wire/crd/index.ts";
import { runProgram } from "./program.ts";

test("crds prints the definitions as one List that kubectl takes", async () => {
  const { code, stdout, stderr } = await runProgram("crds");
  expect(JSON.parse(stdout)).toEqual({ apiVersion: "v1", kind: "List", items: customResourceDefinitions() });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("crds --apply without a cluster says so in one sentence", async () => {
  const { code, stdout, stderr } = await runProgram("crds", "--apply", "--kubeconfig", "/nonexistent");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^apisix-route: cannot read \/nonexistent: [^\n]*\n$/);
});
