import { afterEach, describe, expect, test } from "vitest";
import {
  KubeError,
  type KubeFailure,
  type KubeObject,
  type ListPage,
  Reflector,
  type ReflectorOptions,
  type ReflectorReport,
  type SyncState,
  type WatchEvent,
  type WatchOptions,
  customResource,
} from "../../../src/edges/kubernetes/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

// What no real server can be brought to do on command: failures at a chosen page, a chosen event, a chosen moment.

type Page = ListPage | KubeError;
/** What a watch sends; then it ends, fails, or (without an end) stays open. */
interface Watch {
  readonly events?: readonly WatchEvent[];
  readonly end?: "clean" | KubeError;
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A reflector over a script: each list takes the next entry of `lists`, each watch the next of `watches`. */
function reflectOver(
  script: { readonly lists: readonly (readonly Page[])[]; readonly watches?: readonly Watch[] },
  options: Partial<ReflectorOptions<KubeObject>> = {},
) {
  const clock = new FakeClock();
  const lists = [...script.lists];
  const watches = [...(script.watches ?? [])];
  const requests: string[] = [];
  const at = () => Math.round(clock.elapsed() / 100) / 10;
  const client = {
    async *listPages(): AsyncGenerator<ListPage> {
      requests.push(`list at ${at()}`);
      for (const page of lists.shift() ?? []) {
        if (page instanceof Error) throw page;
        yield page;
      }
    },
    async *watch(_type: unknown, { resourceVersion, signal }: WatchOptions): AsyncGenerator<WatchEvent> {
      requests.push(`watch ${resourceVersion} at ${at()}`);
      const { events = [], end } = watches.shift() ?? {};
      yield* events;
      if (end instanceof Error) throw end;
      if (end === "clean") return;
      await new Promise<void>((_done, failed) => {
        signal.addEventListener("abort", () =>
          failed(signal.reason instanceof Error ? signal.reason : new Error("aborted")),
        );
      });
    },
  };
  const changes: string[] = [];
  const states: SyncState[] = [];
  const reports: ReflectorReport[] = [];
  const reflector = new Reflector<KubeObject>({
    client,
    type: customResource("GatewayRoute"),
    transform: (object) => object,
    onChange: (change) => {
      const mark = change.kind === "deleted" && change.isFinalStateUnknown ? "?" : "";
      changes.push(`${change.kind} ${change.key}${mark}`);
    },
    onState: (state) => void states.push(state),
    observe: (report) => void reports.push(report),
    clock,
    random: () => 0,
    ...options,
  });
  reflector.start();
  stops.push(async () => {
    const stopped = reflector.stop();
    await clock.advance(0);
    await stopped;
    expect(clock.pending).toBe(0);
  });
  return { clock, reflector, changes, states, reports, requests };
}

function object(name: string, version: string, uid = `uid-${name}`): KubeObject {
  return { metadata: { namespace: "shop", name, uid, resourceVersion: version } };
}
function page(version: string, ...items: readonly KubeObject[]): ListPage {
  return { resourceVersion: version, items };
}
function event(type: "ADDED" | "MODIFIED" | "DELETED", item: KubeObject): WatchEvent {
  return { type, object: item, resourceVersion: item.metadata.resourceVersion ?? "" };
}
function bookmark(resourceVersion: string): WatchEvent {
  return { type: "BOOKMARK", resourceVersion };
}
function failure(kind: KubeFailure, retryAfterMs?: number): KubeError {
  return new KubeError(`scripted ${kind}`, { failure: kind, retryAfterMs });
}

describe("a list", () => {
  test("is published whole or not at all", async () => {
    const { clock, reflector, changes } = reflectOver({
      lists: [
        [page("10", object("a", "1")), failure("unreachable")],
        [page("12", object("a", "1")), page("12", object("b", "2"))],
      ],
    });
    await clock.advance(0);
    expect([changes, reflector.store.size, reflector.state.kind]).toEqual([[], 0, "failing"]);
    await clock.advance(1000);
    expect([changes, reflector.state.kind]).toEqual([["added shop/a", "added shop/b"], "synced"]);
  });

  test("starts over when one of its pages has expired", async () => {
    const { clock, requests, changes } = reflectOver({
      lists: [[page("10", object("a", "1")), failure("gone")], [page("20", object("b", "15"))]],
    });
    await clock.advance(1000);
    expect(requests).toEqual(["list at 0", "list at 0.8", "watch 20 at 0.8"]);
    expect(changes).toEqual(["added shop/b"]);
  });

  test.each(["forbidden", "notFound", "unauthorized", "serverError", "unreachable"] as const)(
    "that fails with %s is said, kept trying, and clears nothing",
    async (kind) => {
      const { clock, states, changes, requests, reflector } = reflectOver({
        lists: [[page("10", object("a", "1"))], [failure(kind)], [failure(kind)], [page("30", object("a", "1"))]],
        watches: [{ end: failure("gone") }],
      });
      await clock.advance(3000);
      expect(states.at(-1)).toMatchObject({ kind: "failing", failure: kind });
      expect([changes, reflector.store.size]).toEqual([["added shop/a"], 1]);
      await clock.advance(60_000);
      expect(states.at(-1)).toEqual({ kind: "synced" });
      expect(requests.filter((request) => request.startsWith("list"))).toHaveLength(4);
    },
  );

  test("after a gap tells deletions first, then additions, then changes, and nothing of what stayed", async () => {
    const { clock, changes } = reflectOver({
      lists: [
        [page("10", object("same", "1"), object("changed", "2"), object("gone", "3"), object("reborn", "4", "old"))],
        [page("20", object("same", "1"), object("changed", "12"), object("new", "13"), object("reborn", "14", "new"))],
      ],
      watches: [{ end: failure("gone") }],
    });
    await clock.advance(0);
    changes.length = 0;
    await clock.advance(1000);
    expect(changes).toEqual([
      "deleted shop/gone?",
      "deleted shop/reborn?",
      "added shop/new",
      "added shop/reborn",
      "updated shop/changed",
    ]);
  });
});

describe("a watch", () => {
  const start = [[page("10")]];

  test("starts where the list ended, and resumes where the last event or bookmark was", async () => {
    const { clock, requests } = reflectOver({
      lists: start,
      watches: [
        { events: [event("ADDED", object("a", "11"))], end: "clean" },
        { events: [bookmark("40")], end: failure("unreachable") },
        {},
      ],
    });
    await clock.advance(1000);
    expect(requests).toEqual(["list at 0", "watch 10 at 0", "watch 11 at 0", "watch 40 at 0.8"]);
  });

  test.each(["unreachable", "timeout", "malformed", "overloaded", "unauthorized"] as const)(
    "that fails with %s is resumed, and never costs a list",
    async (kind) => {
      const { clock, requests, reflector } = reflectOver({
        lists: start,
        watches: Array.from({ length: 6 }, () => ({ end: failure(kind) })),
      });
      await clock.advance(120_000);
      expect(requests.filter((request) => request.startsWith("list"))).toHaveLength(1);
      expect(requests).toHaveLength(8);
      expect(reflector.state.kind).toBe("synced");
    },
  );

  test("that has expired costs one list", async () => {
    const { clock, requests, reports } = reflectOver({
      lists: [[page("10")], [page("90")]],
      watches: [{ events: [event("ADDED", object("a", "11"))], end: failure("gone") }],
    });
    await clock.advance(1000);
    expect(requests).toEqual(["list at 0", "watch 10 at 0", "list at 0.8", "watch 90 at 0.8"]);
    expect(reports.flatMap((report) => (report.kind === "listed" ? [report.reason] : []))).toEqual([
      "start",
      "expired",
    ]);
  });

  test("of a server that fails in the stream is tried again for a minute, then costs a list", async () => {
    const { clock, requests } = reflectOver({
      lists: [[page("10")], [page("20")]],
      watches: Array.from({ length: 40 }, () => ({ end: failure("serverError") })),
    });
    await clock.advance(55_000);
    expect(requests.filter((request) => request.startsWith("list"))).toHaveLength(1);
    await clock.advance(60_000);
    expect(requests.filter((request) => request.startsWith("list")).length).toBeGreaterThan(1);
  });

  test("waits as long as the server asks", async () => {
    const { clock, requests } = reflectOver({ lists: start, watches: [{ end: failure("overloaded", 17_000) }] });
    await clock.advance(20_000);
    expect(requests).toEqual(["list at 0", "watch 10 at 0", "watch 10 at 17"]);
  });

  test("that ends at once with nothing, again and again, is no reason to hammer the server", async () => {
    const { clock, requests } = reflectOver({
      lists: start,
      watches: Array.from({ length: 100 }, () => ({ end: "clean" as const })),
    });
    await clock.advance(60_000);
    expect(requests.length).toBeLessThan(10);
  });

  test("that outlives its agreed end is given up and resumed", async () => {
    const { clock, requests } = reflectOver({ lists: start, watches: [{}, {}] });
    await clock.advance(400_000);
    expect(requests).toEqual(["list at 0", "watch 10 at 0", "watch 10 at 315.8"]);
  });

  test("tells a namesake with another uid as a deletion and an addition", async () => {
    const { clock, changes } = reflectOver({
      lists: [[page("10", object("a", "1", "old"))]],
      watches: [{ events: [event("MODIFIED", object("a", "12", "new"))] }],
    });
    await clock.advance(0);
    expect(changes).toEqual(["added shop/a", "deleted shop/a?", "added shop/a"]);
  });

  test("tells nothing twice, and no deletion of what it never had", async () => {
    const { clock, changes } = reflectOver({
      lists: [[page("10", object("a", "1"))]],
      watches: [
        {
          events: [
            event("ADDED", object("a", "1")),
            event("MODIFIED", object("b", "12")),
            event("DELETED", object("b", "13")),
            event("DELETED", object("b", "13")),
          ],
        },
      ],
    });
    await clock.advance(0);
    expect(changes).toEqual(["added shop/a", "added shop/b", "deleted shop/b"]);
  });

  test("goes on when a handler throws", async () => {
    const { clock, reflector, reports, requests } = reflectOver(
      { lists: [[page("10", object("a", "1"))]], watches: [{ events: [event("ADDED", object("b", "11"))] }] },
      {
        onChange: () => {
          throw new Error("a bug of ours");
        },
      },
    );
    await clock.advance(60_000);
    expect(reflector.store.size).toBe(2);
    expect(reports.filter(({ kind }) => kind === "handlerFailed")).toHaveLength(2);
    expect(requests).toEqual(["list at 0", "watch 10 at 0"]);
  });
});

describe("waits", () => {
  test("double from 0.8 to 30 seconds, and start again after two minutes of peace", async () => {
    const trouble = Array.from({ length: 9 }, () => ({ end: failure("unreachable") }));
    const peace = { events: [bookmark("50")] };
    const { clock, requests } = reflectOver({
      lists: [[page("10")]],
      watches: [...trouble, peace, { end: failure("unreachable") }, {}],
    });
    await clock.advance(1_000_000);
    const times = requests.map((request) => Number(request.split(" ").at(-1)));
    const waits = times.slice(2).map((time, index) => Math.round((time - (times[index + 1] ?? 0)) * 10) / 10);
    expect(waits.slice(0, 9)).toEqual([0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30, 30]);
    // A watch of 315 quiet seconds that had to be given up, then the shortest wait, then the one after it.
    expect(waits.slice(9, 11)).toEqual([315.8, 1.6]);
  });

  test("are stretched at random, to twice their length at most", async () => {
    const { clock, requests } = reflectOver(
      { lists: [[failure("unreachable")], [page("10")]] },
      { random: () => 0.999 },
    );
    await clock.advance(3000);
    expect(requests[1]).toBe("list at 1.6");
  });
});

test("nothing happens after stop, whatever was under way", async () => {
  const { clock, reflector, requests, changes } = reflectOver({
    lists: [[page("10", object("a", "1"))]],
    watches: [
      { events: Array.from({ length: 1000 }, (_event, index) => event("ADDED", object(`o${index}`, `${index}`))) },
    ],
  });
  const stopped = reflector.stop();
  await clock.advance(600_000);
  await stopped;
  expect([requests.length, changes]).toEqual([1, []]);
});
