import { describe, expect, onTestFinished, test } from "vitest";
import type { Fleet } from "../../../../src/shells/controller/standalone/fleet.ts";
import type { Sandbox } from "../../../../src/shells/sandbox/index.ts";
import { eventually } from "../../../support/eventually.ts";
import { bad, cors, good, idsOn, poor, ready, refusal, refusingBad, restarted, sentTo, using } from "./refusing.ts";
import { answerAt, documentOn, fleetOf, instanceFor, ourRoute, ours, pass, pushTo, route } from "./support.ts";

// What stands on a gateway and is refused by now: after an upgrade, or since a plugin is no longer enabled.

describe("an instance that restarted and refuses something of ours by now", () => {
  test("gets everything else within seconds, though nobody passes; the next pass names what is missing", async () => {
    const before = await instanceFor();
    let changes = 0;
    const fleet = fleetOf([before], { onChange: () => (changes += 1) });
    await pass(fleet, { "routes/bad": bad, "routes/good": good });
    await ready(fleet);
    changes = 0;
    const after = await restarted(before, poor);
    expect(await answerAt(after, "/good")).toBe("fine");
    await ready(fleet);
    await eventually(() => changes > 0);
    expect(sentTo(after)).toEqual(["PUT", "POST/validate", "PUT"]);
    const { outcome, observed } = await pass(fleet);
    expect(outcome.missing).toEqual([refusal("bad", "unknown plugin [cors]")]);
    expect(observed.routes.map(({ id }) => id)).toEqual(["bad", "good"]);
    expect(fleet.instances()).toMatchObject([{ isReady: true, problem: undefined, stranded: [] }]);
  });

  test("is not asked again as long as nothing changes, and other changes cost one push", async () => {
    const { fleet, after } = await refusingBad();
    after.resetCounters();
    for (let times = 0; times < 3; times += 1) {
      const { outcome } = await pass(fleet);
      expect(outcome.missing).toHaveLength(1);
    }
    expect(sentTo(after)).toEqual([]);
    await pass(fleet, { "routes/more": ourRoute("more", "yes") });
    expect(sentTo(after)).toEqual(["PUT"]);
    expect(await idsOn(after)).toEqual(["good", "more"]);
  });

  test("takes it once it is mended, or knows no more of it once it is deleted", async () => {
    const before = await instanceFor();
    const fleet = fleetOf([before]);
    await pass(fleet, { "routes/bad": bad, "routes/worse": using("worse", "old", cors) });
    const after = await restarted(before, poor);
    await ready(fleet);
    const { outcome } = await pass(fleet, { "routes/bad": ourRoute("bad", "new"), "routes/worse": undefined });
    expect(outcome.steps.map(({ state }) => state)).toEqual(["done", "done"]);
    expect(outcome.missing).toBeUndefined();
    expect(await answerAt(after, "/bad")).toBe("new");
    expect(await idsOn(after)).toEqual(["bad"]);
  });

  test("does not get what refers to it either", async () => {
    const before = await instanceFor();
    const fleet = fleetOf([before]);
    await pass(fleet, {
      "services/web": { ...ours, plugins: cors },
      "routes/user": ourRoute("user", "through", { service_id: "web" }),
      "routes/good": good,
    });
    const after = await restarted(before, poor);
    await ready(fleet);
    const { outcome } = await pass(fleet);
    expect(await idsOn(after)).toEqual(["good"]);
    expect(outcome.missing).toEqual([
      refusal("web", "unknown plugin [cors]", "services"),
      { kind: "routes", id: "user", outcome: { state: "skipped", because: expect.any(String) as string } },
    ]);
  });
});

