import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { says } from "../../../edges/apisix/scripted-gateway.ts";
import { eventually } from "../../../support/eventually.ts";
import { startHttpFaultProxy } from "../../../support/http-fault-proxy.ts";
import { deadPort, sandboxFor } from "../../sandbox/support.ts";
import {
  answerAt,
  documentOn,
  fleetOf,
  instanceFor,
  instancesFor,
  key,
  methodsOf,
  pass,
  planOf,
  pushTo,
  route,
  statesOf,
} from "./support.ts";

describe("several instances, one configuration", () => {
  test("all get the same document, to the byte", async () => {
    const instances = await instancesFor(3);
    const fleet = fleetOf(instances);
    const { outcome } = await pass(fleet, { "routes/a": route("a", "one"), "services/s": { hosts: ["a.com"] } });
    expect(statesOf(outcome)).toEqual(["done", "done"]);
    const [first, ...others] = await Promise.all(instances.map((each) => documentOn(each)));
    for (const other of others) expect({ ...other, "X-Last-Modified": 0 }).toEqual({ ...first, "X-Last-Modified": 0 });
    for (const instance of instances) expect(await answerAt(instance, "/a")).toBe("one");
    expect(fleet.instances().map(({ isReady }) => isReady)).toEqual([true, true, true]);
  });

  test("where nothing changed, each is asked for its digest, and nothing is sent", async () => {
    const instances = await instancesFor(2);
    const fleet = fleetOf(instances);
    await pass(fleet, { "routes/a": route("a", "one") });
    for (const instance of instances) instance.resetCounters();
    await pass(fleet);
    for (const instance of instances) expect(methodsOf(instance.calls())).toEqual(["HEAD"]);
  });

  test("a change moves the version of its list and the index of its item, and no other", async () => {
    const [instance] = [await instanceFor()];
    const fleet = fleetOf([instance]);
    await pass(fleet, { "routes/a": route("a", "one"), "routes/b": route("b", "one"), "upstreams/u": { nodes: {} } });
    const before = await documentOn(instance);
    await pass(fleet, { "routes/b": route("b", "two") });
    const after = await documentOn(instance);
    const index = ({ routes = [] }: typeof before, id: string) => routes.find((one) => one.id === id)?.modifiedIndex;
    expect(index(after, "a")).toBe(index(before, "a"));
    expect(index(after, "b")).toBeGreaterThan(index(before, "b") ?? Infinity);
    expect(after["routes_conf_version"]).toBeGreaterThan(Number(before["routes_conf_version"]));
    expect(after["upstreams_conf_version"]).toBe(before["upstreams_conf_version"]);
    expect(await answerAt(instance, "/b")).toBe("two");
  });

  test("one that restarted empty is filled again within seconds, though nobody passes", async () => {
    const [stays, goes] = [await instanceFor(), await instanceFor()];
    const fleet = fleetOf([stays, goes]);
    await pass(fleet, { "routes/a": route("a", "one") });
    const ports = [goes.adminUrl, goes.proxyUrl].map((url) => Number(new URL(url).port));
    await goes.stop();
    await eventually(() => fleet.instances().some(({ isReady }) => !isReady), { withinMs: 5_000 });
    const back = await instanceFor({ adminPort: ports[0], proxyPort: ports[1] });
    await eventually(async () => (await answerAt(back, "/a")) === "one", { withinMs: 10_000 });
    await eventually(() => fleet.instances().every(({ isReady }) => isReady), { withinMs: 5_000 });
  });

  test("one that is down delays no other, and gets what it missed when it is back", async () => {
    const up = await instanceFor();
    const port = await deadPort();
    const fleet = fleetOf([{ adminUrl: `http://127.0.0.1:${port}` }, up]);
    const startedMs = performance.now();
    const { outcome } = await pass(fleet, { "routes/a": route("a", "one") });
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    expect(statesOf(outcome)).toEqual(["done"]);
    expect(fleet.instances().map(({ isReady, problem }) => [isReady, problem?.failure])).toEqual([
      [false, "unreachable"],
      [true, undefined],
    ]);
    const late = await instanceFor({ adminPort: port });
    await eventually(async () => (await answerAt(late, "/a")) === "one", { withinMs: 10_000 });
  });

  test("one that is added is filled before it is ready", async () => {
    const [first, second] = [await instanceFor(), await instanceFor()];
    const fleet = fleetOf([first]);
    await pass(fleet, { "routes/a": route("a", "one") });
    fleet.setUrls([first.adminUrl, second.adminUrl]);
    expect(fleet.instances().map(({ isReady }) => isReady)).toEqual([true, false]);
    await pass(fleet);
    expect(fleet.instances().map(({ isReady }) => isReady)).toEqual([true, true]);
    expect(await answerAt(second, "/a")).toBe("one");
  });

  test("one that is something else now asks for another look, once", async () => {
    const [stays, goes] = [await instanceFor(), await instanceFor()];
    const news: boolean[] = [];
    const fleet = fleetOf([stays, goes], { onChange: (isNews) => news.push(isNews) });
    await pass(fleet, { "routes/a": route("a", "one") });
    await goes.stop();
    const withEtcd = await sandboxFor({ adminKey: key, adminPort: Number(new URL(goes.adminUrl).port) });
    await eventually(() => news.includes(true), { withinMs: 10_000 });
    await eventually(() => withEtcd.counters().reads >= 3, { withinMs: 10_000 });
    expect(news.filter((isNews) => isNews)).toEqual([true]);
  });

  test("what says that there is no such thing counts more than what says nothing", async () => {
    const withEtcd = await sandboxFor({ adminKey: key });
    const dead = { adminUrl: `http://127.0.0.1:${await deadPort()}` };
    await expect(fleetOf([dead, withEtcd]).observe()).rejects.toMatchObject({ failure: "notFound" });
    await expect(fleetOf([withEtcd, dead]).observe()).rejects.toMatchObject({ failure: "notFound" });
  });

  test("none that answers is an error, and no step is called done", async () => {
    const fleet = fleetOf([{ adminUrl: `http://127.0.0.1:${await deadPort()}` }]);
    await expect(fleet.observe()).rejects.toMatchObject({ failure: "unreachable" });
  });

  test("without leave to write nothing is sent", async () => {
    const instance = await instanceFor();
    const fleet = fleetOf([instance]);
    await fleet.observe();
    const { steps } = await fleet.apply(
      {
        steps: [{ index: 0, verb: "create", kind: "routes", id: "a", body: {}, changed: [], waitsFor: [] }],
        refusals: [],
      },
      { mayWrite: () => false },
    );
    expect(steps).toEqual([{ state: "skipped", because: "another instance may be in charge" }]);
    expect(methodsOf(instance.calls()).filter((call) => call === "PUT")).toEqual([]);
  });
});

