import { describe, expect, test } from "vitest";
import type { Fleet } from "../../../../src/shells/controller/standalone/fleet.ts";
import type { Sandbox } from "../../../../src/shells/sandbox/index.ts";
import { bad, cors, good, idsOn, poor, ready, refusingBad, restarted, sentTo, using } from "./refusing.ts";
import { answerAt, documentOn, fleetOf, instanceFor, ourRoute, pass, pushTo, route } from "./support.ts";

// What an instance refused is doubted once the gateway is looked at anew: it is asked again.

const rich = ["fault-injection", "cors"];

test("an instance that refuses something is asked again when the gateway is looked at anew, by one validation", async () => {
  const { fleet, after } = await refusingBad();
  after.resetCounters();
  fleet.reconsider();
  expect((await pass(fleet)).outcome.missing).toHaveLength(1);
  expect(sentTo(after)).toEqual(["POST/validate"]);
  after.reload(undefined);
  fleet.reconsider();
  expect((await pass(fleet)).outcome.missing).toBeUndefined();
  expect(sentTo(after)).toEqual(["POST/validate", "POST/validate", "PUT"]);
  expect(await answerAt(after, "/bad")).toBe("old");
});

describe.each(["3.14.1", "3.13.0"])("with %s, that only says no, an instance that restarted", (version) => {
  test("is tried with all of it when the gateway is looked at anew", async () => {
    const { fleet, after } = await refusingBad(version);
    fleet.reconsider();
    expect((await pass(fleet)).outcome.missing).toHaveLength(1);
    after.reload(undefined);
    fleet.reconsider();
    expect((await pass(fleet)).outcome.missing).toBeUndefined();
    expect(await answerAt(after, "/bad")).toBe("old");
  });
});

test.each(["3.18.0", "3.14.1"])(
  "with %s, what is refused is asked again, whatever is offered in its place at that time and refused in its turn",
  async (version) => {
    const [old, before] = [await instanceFor({ version }), await instanceFor({ version })];
    const fleet = fleetOf([old, before]);
    await pass(fleet, { "routes/bad": bad, "routes/good": good });
    const young = await restarted(before, { ...poor, version });
    await ready(fleet);
    expect(await answerAt(young, "/bad")).toBe("404");
    fleet.setUrls([young.adminUrl, old.adminUrl]);
    for (const each of [old, young]) each.reload(rich);
    fleet.reconsider();
    const { outcome } = await pass(fleet, { "routes/bad": using("bad", "worse", { nonsuch: {} }) });
    expect(outcome.steps).toMatchObject([{ state: "failed", failure: "rejected" }]);
    expect(outcome.missing).toBeUndefined();
    for (const each of [old, young]) expect(await answerAt(each, "/bad")).toBe("old");
    for (const each of [old, young]) each.resetCounters();
    await pass(fleet);
    expect([sentTo(old), sentTo(young)]).toEqual([[], []]);
  },
);

test("what is refused is asked again when it is offered and another that is refused stands in its place", async () => {
  const [young, old] = [await instanceFor(poor), await instanceFor()];
  const fleet = fleetOf([young, old]);
  await pass(fleet, { "routes/bad": ourRoute("bad", "first") });
  fleet.setUrls([old.adminUrl, young.adminUrl]);
  await pass(fleet, { "routes/bad": bad });
  await pass(fleet, { "routes/bad": using("bad", "other", { gzip: {} }) });
  await ready(fleet);
  expect([await answerAt(old, "/bad"), await answerAt(young, "/bad")]).toEqual(["other", "first"]);
  fleet.setUrls([young.adminUrl, old.adminUrl]);
  young.reload(rich);
  fleet.reconsider();
  expect((await pass(fleet, { "routes/bad": bad })).outcome.steps).toEqual([{ state: "done" }]);
  await ready(fleet);
  for (const each of [old, young]) expect(await answerAt(each, "/bad")).toBe("old");
});

test("what was refused in the place of something else is no longer known to be once that was asked", async () => {
  const [old, young] = [await instanceFor(), await instanceFor(poor)];
  const fleet = fleetOf([old, young]);
  await pass(fleet, { "routes/bad": bad });
  await pass(fleet, { "routes/bad": using("bad", "other", { gzip: {} }) });
  expect([await answerAt(old, "/bad"), await answerAt(young, "/bad")]).toEqual(["other", "404"]);
  young.reload(rich);
  fleet.reconsider();
  expect((await pass(fleet)).outcome.missing).toHaveLength(1);
  expect((await pass(fleet, { "routes/bad": bad })).outcome.missing).toBeUndefined();
  for (const each of [old, young]) expect(await answerAt(each, "/bad")).toBe("old");
});

describe("what somebody else did about their own item that was refused", () => {
  const theirs = (answer: string, more: object = {}) => {
    const { plugins, ...body } = route("theirs", answer) as { readonly plugins: object };
    return { id: "theirs", ...body, plugins: { ...plugins, ...more } };
  };

  /** It holds their item, and refuses it by now; they replace it by others. */
  async function mendedBy(others: readonly object[]): Promise<{ readonly instance: Sandbox; readonly fleet: Fleet }> {
    const instance = await instanceFor();
    await pushTo(instance, "theirs", { routes: [theirs("first", cors)] });
    const fleet = fleetOf([instance]);
    await pass(fleet, { "routes/good": good });
    instance.reload(poor.plugins);
    await pass(fleet, { "routes/good": ourRoute("good", "not yet") });
    expect(fleet.instances()).toMatchObject([{ isReady: false, problem: { failure: "conflict" } }]);
    const { routes = [], ...stands } = await documentOn(instance);
    const next = routes.flatMap((one) => (one.id === "theirs" ? others : [one]));
    const routes_conf_version = Number(stands["routes_conf_version"]) + 1;
    expect(await pushTo(instance, "mended", { ...stands, routes: next, routes_conf_version })).toBe(202);
    await pass(fleet, { "routes/good": ourRoute("good", "now") });
    await ready(fleet);
    instance.reload(undefined);
    fleet.reconsider();
    await pass(fleet);
    await pass(fleet, { "routes/good": ourRoute("good", "later") });
    expect(await answerAt(instance, "/good")).toBe("later");
    return { instance, fleet };
  }

  test("stays when it is taken again: they mended it", async () => {
    const { instance, fleet } = await mendedBy([theirs("mended")]);
    expect(await answerAt(instance, "/theirs")).toBe("mended");
    expect((await fleet.observe()).routes.map(({ id }) => id)).toEqual(["good", "theirs"]);
  });

  test("stays when it is taken again: they deleted it", async () => {
    const { instance } = await mendedBy([]);
    expect(await idsOn(instance)).toEqual(["good"]);
  });
});