describe.each(["3.14.1", "3.13.0"])("with %s, that only says no, an instance that restarted", (version) => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`routes/r${at}`, ourRoute(`r${at}`, "here")]));

  test("is filled by halves, and what it refuses is named", async () => {
    const before = await instanceFor({ version });
    const fleet = fleetOf([before]);
    await pass(fleet, {
      ...many,
      "routes/bad": bad,
      "services/web": { ...ours, plugins: cors },
      "routes/user": ourRoute("user", "x", { service_id: "web" }),
    });
    const after = await restarted(before, { ...poor, version });
    await ready(fleet);
    for (const id of ["r0", "r29"]) expect(await answerAt(after, `/${id}`)).toBe("here");
    expect(await idsOn(after)).toHaveLength(30);
    const { outcome } = await pass(fleet);
    const [alone, user, web] = (outcome.missing ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(web).toEqual(refusal("web", "unknown plugin [cors]", "services"));
    expect(alone).toEqual(refusal("bad", "unknown plugin [cors]"));
    expect(user).toMatchObject({ id: "user", outcome: { state: "skipped" } });
    expect(sentTo(after).length).toBeLessThan(2 * 2 * Math.log2(33) + 4);
    after.resetCounters();
    for (let times = 0; times < 3; times += 1) await pass(fleet);
    expect(sentTo(after)).toEqual([]);
    await pass(fleet, { "routes/more": ourRoute("more", "yes") });
    expect([sentTo(after), await answerAt(after, "/more")]).toEqual([["PUT"], "yes"]);
  });
});

test("filled by halves, too, it keeps the version that it had before it restarted", async () => {
  const [old, young] = [await instanceFor({ version: "3.18.0" }), await instanceFor({ ...poor, version: "3.18.0" })];
  const fleet = fleetOf([old, young]);
  await pass(fleet, { "routes/bad": ourRoute("bad", "good"), "routes/good": good });
  await pass(fleet, { "routes/bad": bad });
  expect(await answerAt(young, "/bad")).toBe("good");
  const again = await restarted(young, { ...poor, version: "3.14.1" });
  await ready(fleet);
  expect([await answerAt(again, "/bad"), await answerAt(again, "/good")]).toEqual(["good", "fine"]);
});

test("of several, one that restarted and only says no takes steps like the others", async () => {
  const [old, before] = [await instanceFor({ version: "3.14.1" }), await instanceFor({ version: "3.14.1" })];
  const fleet = fleetOf([before, old]);
  await pass(fleet, { "routes/bad": bad, "routes/good": good });
  fleet.setUrls([old.adminUrl]);
  const young = await instanceFor({ ...poor, version: "3.14.1" });
  fleet.setUrls([young.adminUrl, old.adminUrl]);
  const { outcome } = await pass(fleet, { "routes/good": ourRoute("good", "new") });
  expect(outcome.steps).toEqual([{ state: "done" }]);
  await ready(fleet);
  for (const each of [old, young]) expect(await answerAt(each, "/good")).toBe("new");
  expect([await answerAt(old, "/bad"), await answerAt(young, "/bad")]).toEqual(["old", "404"]);
});

