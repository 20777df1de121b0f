import { globSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { describeKube } from "../support/kubeapi.suite.ts";

const folder = resolve(import.meta.dirname, "../../examples");
// requests.yaml is no Kubernetes object: it says what the demo asks.
const files = globSync("*.yaml", { cwd: folder }).filter((name) => name !== "requests.yaml");

describeKube("the API server takes every example, strictly", ({ kubectl }) => {
  test.each(files.sort())("%s", async (file) => {
    const said = await kubectl(["apply", "--dry-run=server", "--validate=strict", "-f", join(folder, file)]);
    expect(said).toMatch(/^(\S+ created \(server dry run\)\n)+$/);
  });
});
