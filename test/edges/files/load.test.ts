import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isInvalid } from "../../../src/wire/crd/index.ts";
import { formatLocation, loadDocuments, loadManifests, type LoadedManifests } from "../../../src/edges/files/index.ts";
import { documentWith, readings, refusals } from "./scalars.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "manifests-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("YAML is read as kubectl reads it", () => {
  test.each(readings)("%j", async (text, json) => {
    const { documents, errors } = await loadDocuments([write("x.yaml", documentWith(text))]);
    expect(errors).toEqual([]);
    expect(documents[0]?.value).toMatchObject({ spec: { v: json } });
  });

  test.each(refusals)("refused: %s", async (_sentence, text, words) => {
    const { documents, errors } = await loadDocuments([write("x.yaml", documentWith(text))]);
    expect(documents).toEqual([]);
    expect(errors).toEqual([
      {
        location: { file: at("x.yaml"), line: expect.any(Number), column: expect.any(Number) },
        message: expect.stringContaining(words),
      },
    ]);
    expect(errors[0]?.location.line).toBeGreaterThanOrEqual(6);
  });

  test("a key that is written twice is an error, although kubectl keeps the last", async () => {
    const { errors } = await loadDocuments([write("x.yaml", documentWith("{a: 1, a: 2}"))]);
    expect(errors.map(said)).toEqual([`${at("x.yaml")}:6:13 the key a is written twice`]);
  });

  test("aliases that stand for billions of values are refused", async () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) => `  l${n + 1}: &l${n + 1} [${Array(10).fill(`*l${n}`).join(", ")}]`,
    );
    const { errors } = await loadDocuments([write("x.yaml", ["spec:", "  l0: &l0 x", ...levels].join("\n"))]);
    expect(errors[0]?.message).toBe("aliases stand for too many values");
  });

  test("brackets nested without end are an error, not a crash", async () => {
    const { errors } = await loadDocuments([write("x.yaml", "[".repeat(100_000))]);
    expect(errors.length).toBe(1);
  });

  test("JSON, also with tabs, and objects that follow one another", async () => {
    const object = (name: string) =>
      `{\n\t"apiVersion": "apisix-operator.dev/v1alpha1",\n\t"kind": "GatewayRoute",\n\t"metadata": {"name": "${name}"},\n\t"spec": {"uris": ["/}{"], "plugins": {}, "desc": "y 010 \\ud83d\\ude00 \\/"}\n}`;
    const loaded = await loadManifests([
      write("one.json", object("a")),
      write("more.json", `${object("b")}${object("c")}\n`),
    ]);
    expect(loaded.errors).toEqual([]);
    expect(names(loaded)).toEqual(["default/a", "default/b", "default/c"]);
    expect(loaded.manifests[2]?.manifest).toMatchObject({ spec: { desc: "y 010 😀 /", uris: ["/}{"] } });
    expect(places(loaded, "metadata.name")[2]).toBe(`${at("more.json")}:9:15`);
  });
});

