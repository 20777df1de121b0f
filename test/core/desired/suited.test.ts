import { describe, expect, test } from "vitest";
import { suitedTo } from "../../../src/core/desired/index.ts";
import {
  type AnyDesired,
  type Learned,
  type Observed,
  Secret,
  desiredOf,
  emptyObserved,
  nothingLearned,
  observedOf,
} from "../../../src/core/model/index.ts";
import { desiredObject, desiredRoute, ourObject } from "../plan/objects.ts";

const enabled = new Set(["cors", "limit-count", "limit-conn", "key-auth"]);
const told = (version: string | undefined, more: Partial<Learned> = {}): Observed => ({
  ...emptyObserved,
  learned: { ...nothingLearned, version, plugins: { http: { names: enabled } }, ...more },
});

/** `error UnknownPlugin r spec.plugins.x`, one per finding, and the ids that are held. */
function outcome(objects: readonly AnyDesired[], observed: Observed) {
  const { desired, problems } = suitedTo(desiredOf(objects, []), observed);
  return {
    found: problems.map(({ severity, code, object, field = "" }) =>
      `${severity} ${code} ${object.name} ${field}`.trim(),
    ),
    held: desired.held.map(({ id }) => id),
    words: problems.map(({ message }) => message).join(" "),
  };
}

const upstream = (node: object) => ({ nodes: [{ host: "a", weight: 1, ...node }] });
const withPlugin = (name: string, config = {}) => desiredRoute("r", { uris: ["/"], plugins: { [name]: config } });
const checks = (active: Record<string, string>) =>
  desiredObject("upstreams", "u", { ...upstream({ port: 1 }), checks: { active } });

describe("what a gateway lacks", () => {
  test.each<[string, without: string, withIt: string, AnyDesired, found: string, isHeld: boolean]>([
    [
      "labels of more than 64 characters",
      "3.3.0",
      "3.4.0",
      desiredRoute("r", { uris: ["/"], labels: { a: "x".repeat(65) } }),
      "error NotSupported r spec.labels.a",
      true,
    ],
    [
      "labels on stream routes",
      "3.7.0",
      "3.8.0",
      desiredObject("stream_routes", "s", { upstream: upstream({ port: 1 }) }),
      "error NotSupported s",
      true,
    ],
    [
      "nodes without a port",
      "3.7.2",
      "3.8.0",
      desiredObject("upstreams", "u", upstream({})),
      "error NotSupported u spec.nodes[0].port",
      true,
    ],
    [
      "also inline",
      "3.7.2",
      "3.8.0",
      desiredRoute("r", { uris: ["/"], upstream: upstream({}) }),
      "error NotSupported r spec.upstream.nodes[0].port",
      true,
    ],
    [
      "credentials",
      "3.10.0",
      "3.11.0",
      desiredObject("credentials", "shop_jack/credentials/a", { plugins: {} }),
      "error NotSupported shop_jack/credentials/a",
      true,
    ],
    [
      "functions before a plugin",
      "3.11.0",
      "3.12.0",
      withPlugin("cors", { _meta: { pre_function: "return function() end" } }),
      "warning NotSupported r spec.plugins.cors._meta.pre_function",
      false,
    ],
    [
      "labels on protos",
      "3.12.0",
      "3.13.0",
      desiredObject("protos", "p", { content: "x" }),
      "error NotSupported p",
      true,
    ],
    [
      "usernames with a hyphen",
      "3.12.0",
      "3.13.0",
      desiredObject("consumers", "shop_a-b", { username: "shop_a-b" }),
      "error NotSupported shop_a-b",
      true,
    ],
    [
      "fields of a body among the conditions",
      "3.13.0",
      "3.14.0",
      desiredRoute("r", { uris: ["/"], vars: [["post_arg.a", "==", "1"]] }),
      "warning NotSupported r spec.vars[0]",
      false,
    ],
    [
      "the host *",
      "3.14.1",
      "3.15.0",
      desiredObject("services", "s", { hosts: ["a.com", "*"] }),
      "error NotSupported s spec.hosts[1]",
      true,
    ],
    [
      "methods of health checks",
      "3.17.0",
      "3.18.0",
      checks({ http_method: "HEAD" }),
      "warning NotSupported u spec.checks.active.http_method",
      false,
    ],
  ])("%s: not %s, but %s", (_sentence, without, withIt, object, found, isHeld) => {
    const streams = { plugins: { http: { names: enabled }, stream: { names: enabled } } };
    expect(outcome([object], told(without, streams))).toMatchObject({
      found: [found],
      held: isHeld ? [object.id] : [],
    });
    expect(outcome([object], told(withIt, streams))).toMatchObject({ found: [], held: [] });
    expect(outcome([object], told(undefined, streams))).toMatchObject({ found: [], held: [] });
    expect(outcome([object], emptyObserved)).toMatchObject({ found: [], held: [] });
  });

  test("hosts that a route takes from its service are told at the reference", () => {
    const route = { ...desiredRoute("r", { uris: ["/"], hosts: ["*"] }), hostsSource: "Service" as const };
    expect(outcome([route], told("3.14.0")).found).toEqual(["error NotSupported r spec.serviceRef"]);
  });
});