describe("instances of different minds", () => {
  async function mixed(): Promise<{ readonly old: Sandbox; readonly young: Sandbox; readonly fleet: Fleet }> {
    const [old, before] = [await instanceFor(), await instanceFor()];
    const fleet = fleetOf([old, before]);
    await pass(fleet, { "routes/bad": bad, "routes/good": good });
    const young = await restarted(before, poor);
    await ready(fleet);
    return { old, young, fleet };
  }

  test("each has all that it takes, and nothing goes back and forth", async () => {
    const { old, young, fleet } = await mixed();
    expect([await idsOn(old), await idsOn(young)]).toEqual([["bad", "good"], ["good"]]);
    const { outcome } = await pass(fleet);
    expect(outcome.missing).toEqual([refusal("bad", "unknown plugin [cors] (1 of 2 instances)")]);
    for (const each of [old, young]) each.resetCounters();
    for (let times = 0; times < 3; times += 1) await pass(fleet);
    expect([sentTo(old), sentTo(young)]).toEqual([[], []]);
  });

  test("a new operator sees one picture, too, and comes to rest", async () => {
    const { old, young, fleet } = await mixed();
    fleet.close();
    for (const urls of [
      [old, young],
      [young, old],
    ]) {
      const next = fleetOf(urls);
      const { observed } = await pass(next);
      expect(observed.routes.map(({ id }) => id)).toEqual(["bad", "good"]);
      await ready(next);
      for (const each of [old, young]) each.resetCounters();
      for (let times = 0; times < 3; times += 1) expect((await pass(next)).outcome.missing).toHaveLength(1);
      expect([sentTo(old), sentTo(young)]).toEqual([[], []]);
      expect([await answerAt(old, "/bad"), await answerAt(young, "/bad")]).toEqual(["old", "404"]);
      next.close();
    }
  });

  test("changes reach both, whoever is asked first", async () => {
    const { old, young, fleet } = await mixed();
    for (const answer of ["one", "two"]) {
      const { outcome } = await pass(fleet, { "routes/good": ourRoute("good", answer) });
      expect(outcome.steps).toEqual([{ state: "done" }]);
      fleet.setUrls([young.adminUrl, old.adminUrl]);
      await ready(fleet);
      for (const each of [old, young]) expect(await answerAt(each, "/good")).toBe(answer);
    }
    expect(await answerAt(old, "/bad")).toBe("old");
  });

  test("what one takes and the other does not stays there in the version that it took", async () => {
    const [old, young] = [await instanceFor(), await instanceFor(poor)];
    const fleet = fleetOf([old, young]);
    await pass(fleet, { "routes/bad": ourRoute("bad", "good") });
    const { outcome } = await pass(fleet, { "routes/bad": bad });
    expect(outcome.steps).toEqual([{ state: "done" }]);
    expect(outcome.missing).toEqual([refusal("bad", "unknown plugin [cors]")]);
    expect([await answerAt(old, "/bad"), await answerAt(young, "/bad")]).toEqual(["old", "good"]);
    // Even over a restart, as far as we are there to see it.
    const again = await restarted(young, poor);
    await ready(fleet);
    expect(await answerAt(again, "/bad")).toBe("good");
  });

  test("the one that was behind is given all of it once it is of the other's mind", async () => {
    const { old, young, fleet } = await mixed();
    const upgraded = await restarted(young, {});
    await eventually(async () => (await answerAt(upgraded, "/bad")) === "old", { withinMs: 10_000 });
    await ready(fleet);
    expect((await pass(fleet)).outcome.missing).toBeUndefined();
    expect(await idsOn(upgraded)).toEqual(await idsOn(old));
  });
});