test("what never went out is not taken for taken, though the instance holds what was sent before", async () => {
  const instance = await instanceFor();
  const proxy = await startHttpFaultProxy(instance.adminUrl, () => performance.now());
  onTestFinished(() => proxy.stop());
  const fleet = fleetOf([{ adminUrl: proxy.url }]);
  await pass(fleet, { "routes/a": route("a", "one", { desc: "one" }) });
  await fleet.observe();
  proxy.afflict({ hits: ({ method }) => method === "HEAD", act: says(500, { error_msg: "oh" }), isTakenIn: false });
  const { steps } = await fleet.apply(planOf({ "routes/a": route("a", "two", { desc: "two" }) }));
  expect(steps).toMatchObject([{ state: "failed", failure: "gatewayError" }]);
  proxy.afflict(undefined);
  expect((await fleet.observe()).routes.map(({ value }) => value.desc)).toEqual(["one"]);
});

describe("what is not ours", () => {
  const foreign = { id: "theirs", uri: "/theirs", plugins: {}, note: undefined, create_time: 7 };

  test("is carried over as it stands, whatever list it is in", async () => {
    const instance = await instanceFor();
    const theirs = { routes: [foreign], consumers: [{ username: "jack" }], plugins: [{ name: "cors" }] };
    await pushTo(instance, "theirs", theirs);
    const fleet = fleetOf([instance]);
    await pass(fleet, { "routes/a": route("a", "one") });
    const { routes, consumers, plugins } = await documentOn(instance);
    expect(routes?.map(({ id }) => id)).toEqual(["theirs", "a"]);
    expect(routes?.[0]).toEqual(JSON.parse(JSON.stringify(foreign)));
    expect([consumers, plugins]).toEqual([theirs.consumers, theirs.plugins]);
  });

  test("pushed behind our back, it is not overwritten: the pass is done again on top of it", async () => {
    const [one, two] = [await instanceFor(), await instanceFor()];
    const fleet = fleetOf([one, two]);
    await pass(fleet, { "routes/a": route("a", "one") });
    const stands = await documentOn(one);
    await pushTo(one, "theirs", { ...stands, routes: [...(stands.routes ?? []), foreign], routes_conf_version: 9e15 });
    const blind = await fleet.apply(
      {
        steps: [
          { index: 0, verb: "update", kind: "routes", id: "a", body: route("a", "two"), changed: [], waitsFor: [] },
        ],
        refusals: [],
      },
      { mayWrite: () => true },
    );
    expect(statesOf(blind)).toEqual(["conflict"]);
    const { outcome } = await pass(fleet, { "routes/a": route("a", "two") });
    expect(statesOf(outcome)).toEqual(["done"]);
    for (const instance of [one, two]) {
      expect((await documentOn(instance)).routes?.map(({ id }) => id)).toEqual(["a", "theirs"]);
      expect(await answerAt(instance, "/a")).toBe("two");
    }
  });

  test("what its owner took away stays away, though we knew it", async () => {
    const [one, two] = [await instanceFor(), await instanceFor()];
    await pushTo(one, "theirs", { routes: [foreign] });
    const fleet = fleetOf([one, two]);
    await pass(fleet, { "routes/a": route("a", "one") });
    const { routes = [], ...stands } = await documentOn(one);
    const without = { ...stands, routes: routes.filter(({ id }) => id !== "theirs"), routes_conf_version: 9e15 };
    for (const instance of [one, two]) await pushTo(instance, "without", without);
    await pass(fleet, { "routes/b": route("b", "one") });
    for (const instance of [one, two])
      expect((await documentOn(instance)).routes?.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  test("on an instance that comes later with what they had before, it adds only what is lacking", async () => {
    const [one, two, late] = [await instanceFor(), await instanceFor(), await instanceFor()];
    const extra = { id: "extra", uri: "/extra", plugins: {} };
    await pushTo(late, "before", { routes: [{ ...foreign, uri: "/before" }, extra] });
    await sleep(1_100); // gateways tell the second of a push
    const fleet = fleetOf([one, two]);
    await pass(fleet, { "routes/a": route("a", "one") });
    const stands = await documentOn(two);
    const routes_conf_version = Number(stands["routes_conf_version"]) + 1;
    expect(await pushTo(two, "now", { ...stands, routes: [foreign], routes_conf_version })).toBe(202);
    await pass(fleet);
    fleet.setUrls([one, two, late].map(({ adminUrl }) => adminUrl));
    await pass(fleet);
    await eventually(() => fleet.instances().every(({ isReady }) => isReady));
    for (const instance of [one, two, late])
      expect((await documentOn(instance)).routes?.map(({ id, uri }) => [id, uri])).toEqual([
        ["theirs", "/theirs"],
        ["a", "/a"],
        ["extra", "/extra"],
      ]);
  });

  test("an instance that was wiped gets back what was not ours, too", async () => {
    const [one, two] = [await instanceFor(), await instanceFor()];
    await pushTo(one, "theirs", { routes: [foreign] });
    const fleet = fleetOf([one, two]);
    await pass(fleet, { "routes/a": route("a", "one") });
    await pushTo(two, "wiped", {});
    await pass(fleet);
    for (const instance of [one, two])
      expect((await documentOn(instance)).routes?.map(({ id }) => id)).toEqual(["theirs", "a"]);
  });
});

describe("a new operator", () => {
  test("takes over what stands there without a push", async () => {
    const instances = await instancesFor(2);
    await pass(fleetOf(instances), { "routes/a": route("a", "one") });
    for (const instance of instances) instance.resetCounters();
    const { observed } = await pass(fleetOf(instances));
    expect(observed.routes.map(({ id }) => id)).toEqual(["a"]);
    for (const instance of instances) expect(methodsOf(instance.calls())).toEqual(["GET"]);
  });

  test("reads the last good version back from the instance that still holds it", async () => {
    const [holds, empty] = [await instanceFor(), await instanceFor()];
    await pass(fleetOf([holds]), { "routes/a": route("a", "good") });
    const { observed } = await pass(fleetOf([empty, holds]));
    expect(observed.routes.map(({ id }) => id)).toEqual(["a"]);
    expect(await answerAt(empty, "/a")).toBe("good");
  });

  test("with a clock that is behind, its versions are above those that stand there", async () => {
    const instance = await instanceFor();
    await pass(fleetOf([instance], { clock: () => 2e12 }), { "routes/a": route("a", "one") });
    const { outcome } = await pass(fleetOf([instance], { clock: () => 1e12 }), { "routes/a": route("a", "two") });
    expect(statesOf(outcome)).toEqual(["done"]);
    expect((await documentOn(instance))["routes_conf_version"]).toBe(2e12 + 1);
  });
});

describe("one bad object", () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`routes/r${at}`, route(`r${at}`, "new")]));
  const bad = { uri: 1, plugins: { "key-auth": { key: "a-secret" } } };

  test("is named, and all others go on: three requests, however many are bad", async () => {
    const instance = await instanceFor();
    const fleet = fleetOf([instance]);
    await pass(fleet, { "routes/r7": route("r7", "good"), "routes/r30": route("r30", "good") });
    instance.resetCounters();
    const changes = { ...many, "routes/r7": bad, "routes/r30": { uri: "/r30", plugins: { nope: {} } } };
    const { outcome } = await pass(fleet, changes, { "routes/r9": ["routes/r7"] });
    expect(methodsOf(instance.calls()).filter((call) => call !== "HEAD")).toEqual(["PUT", "POST/validate", "PUT"]);
    const states = statesOf(outcome);
    expect(states[7]).toBe("rejected");
    expect(outcome.steps[7]).toMatchObject({ message: expect.stringContaining("uri") as string });
    expect(outcome.steps[30]).toMatchObject({
      failure: "rejected",
      message: expect.stringContaining("nope") as string,
    });
    expect(states[9]).toBe("skipped");
    expect(states.filter((state) => state === "done")).toHaveLength(37);
    expect(await answerAt(instance, "/r7")).toBe("good");
    expect(await answerAt(instance, "/r8")).toBe("new");
    expect(JSON.stringify(outcome)).not.toContain("a-secret");
  });

  test("in a configuration that is too long to be validated at once, it is named all the same", async () => {
    const instance = await instanceFor();
    const fleet = fleetOf([instance]);
    const long = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`routes/r${at}`, route(`r${at}`, "x".repeat(100_000))]),
    );
    const { outcome } = await pass(fleet, { ...long, "routes/r7": bad, "routes/r39": bad });
    expect(methodsOf(instance.calls()).filter((call) => call === "PUT")).toHaveLength(2);
    const states = statesOf(outcome);
    expect([states[7], states[39]]).toEqual(["rejected", "rejected"]);
    expect(states.filter((state) => state === "done")).toHaveLength(38);
  });

  test.each(["3.14.1", "3.13.0"])("with %s, that only says no, it is found by halves", async (version) => {
    const instance = await instanceFor({ version });
    const fleet = fleetOf([instance]);
    await pass(fleet, { "routes/r7": route("r7", "good") });
    instance.resetCounters();
    const { outcome } = await pass(fleet, { ...many, "routes/r7": bad });
    const states = statesOf(outcome);
    expect(states[7]).toBe("rejected");
    expect(outcome.steps[7]).toMatchObject({ message: expect.stringContaining("uri") as string });
    expect(states.filter((state) => state === "done")).toHaveLength(39);
    expect(methodsOf(instance.calls()).filter((call) => call === "PUT").length).toBeLessThan(2 * Math.log2(40) + 3);
    expect(await answerAt(instance, "/r7")).toBe("good");
    expect(await answerAt(instance, "/r39")).toBe("new");
  });
});

test("a wrong key is said as it is in etcd mode", async () => {
  const instance = await instanceFor({ adminKey: "another" });
  await expect(fleetOf([instance]).observe()).rejects.toMatchObject({ failure: "unauthorized" });
  expect(key).not.toBe("another");
});
