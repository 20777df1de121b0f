import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { isJsonObject } from "../../../src/core/model/index.ts";
import { readRequests } from "../../../src/cli/demo/folder.ts";
import { type Ended, folderWith, runProgram } from "../program.ts";

const casesFolder = resolve(import.meta.dirname, "../demo-cases");
const examples = resolve(import.meta.dirname, "../../../examples");
const caseNames = readdirSync(casesFolder).sort();

interface Answer {
  readonly order: readonly string[];
  readonly request: string;
  readonly winner: string | null;
  readonly expected: string | null;
}

interface Report {
  readonly story: Readonly<Record<"before" | "after" | "afterRestart", readonly Answer[]>>;
  readonly routes: readonly { readonly name: string; readonly [field: string]: unknown }[];
  readonly diagnostics: readonly {
    readonly code: string;
    readonly severity: string;
    readonly object: string;
    readonly message: string;
  }[];
}

type Played = Ended & { readonly report: Report };
const played = new Map<string, Promise<Played>>();

/** Plays a folder as a process; the same folder once. */
function play(folder: string): Promise<Played> {
  const known = played.get(folder) ?? playAnew(folder);
  played.set(folder, known);
  return known;
}

async function playAnew(folder: string): Promise<Played> {
  const ended = await runProgram("demo", "--once", "-o", "json", "--examples", folder);
  const report: unknown = JSON.parse(ended.stdout);
  if (!isJsonObject(report)) throw new Error("no object on stdout");
  return { ...ended, report: report as unknown as Report }; // the first tests hold it to this shape
}

function at(name: string): string {
  return join(casesFolder, name);
}

describe("what holds for every folder", () => {
  test.each(["examples", ...caseNames])("%s", async (name) => {
    const { code, stderr, report } = await play(name === "examples" ? examples : at(name));
    expect(stderr).toBe("");
    expect(code, "the operator brings every request to its route").toBe(0);
    expect(Object.keys(report)).toEqual(["story", "routes", "diagnostics"]);
    for (const route of report.routes)
      expect(Object.keys(route)).toEqual(["name", "hosts", "hostsFrom", "priority", "priorityFrom"]);
    for (const diagnostic of report.diagnostics)
      expect(Object.keys(diagnostic)).toEqual(["code", "severity", "object", "message"]);

    const { before, after, afterRestart } = report.story;
    for (const answer of [...before, ...after, ...afterRestart])
      expect(Object.keys(answer)).toEqual(["order", "request", "winner", "expected"]);
    for (const answer of [...after, ...afterRestart]) expect(answer.winner).toBe(answer.expected);
    const asked = (answers: readonly Answer[]) => answers.map(({ order, request }) => ({ order, request }));
    expect(asked(after), "the same cases in each chapter").toEqual(asked(before));
    expect(asked(afterRestart)).toEqual(asked(before));
    for (const { order, winner } of before)
      if (winner !== null) expect(order, "a winner is one of those who contest").toContain(winner);
  });
});

describe("before the operator", () => {
  test("whoever was created first answers, when nobody wrote a number", async () => {
    const { report } = await play(at("three-routes-inherit"));
    const contested = report.story.before.filter(({ order }) => order.length > 1);
    expect(contested.length).toBe(12);
    for (const { order, winner } of contested) expect(winner).toBe(order[0]);
  });

  test("numbers that authors wrote decide at once, whoever was created first", async () => {
    const { report } = await play(at("explicit-both-signs"));
    const debug = report.story.before.filter(({ request }) => request.includes("debug"));
    expect(debug.map(({ winner }) => winner)).toEqual(debug.map(() => "first-of-all"));
  });
});

describe("the orders of creation", () => {
  test.each([
    ["no order where no route matches", "three-routes-inherit", "GET http://read.example.org/films", [[]]],
    ["one where one does", "three-routes-inherit", "GET http://read.example.org/books/7?page=2", [["everything"]]],
    [
      "both of two, the sorted one first",
      "three-routes-inherit",
      "GET http://lend.example.org/books/7",
      [
        ["everything", "lending"],
        ["lending", "everything"],
      ],
    ],
  ])("%s", async (_sentence, name, request, orders) => {
    const { report } = await play(at(name));
    expect(report.story.before.filter((answer) => answer.request === request).map(({ order }) => order)).toEqual(
      orders,
    );
  });

  test("24 of them for five routes, each another", async () => {
    const { report } = await play(at("five-in-one-place"));
    const five = report.story.after.map(({ order }) => order).filter((order) => order.length === 5);
    expect(new Set(five.map((order) => order.join())).size).toBe(24);
  });

  test("routes of one bucket that do not match the request take no part", async () => {
    const { report } = await play(at("five-in-one-place"));
    const heads = report.story.after.filter(({ request }) => request.startsWith("HEAD"));
    expect(heads.map(({ order }) => order)).toEqual([
      ["plain", "reads"],
      ["reads", "plain"],
    ]);
  });
});

