import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { adminKinds, resourceKinds } from "../../src/core/model/index.ts";
import { createMetrics } from "../../src/edges/telemetry/index.ts";
import { settings } from "../../src/wire/settings.ts";
import { pageOf, root, tableOf } from "./markdown.ts";

const readme = pageOf("README.md");

interface Definition {
  readonly spec: { readonly names: { readonly kind: string; readonly shortNames: readonly string[] } };
}

test("the table of settings is that of src/wire/settings.ts, word for word", () => {
  expect(tableOf(readme, "Settings of `run`")).toEqual(
    settings.map(({ flag, variable, meaning }) => [`\`${flag}\``, `\`${variable}\``, meaning]),
  );
});

test("the table of metrics is what /metrics says of itself", async () => {
  const exposition = await createMetrics({ version: "any" }).exposition();
  const ours = [...exposition.matchAll(/^# HELP (apisix_operator_\S+) (.*)$/gm)];
  expect(tableOf(readme, "Probes and metrics")).toEqual(
    ours.map(([, name = "", meaning = ""]) => [`\`${name}\``, meaning]),
  );
});

test("the table of resources holds every kind, with the short name of its definition", () => {
  const folder = join(root, "crds");
  const shortNames = new Map(
    globSync("*.yaml", { cwd: folder }).map((file) => {
      const { spec } = parse(readFileSync(join(folder, file), "utf8")) as Definition; // as crds.kube.test.ts proves
      return [spec.names.kind, spec.names.shortNames.join(", ")];
    }),
  );
  expect(tableOf(readme, "Resources").map(([kind, short]) => [kind, short])).toEqual(
    resourceKinds.map((kind) => [`\`${kind}\``, `\`${shortNames.get(kind)}\``]),
  );
});

test("the Admin API kinds in that table are those we write", () => {
  const told = tableOf(readme, "Resources").flatMap(([, , admin = "–"]) => (admin === "–" ? [] : admin.split(", ")));
  expect(told.toSorted()).toEqual(adminKinds.toSorted());
});
