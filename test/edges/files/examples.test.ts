import { basename, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { isInvalid } from "../../../src/wire/crd/index.ts";
import { loadDocuments, loadManifests } from "../../../src/edges/files/index.ts";

const folder = resolve(import.meta.dirname, "../../../examples");
const { manifests, errors } = await loadManifests([folder]);
const requestsFile = await loadDocuments([join(folder, "requests.yaml")]);
const requests = expectations(requestsFile.documents[0]?.value);
const routes = manifests.filter(({ manifest }) => manifest.kind === "GatewayRoute");

describe("examples/", () => {
  test("loads without an error, and nothing in it is invalid", () => {
    expect([...errors, ...requestsFile.errors]).toEqual([]);
    expect(manifests.filter(({ manifest }) => isInvalid(manifest))).toEqual([]);
    expect(routes.length).toBeGreaterThan(20);
  });

  test("each request expects a route that there is, or none", () => {
    const names = new Set(["none", ...routes.map(({ manifest }) => manifest.meta.name)]);
    expect(requests.filter((entry) => !names.has(entry.expect))).toEqual([]);
  });

  test.each([...new Set(routes.map(({ source }) => basename(source.file)))])("%s is asked at least twice", (file) => {
    const names = routes
      .filter(({ source }) => basename(source.file) === file)
      .map(({ manifest }) => manifest.meta.name);
    expect(requests.filter((entry) => names.includes(entry.expect)).length).toBeGreaterThanOrEqual(2);
  });

  test("each route is expected by somebody", () => {
    const expected = new Set(requests.map((entry) => entry.expect));
    expect(routes.map(({ manifest }) => manifest.meta.name).filter((name) => !expected.has(name))).toEqual([]);
  });
});

function expectations(list: unknown): readonly { readonly request: unknown; readonly expect: string }[] {
  if (!Array.isArray(list)) throw new Error("requests.yaml is a list");
  return list.map((entry: Record<string, unknown>) => ({ request: entry["request"], expect: String(entry["expect"]) }));
}