describe("the table", () => {
  test("says where hosts and numbers come from", async () => {
    const { report } = await play(examples);
    expect(report.routes.filter(({ name }) => name.startsWith("route-"))).toEqual([
      {
        name: "route-1",
        hosts: ["test1.com", "test2.com"],
        hostsFrom: "Service",
        priority: 0,
        priorityFrom: "Specificity",
      },
      { name: "route-2", hosts: ["test2.com"], hostsFrom: "Route", priority: 100, priorityFrom: "Specificity" },
    ]);
  });

  test("leaves explicit numbers alone and shows any host as a star", async () => {
    const explicit = await play(at("explicit-both-signs"));
    const numbers = explicit.report.routes.map(({ name, priority, priorityFrom }) => [name, priority, priorityFrom]);
    expect(numbers).toContainEqual(["first-of-all", 50, "Explicit"]);
    expect(numbers).toContainEqual(["last-resort", -7, "Explicit"]);
    const { report } = await play(at("path-router-no-services"));
    expect(report.routes.find(({ name }) => name === "all-else")).toMatchObject({ hosts: ["*"], hostsFrom: "Any" });
  });

  test("writes the namespace where two routes bear one name", async () => {
    const { report } = await play(at("tenants-and-conditions"));
    expect(report.routes.map(({ name }) => name)).toEqual(["blue/api", "canary", "orders", "red/api"]);
  });
});

describe("findings", () => {
  test("everything that is wrong is told, and the rest goes on", async () => {
    const { report } = await play(at("broken-among-good"));
    expect(report.diagnostics.map(({ severity, code, object }) => `${severity} ${code} ${object}`)).toEqual([
      `error InvalidSpec ${at("broken-among-good")}/unreadable.yaml:6:13`,
      "error InvalidSpec GatewayRoute shop/no-paths",
      "error InvalidSpec GatewayRoute shop/half-a-number",
      "error ReferenceNotFound GatewayRoute shop/orphan",
      "error UnknownPlugin GatewayRoute shop/odd-plugin",
    ]);
  });

  test("the story's other route carries the warning, with service, hosts and sibling", async () => {
    const { report } = await play(examples);
    const warning = report.diagnostics.find(({ code }) => code === "InheritedHostContest");
    expect(warning).toMatchObject({ severity: "warning", object: "GatewayRoute default/route-1" });
    for (const word of ["default/story", "test1.com, test2.com", "default/route-2"])
      expect(warning?.message).toContain(word);
  });
});

describe("expectations that are not met", () => {
  test.each([
    ["by a route that can't win", "general"],
    ["by a name that no route bears", "nobody"],
    ["where none was expected", "none"],
  ])("exit code 1, %s", async (_sentence, expected) => {
    const requests = `- request: GET http://shop.example.com/cart/1\n  expect: ${expected}\n`;
    const folder = folderWith({ "requests.yaml": requests }, at("broken-among-good"));
    const { code, report } = await play(folder);
    expect(code).toBe(1);
    expect(report.story.after[0]).toMatchObject({
      winner: "specific",
      expected: expected === "none" ? null : expected,
    });
  });

  test("equal explicit numbers are the authors' affair: load order goes on to decide", async () => {
    const route = (name: string, methods: string) =>
      `{ apiVersion: apisix-operator.dev/v1alpha1, kind: GatewayRoute, metadata: { name: ${name} }, ` +
      `spec: { uris: [/*], methods: [${methods}], priority: 5, plugins: { mocking: { response_example: x } } } }`;
    const folder = folderWith({
      "routes.yaml": [route("one", "GET"), route("two", "GET, POST")].join("\n---\n"),
      "requests.yaml": "- { request: GET http://a.com/, expect: one }\n",
    });
    const { code, report } = await play(folder);
    expect(code).toBe(1);
    expect(report.story.after.map(({ order, winner }) => [order[0], winner])).toEqual([
      ["one", "one"],
      ["two", "two"],
    ]);
    expect(report.diagnostics.map(({ code }) => code)).toContain("PriorityTie");
  });
});

describe("requests.yaml that can't be used is one sentence with file and line", () => {
  test.each([
    ["no list", "request: GET http://a.com/\nexpect: home\n", /requests\.yaml:1: must be a list of requests\.$/],
    ["no YAML", "- request: [\n", /requests\.yaml:\d+:\d+: .+\.$/],
    ["no expectation", "- request: GET http://a.com/\n", /requests\.yaml:1: expect must be the name of a GatewayRoute/],
    [
      "no method",
      "\n- request: http://a.com/\n  expect: home\n",
      /requests\.yaml:2: request must be a method and a URL/,
    ],
    ["no host", "- expect: home\n  request: GET /x\n", /requests\.yaml:2: request must be a method and a URL/],
    ["a field that is none", "- request: GET http://a.com/\n  expects: home\n", /requests\.yaml:2: expects is none of/],
    [
      "a header of two lines",
      '- request: GET http://a.com/\n  expect: home\n  headers: { X: "a\\nb" }\n',
      /requests\.yaml:3: header X must be one line of text/,
    ],
  ])("%s", async (_sentence, text, words) => {
    await expect(readRequests(folderWith({ "requests.yaml": text }))).rejects.toThrow(words);
  });

  test("and exit code 2, with nothing on stdout", async () => {
    const text = "- request: GET http://red.example.com/api/x\n  expect: api\n";
    const folder = folderWith({ "requests.yaml": text }, at("tenants-and-conditions"));
    const ended = await runProgram("demo", "--once", "-o", "json", "--examples", folder);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(
      /^apisix-route: .*requests\.yaml:1: expect: api could be blue\/api or red\/api; .*\.\n$/,
    );
  });
});

describe("a folder with nothing to show", () => {
  test("is named in one sentence", async () => {
    const ended = await runProgram("demo", "--once", "--examples", folderWith({ "notes.yaml": "a: 1\n" }));
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(/holds no manifest of apisix-operator\.dev/);
  });
});