describe("plugins", () => {
  test.each([
    ["limit-cuont", "did you mean limit-count?"],
    ["Key-Auth", "did you mean key-auth?"],
    ["frobnicate", 'knows no plugin "frobnicate".'],
  ])("%s is not there: held, and %s", (name, words) => {
    const result = outcome([withPlugin(name)], told("3.18.0"));
    expect(result).toMatchObject({ found: [`error UnknownPlugin r spec.plugins.${name}`], held: ["r"] });
    expect(result.words).toContain(words);
  });

  test("one that is there needs no word, nor does any where the list is not known", () => {
    expect(outcome([withPlugin("cors")], told("3.18.0")).found).toEqual([]);
    expect(outcome([withPlugin("cosr")], told("3.18.0", { plugins: {} })).found).toEqual([]);
  });

  test("stream routes have a list of their own", () => {
    const stream = desiredObject("stream_routes", "s", { plugins: { cors: {} } });
    const observed = told("3.18.0", { plugins: { http: { names: enabled }, stream: { names: new Set(["syslog"]) } } });
    expect(outcome([stream], observed).found).toEqual(["error UnknownPlugin s spec.plugins.cors"]);
  });

  test("metadata may be of a plugin that is installed and not enabled", () => {
    expect(outcome([desiredObject("plugin_metadata", "gm", {})], told("3.18.0")).found).toEqual([]);
  });
});

describe("what refers to such an object", () => {
  const service = desiredObject("services", "s", { plugins: { cosr: {} }, upstream: upstream({ port: 1 }) });
  const user = desiredRoute("user", { uris: ["/"], service_id: "s" });
  const other = desiredRoute("other", { uris: ["/other"], plugins: { cors: {} } });

  test("waits where the gateway has no earlier version of it; all else goes on", () => {
    const { desired, problems } = suitedTo(desiredOf([service, user, other], []), told("3.18.0"));
    expect(desired.held.map(({ id }) => id)).toEqual(["s", "user"]);
    expect(desired.routes.map(({ id }) => id)).toEqual(["other"]);
    expect(problems.map(({ code, object }) => `${code} ${object.name}`)).toEqual([
      "UnknownPlugin s",
      "ReferenceNotFound user",
    ]);
  });

  test("is written where it has one", () => {
    const standing = observedOf([ourObject("services", "s", { upstream: upstream({ port: 1 }) })]);
    const { learned } = told("3.18.0");
    const observed = { ...standing, ...(learned !== undefined && { learned }) };
    const { desired } = suitedTo(desiredOf([service, user, other], []), observed);
    expect(desired.held.map(({ id }) => id)).toEqual(["s"]);
    expect(desired.routes.map(({ id }) => id)).toEqual(["user", "other"]);
  });
});

describe("what is too large", () => {
  // As README and docs say: 1.5 MiB, less 16 KiB for what the gateway adds.
  const largest = 1_556_480;
  const service = (desc: string, secrets?: AnyDesired["secrets"]) => ({
    ...desiredObject("services", "s", { desc }),
    ...(secrets && { secrets }),
  });
  const bytesOf = (object: AnyDesired) => Buffer.byteLength(JSON.stringify(object.body));
  const filler = (bytes: number) => "x".repeat(bytes - bytesOf(service("")));

  test("to the byte, whatever is known of the gateway", () => {
    expect(outcome([service(filler(largest))], emptyObserved)).toMatchObject({ found: [], held: [] });
    const { found, held, words } = outcome([service(filler(largest + 1))], emptyObserved);
    expect(found).toEqual(["error ObjectTooLarge s spec"]);
    expect(held).toEqual(["s"]);
    expect(words).toContain("It comes to 1556481 bytes");
  });

  test("in bytes, not in letters; values out of Secrets count, and are not shown", () => {
    const umlauts = "\u00fc".repeat(largest / 2);
    expect(outcome([service(umlauts)], emptyObserved).held).toEqual(["s"]);
    expect(outcome([service("\u00fc".repeat(largest / 3))], emptyObserved).held).toEqual([]);
    const value = new Secret("canary".repeat(largest / 6));
    const { held, words } = outcome([service("", [{ path: ["desc"], value }])], emptyObserved);
    expect(held).toEqual(["s"]);
    expect(words).not.toContain("canary");
  });

  test("what refers to it waits, unless the gateway has an earlier version; everything else goes on", () => {
    const big = service(filler(2 * largest));
    const user = {
      ...desiredRoute("user", { uris: ["/"], service_id: "s" }),
      references: [{ kind: big.kind, id: big.id }],
    };
    const other = desiredRoute("other", { uris: ["/"] });
    expect(outcome([big, user, other], emptyObserved)).toMatchObject({
      found: ["error ObjectTooLarge s spec", "error ReferenceNotFound user spec"],
      held: ["s", "user"],
    });
    expect(outcome([big, user, other], observedOf([ourObject("services", "s", {})])).held).toEqual(["s"]);
  });
});