describe("what is not ours", () => {
  const theirs = {
    ...route("theirs", "theirs"),
    plugins: { ...cors, ...(route("", "theirs") as { plugins: object }).plugins },
  };
  const labelled = { id: "theirs", ...theirs, labels: { [`managed-by`]: "somebody" } };

  test("is left out where it does not stand, and named with its maker", async () => {
    const before = await instanceFor();
    await pushTo(before, "theirs", { routes: [labelled] });
    const fleet = fleetOf([before]);
    await pass(fleet, { "routes/good": good });
    const after = await restarted(before, poor);
    await ready(fleet);
    expect(await idsOn(after)).toEqual(["good"]);
    const { outcome, observed } = await pass(fleet);
    expect(outcome.missing).toBeUndefined();
    expect(observed.routes.map(({ id }) => id)).toEqual(["good", "theirs"]);
    expect(fleet.instances()[0]?.stranded).toEqual([
      expect.stringMatching(/^routes\/theirs, .*somebody.*: unknown plugin \[cors\]/) as string,
    ]);
  });

  test("is not taken away where it stands: that instance waits and says for what, all others go on", async () => {
    const [stuck, fine] = [await instanceFor(), await instanceFor()];
    await pushTo(stuck, "theirs", { routes: [labelled] });
    const fleet = fleetOf([stuck, fine]);
    await pass(fleet, { "routes/good": good });
    stuck.reload(poor.plugins);
    stuck.resetCounters();
    const { outcome } = await pass(fleet, { "routes/good": ourRoute("good", "new") });
    expect(outcome.steps).toEqual([{ state: "done" }]);
    expect([await answerAt(stuck, "/good"), await answerAt(fine, "/good")]).toEqual(["fine", "new"]);
    expect([await answerAt(stuck, "/theirs"), await answerAt(fine, "/theirs")]).toEqual(["theirs", "theirs"]);
    const [told, other] = fleet.instances();
    expect(told).toMatchObject({ isReady: false, problem: { failure: "conflict" } });
    expect(told?.problem?.message).toMatch(/routes\/theirs.*somebody.*unknown plugin \[cors\]/);
    expect(other?.isReady).toBe(true);
    await pass(fleet);
    expect(sentTo(stuck)).toEqual(["PUT", "POST/validate"]);

    // Whoever made it mends it.
    const { routes = [], ...stands } = await documentOn(stuck);
    const mended = routes.map((one) => (one.id === "theirs" ? { ...one, plugins: {}, modifiedIndex: 1 } : one));
    expect(await pushTo(stuck, "mended", { ...stands, routes: mended, routes_conf_version: 9e15 })).toBe(202);
    await pass(fleet, { "routes/good": ourRoute("good", "newer") });
    await ready(fleet);
    for (const each of [stuck, fine]) expect(await answerAt(each, "/good")).toBe("newer");
  });

  test("alone on the one gateway there is, it keeps every change back, and the change says so", async () => {
    const stuck = await instanceFor();
    await pushTo(stuck, "theirs", { routes: [labelled] });
    const fleet = fleetOf([stuck]);
    await pass(fleet, { "routes/good": good });
    stuck.reload(poor.plugins);
    const { outcome } = await pass(fleet, { "routes/good": ourRoute("good", "new") });
    expect(outcome.steps).toMatchObject([{ state: "failed", failure: "conflict" }]);
    expect(JSON.stringify(outcome.steps)).toContain("routes/theirs");
    expect(await idsOn(stuck)).toEqual(["theirs", "good"]);
  });
});

test("what is refused already and comes as a step is refused without being sent", async () => {
  const { fleet, after } = await refusingBad();
  // Somebody else's push takes it out of the picture.
  const stands = await documentOn(after);
  const routes = [...(stands.routes ?? []), { id: "theirs", ...route("theirs", "x") }];
  await pushTo(after, "theirs", { ...stands, routes, routes_conf_version: 9e15 });
  expect((await fleet.observe()).routes.map(({ id }) => id)).toEqual(["good", "theirs"]);
  after.resetCounters();
  const { outcome } = await pass(fleet, { "routes/bad": bad });
  expect(outcome.steps).toMatchObject([{ state: "failed", failure: "rejected", message: "unknown plugin [cors]" }]);
  expect(sentTo(after)).toEqual([]);
});

test("a mixed gateway comes to rest, whatever the order in which its instances restart", async () => {
  const instances = [await instanceFor(), await instanceFor(), await instanceFor()];
  const fleet = fleetOf(instances);
  onTestFinished(() => fleet.close());
  await pass(fleet, { "routes/bad": bad, "routes/good": good });
  for (const [at, instance] of instances.entries()) {
    // oxlint-disable no-await-in-loop -- one after the other, as a rolling upgrade does
    instances[at] = await restarted(instance, poor);
    await pass(fleet, { "routes/good": ourRoute("good", `round ${at}`) });
    await ready(fleet);
    for (const each of instances) expect(await answerAt(each, "/good")).toBe(`round ${at}`);
    const left = instances.slice(at + 1);
    for (const each of left) expect(await answerAt(each, "/bad")).toBe("old");
    // oxlint-enable no-await-in-loop
  }
  const { outcome } = await pass(fleet);
  expect(outcome.missing).toEqual([refusal("bad", "unknown plugin [cors]")]);
  for (const instance of instances) instance.resetCounters();
  await pass(fleet);
  expect(instances.map(sentTo)).toEqual([[], [], []]);
});