describe("what is loaded", () => {
  test("several documents, Lists and Lists in Lists; other kinds are passed over in silence", async () => {
    const list = (...items: string[]) =>
      JSON.stringify({ apiVersion: "v1", kind: "List", items: items.map((item) => JSON.parse(item)) });
    const json = (name: string) => JSON.stringify({ ...head, metadata: { name }, spec });
    const text = [
      "# a comment alone",
      "---",
      "apiVersion: v1",
      "kind: Service",
      "metadata: {name: web}",
      "---",
      route("a"),
      "---",
      "---",
      list(json("b"), '{"apiVersion":"v1","kind":"Pod"}', list(json("c"))),
      "---",
      JSON.stringify({ apiVersion: head.apiVersion, kind: "GatewayRouteList", items: [JSON.parse(json("d"))] }),
      "--- # the end",
      "just text",
      "...",
      "",
    ].join("\n");
    const loaded = await loadManifests([write("all.yaml", text)]);
    expect(loaded.errors).toEqual([]);
    expect(names(loaded)).toEqual(["default/a", "default/b", "default/c", "default/d"]);
  });

  test("a folder with all below it, in the order of the names, without hidden entries and other files", async () => {
    write("b.yml", route("b"));
    write("a/z.yaml", route("z"));
    write("a/c.json", JSON.stringify({ ...head, metadata: { name: "c" }, spec }));
    write("notes.txt", route("no"));
    write(".git/hidden.yaml", route("no"));
    write("node_modules/x.yaml", route("no"));
    symlinkSync(folder, join(folder, "a/loop"));
    const loaded = await loadManifests([folder]);
    expect(loaded.errors).toEqual([]);
    expect(names(loaded)).toEqual(["default/c", "default/z", "default/b"]);
  });

  test("a file that is named twice, or named and found, is read once", async () => {
    const file = write("a.yaml", route("a"));
    expect(names(await loadManifests([file, folder, file]))).toEqual(["default/a"]);
  });

  test("standard input", async () => {
    const loaded = await loadManifests(["-"], { stdin: Readable.from([Buffer.from(`\ufeff${route("a")}`)]) });
    expect(loaded.manifests[0]?.source.file).toBe("stdin");
    expect(names(loaded)).toEqual(["default/a"]);
  });

  test("objects without a namespace stand in the one that is asked for", async () => {
    const loaded = await loadManifests(
      [write("a.yaml", route("a", "{name: a, namespace: shop}")), write("b.yaml", route("b"))],
      {
        defaultNamespace: "team",
      },
    );
    expect(names(loaded)).toEqual(["shop/a", "team/b"]);
  });

  test("an object with a bad spec is loaded as what it is: invalid, with its problems", async () => {
    const loaded = await loadManifests([write("a.yaml", route("a").replace("uris", "uri"))]);
    expect(loaded.errors).toEqual([]);
    const [first] = loaded.manifests;
    expect(first !== undefined && isInvalid(first.manifest) && first.manifest.problems.map(({ path }) => path)).toEqual(
      ["spec.uri", "spec.uris"],
    );
  });
});

describe("what goes wrong is said with its place", () => {
  test("a file that there is not; the others are loaded", async () => {
    const loaded = await loadManifests([at("nope.yaml"), write("a.yaml", route("a"))]);
    expect(loaded.errors).toEqual([
      { location: { file: at("nope.yaml") }, message: "there is no such file or folder" },
    ]);
    expect(names(loaded)).toEqual(["default/a"]);
  });

  test("bytes that are no text", async () => {
    writeFileSync(at("a.yaml"), Buffer.from([0xff, 0xfe, 0x00]));
    expect((await loadManifests([at("a.yaml")])).errors).toEqual([
      { location: { file: at("a.yaml") }, message: "is no text in UTF-8" },
    ]);
  });

  test("one syntax error is one error; what stands above it is loaded", async () => {
    const file = write("a.yaml", `${route("a")}\n---\n${route("b")}  x: [1, 2\n  y: }\n---\n${route("c")}`);
    const loaded = await loadManifests([file]);
    expect(names(loaded)).toEqual(["default/a"]);
    expect(loaded.errors.length).toBe(1);
    expect(loaded.errors[0]?.location.line).toBeGreaterThan(8);
  });

  test("templates that are no YAML lie around in folders: only files that speak of our group count", async () => {
    write("chart/templates/deployment.yaml", "{{- if .Values.x }}\nkind: Deployment\n{{ end }}");
    expect((await loadManifests([folder])).errors).toEqual([]);
    write("chart/templates/route.yaml", `{{- if .Values.x }}\n${route("a")}\n{{ end }}`);
    expect((await loadManifests([folder])).errors.length).toBe(1);
  });

  test("a misspelt kind and an object without a name", async () => {
    const file = write(
      "a.yaml",
      `${route("a").replace("GatewayRoute", "GatewayRout")}\n---\n${route("b", "{labels: {a: b}}")}`,
    );
    expect((await loadManifests([file])).errors.map(said)).toEqual([
      `${file}:2:1 kind "GatewayRout" is no kind of apisix-operator.dev: did you mean GatewayRoute?`,
      `${file}:11:1 metadata.name is missing`,
    ]);
  });

  test("an object that stands in two places: both are named, the first one counts", async () => {
    const [first, second] = [write("a.yaml", route("a")), write("b.yaml", `---\n${route("a")}`)];
    const loaded = await loadManifests([first, second]);
    expect(loaded.errors.map(said)).toEqual([
      `${second}:2:1 GatewayRoute default/a stands here and in ${first}:1:1: keep one of them`,
    ]);
    expect(names(loaded)).toEqual(["default/a"]);
  });

  test("the same name in another namespace or of another kind is another object", async () => {
    const service = `apiVersion: ${head.apiVersion}\nkind: GatewayService\nmetadata: {name: a}\nspec: {}\n`;
    const text = [route("a"), route("a", "{name: a, namespace: shop}"), service].join("\n---\n");
    expect((await loadManifests([write("a.yaml", text)])).errors).toEqual([]);
  });
});

