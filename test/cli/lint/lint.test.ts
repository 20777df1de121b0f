import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith } from "../program.ts";

const root = resolve(import.meta.dirname, "../../..");

function lint(args: readonly string[], input = "") {
  const program = [join(root, "bin/apisix-route.js"), "lint", ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { input, encoding: "utf8", cwd: root });
  return { code: status, stdout, stderr };
}

/** The findings as `severity code file:line:column`. */
function places(args: readonly string[], input = "") {
  const { code, stdout } = lint([...args, "-o", "json"], input);
  const report: { readonly findings: readonly Readonly<Record<string, string | number>>[] } = JSON.parse(stdout);
  return {
    code,
    found: report.findings.map(
      (finding) => `${finding["severity"]} ${finding["code"]} ${finding["line"]}:${finding["column"]}`,
    ),
  };
}

const route = (name: string, ...spec: readonly string[]) =>
  [
    "apiVersion: apisix-operator.dev/v1alpha1",
    "kind: GatewayRoute",
    `metadata: { name: ${name} }`,
    "spec:",
    ...spec.map((line) => `  ${line}`),
    "  plugins: {}",
    "",
  ].join("\n");

describe("lint", () => {
  test("a clean route: exit code 0 and one line that counts", () => {
    const { code, stdout } = lint(["-"], route("fine", "uris: [/x]"));
    expect(code).toBe(0);
    expect(stdout).toBe("0 errors, 0 warnings, 0 notes in 1 object\n");
  });

  test("a note alone is no reason to fail", () => {
    expect(places(["-"], route("fine", "uris: [/x]", "priority: 3"))).toEqual({
      code: 0,
      found: ["info PriorityHasNoEffect 6:3"],
    });
  });

  test("a typo is told at the field, with what was meant", () => {
    const { code, stdout } = lint(["-"], route("typo", "uris: [/x]", "hosst: [a.com]"));
    expect(code).toBe(1);
    expect(stdout).toContain("stdin:6:3\nerror[InvalidSpec] GatewayRoute default/typo  spec.hosst");
    expect(stdout).toContain("did you mean hosts?");
  });

  test("entries of lists have places of their own", () => {
    expect(places(["-"], route("dead", "uris:", "  - /ok", "  - /a//b", "hosts: [a.com, 'b.com:80']")).found).toEqual([
      "warning NeverMatches 7:7",
      "warning NeverMatches 8:18",
    ]);
  });

  test("text that is no YAML is an error at its place, and the documents above it are judged", () => {
    expect(places(["-"], `${route("dead", "uris: [/a//b]")}---\nspec: {a: b: c}\n`)).toEqual({
      code: 1,
      found: ["warning NeverMatches 5:10", "error InvalidSpec 8:11"],
    });
  });

  test("several documents, Lists and folders are one set of objects; other kinds are passed over", () => {
    const folder = folderWith({
      "a.yaml": `${route("one", "uris: [/x]", "priority: 1")}---\napiVersion: v1\nkind: Secret\nmetadata: { name: x }\n`,
      "b.json": JSON.stringify({
        apiVersion: "v1",
        kind: "List",
        items: [
          {
            apiVersion: "apisix-operator.dev/v1alpha1",
            kind: "GatewayRoute",
            metadata: { name: "two" },
            spec: { uris: ["/x"], methods: ["GET"], plugins: {} },
          },
        ],
      }),
      "notes.txt": "not: [a manifest",
    });
    const { code, stdout } = lint([folder, "-o", "json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      objects: 2,
      findings: [
        {
          code: "Shadowed",
          file: join(folder, "b.json"),
          related: [{ name: "one", file: join(folder, "a.yaml"), line: 3 }],
        },
      ],
    });
  });

  test("a reference to what no file holds is a warning, and the route is judged without it", () => {
    const text = route("lone", "uris: [/a//b]", "hosts: [a.com]", "serviceRef: { name: elsewhere }");
    expect(places(["-"], text).found).toEqual(["warning NeverMatches 5:10", "warning ReferenceNotFound 7:3"]);
  });

  test("a gateway that no file describes has the router of --router", () => {
    const text = route("user", "uris: ['/user/:id']");
    expect(places(["-"], text).found).toEqual(["warning RouterMismatch 5:10"]);
    expect(places(["-", "--router", "radixtree_uri_with_parameter"], text).found).toEqual([]);
  });

  test("the story carries a request to try", () => {
    const { stdout } = lint([join(root, "examples/story.yaml")]);
    expect(stdout).toMatch(/warning\[InheritedHostContest\][^]*?try {3}GET http:\/\/test2\.com\/test/);
  });

  test("annotations for GitHub are one escaped line each", () => {
    const { stdout } = lint(["-", "-o", "github"], route("dead", "uris: ['/p/../%']"));
    expect(stdout.trimEnd().split("\n")).toEqual([
      expect.stringMatching(
        /^::warning file=stdin,line=5,col=10,title=NeverMatches::No request path can match "\/p\/\.\.\/%25"/,
      ),
    ]);
  });

  test("SARIF names a rule per code, with its page, and a region per finding", () => {
    const { stdout, code } = lint(["-", "-o", "sarif"], route("dead", "uris: [/a//b]"));
    const log = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(log).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          tool: {
            driver: {
              rules: [{ id: "NeverMatches", help: { text: expect.stringContaining("section NeverMatches") } }],
            },
          },
          results: [
            {
              ruleId: "NeverMatches",
              ruleIndex: 0,
              level: "warning",
              locations: [
                { physicalLocation: { artifactLocation: { uri: "stdin" }, region: { startLine: 5, startColumn: 10 } } },
              ],
            },
          ],
        },
      ],
    });
  });

  test.each([
    ["a file that is not there", ["/no/such/file.yaml"], "there is no such file or folder"],
    ["no path at all", [], "missing required argument"],
    ["an unknown format", ["-", "-o", "xml"], "Allowed choices are text, json, sarif, github"],
  ])("%s: exit code 2 and a sentence", (_sentence, args, words) => {
    const { code, stderr } = lint(args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});