describe("the place of a field", () => {
  const text = `apiVersion: apisix-operator.dev/v1alpha1
kind: GatewayRoute
metadata:
  name: a
spec:
  hosts: &hosts
    - a.com
    -   b.com
  uris: ["/x", '/y']
  plugins:
    "a.b/c": {x: 1}
    010: {}
  upstream:
    <<: *defaults
`.replace("  plugins:", "  labels: &defaults\n    retries: 2\n  plugins:");

  test.each([
    ["spec", "5:1"],
    ["spec.hosts", "6:3"],
    ["spec.hosts[1]", "8:9"],
    ["spec.uris[1]", "9:16"],
    ['spec.plugins["a.b/c"].x', "13:15"],
    ['spec.plugins["8"]', "14:5"],
    ["spec.upstream.retries", "11:5"],
    ["spec.hosts[7]", "6:3"],
    ["spec.priority", "5:1"],
    ["spec.hosts[0].deeper.still", "7:7"],
    ["", "1:1"],
    ["nonsense", "1:1"],
  ])("%s", async (path, place) => {
    const loaded = await loadManifests([write("a.yaml", text)]);
    expect(loaded.errors).toEqual([]);
    expect(places(loaded, path)).toEqual([`${at("a.yaml")}:${place}`]);
  });

  test("inside a List, in a file with Windows line ends", async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n  - ${route("a").trim().replaceAll("\n", "\n    ")}\n`;
    const loaded = await loadManifests([write("a.yaml", list.replaceAll("\n", "\r\n"))]);
    expect(places(loaded, "spec.uris[0]")).toEqual([`${at("a.yaml")}:8:14`]);
  });
});

const head = { apiVersion: "apisix-operator.dev/v1alpha1", kind: "GatewayRoute" };
const spec = { uris: ["/x"], plugins: {} };

function route(name: string, metadata = `{name: ${name}}`): string {
  return `apiVersion: ${head.apiVersion}\nkind: ${head.kind}\nmetadata: ${metadata}\nspec:\n  uris: [/x]\n  plugins: {}\n`;
}

function at(name: string): string {
  return join(folder, name);
}

function write(name: string, text: string): string {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
  return at(name);
}

function names(loaded: LoadedManifests): string[] {
  return loaded.manifests.map(({ manifest }) => `${manifest.meta.namespace}/${manifest.meta.name}`);
}

function places(loaded: LoadedManifests, path: string): string[] {
  return loaded.manifests.map(({ source }) => formatLocation(source.locate(path)));
}

function said({ location: { file, line, column }, message }: LoadedManifests["errors"][number]): string {
  return `${file}:${line}:${column} ${message}`;
}
