import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type DocumentList,
  type GatewayDocument,
  type JsonObject,
  documentLists,
  documentOf,
  emptyDocument,
  itemIdOf,
} from "../../../src/core/model/index.ts";
import { type RefusedItem, type Share, isSameItem, shareOf } from "../../../src/core/plan/index.ts";

type Lists = Partial<Record<DocumentList, readonly JsonObject[]>>;

function documentWith(version: number, lists: Lists): GatewayDocument {
  return documentOf((list) => ({ version, items: lists[list] ?? [] }));
}

function refusedIn(lists: Lists): readonly RefusedItem[] {
  return documentLists.flatMap((list) => (lists[list] ?? []).map((item) => ({ list, item, message: "no" })));
}

/** Ours are those whose name begins so. */
const isOurs = (_list: DocumentList, item: JsonObject) => itemIdOf(item)?.startsWith("our") === true;

interface Case {
  readonly whole: Lists;
  readonly held?: Lists;
  readonly before?: Lists;
  readonly refused?: Lists;
}

function shared({ whole, held, before, refused = {} }: Case): Share {
  return shareOf(documentWith(20, whole), {
    held: held === undefined ? emptyDocument : documentWith(10, held),
    ...(before !== undefined && { before: documentWith(5, before) }),
    refused: refusedIn(refused),
    isOurs,
    nowMs: 15,
  });
}

function idsIn({ document }: Share, list: DocumentList = "routes"): readonly unknown[] {
  return document[list].items.map(({ id, username }) => id ?? username);
}

function namesOf({ leftOut }: Share): readonly unknown[] {
  return leftOut.map(({ item, refused }) => `${itemIdOf(item)} ${refused === undefined ? "waits" : "refused"}`);
}

const our = { id: "our", uri: "/our", modifiedIndex: 20 };
const fine = { id: "our-fine", uri: "/fine" };
const theirs = { id: "theirs", uri: "/theirs" };

describe("what an instance refuses", () => {
  test("is left out where it has restarted, and everything else is there", () => {
    const share = shared({ whole: { routes: [our, fine, theirs] }, refused: { routes: [our] } });
    expect(idsIn(share)).toEqual(["our-fine", "theirs"]);
    expect(share.document.services).toEqual({ version: 20, items: [] });
    expect(namesOf(share)).toEqual(["our refused"]);
  });

  test("leaves its place to the version that stands there", () => {
    const old = { ...our, uri: "/old", modifiedIndex: 3 };
    const share = shared({ whole: { routes: [fine, our] }, held: { routes: [old] }, refused: { routes: [our] } });
    expect(share.document.routes.items).toEqual([fine, old]);
    expect(namesOf(share)).toEqual(["our refused"]);
  });

  test("leaves its place to the version from before a restart, unless that is refused, too", () => {
    const old = { ...our, uri: "/old" };
    const one = { whole: { routes: [our, fine] }, before: { routes: [old] } };
    expect(shared({ ...one, refused: { routes: [our] } }).document.routes.items).toEqual([old, fine]);
    expect(shared({ ...one, refused: { routes: [our, old] } }).document.routes.items).toEqual([fine]);
  });

  test("is given again once it is another", () => {
    const share = shared({ whole: { routes: [{ ...our, uri: "/new" }] }, refused: { routes: [our] } });
    expect(idsIn(share)).toEqual(["our"]);
    expect(share.leftOut).toEqual([]);
  });

  test("is known again however it was written", () => {
    const share = shared({ whole: { routes: [{ ...our, modifiedIndex: 99 }] }, refused: { routes: [our] } });
    expect(idsIn(share)).toEqual([]);
  });

  test("is taken away where it stands: nothing else could be given there", () => {
    const share = shared({ whole: { routes: [our, fine] }, held: { routes: [our] }, refused: { routes: [our] } });
    expect(idsIn(share)).toEqual(["our-fine"]);
    expect(share.blocking).toEqual([]);
  });
});

describe("what is not ours", () => {
  test("stays where it stands, and then nothing can be given there", () => {
    const one = { whole: { routes: [theirs, our] }, held: { routes: [theirs] }, refused: { routes: [theirs] } };
    const share = shared(one);
    expect(share.blocking.map(({ item }) => item)).toEqual([theirs]);
    expect(idsIn(share)).toEqual(["theirs"]);
  });

  test("is left out where it does not stand: that takes nothing away", () => {
    const share = shared({ whole: { routes: [theirs, our] }, refused: { routes: [theirs] } });
    expect([share.blocking, idsIn(share)]).toEqual([[], ["our"]]);
    expect(namesOf(share)).toEqual(["theirs refused"]);
  });

  test("stays in the version that stands there, and nothing is in the way", () => {
    const old = { ...theirs, uri: "/old" };
    const share = shared({ whole: { routes: [theirs, our] }, held: { routes: [old] }, refused: { routes: [theirs] } });
    expect(share.blocking).toEqual([]);
    expect(share.document.routes.items).toEqual([old, our]);
  });

  test("is not put back to what it was before a restart", () => {
    const old = { ...theirs, uri: "/old" };
    const share = shared({ whole: { routes: [theirs] }, before: { routes: [old] }, refused: { routes: [theirs] } });
    expect(idsIn(share)).toEqual([]);
  });

  test("is known by all that it holds, where it has no name", () => {
    const nameless = { uri: "/nameless" };
    const whole = { routes: [nameless, our] };
    expect(idsIn(shared({ whole, refused: { routes: [nameless] } }))).toEqual(["our"]);
    expect(shared({ whole, held: { routes: [nameless] }, refused: { routes: [nameless] } }).blocking).toHaveLength(1);
  });
});

describe("what refers to something that is refused", () => {
  const service = { id: "our-service", plugins: { gone: {} } };
  const user = { id: "our-user", service_id: "our-service" };
  const whole = { services: [service], routes: [user, fine] };

  test("waits, however indirectly", () => {
    const upstream = { id: "our-upstream" };
    const uses = { ...service, upstream_id: "our-upstream" };
    const share = shared({
      whole: { upstreams: [upstream], services: [uses], routes: [user, fine] },
      refused: { upstreams: [upstream] },
    });
    expect([idsIn(share, "upstreams"), idsIn(share, "services"), idsIn(share)]).toEqual([[], [], ["our-fine"]]);
    expect(namesOf(share)).toEqual(["our-upstream refused", "our-service waits", "our-user waits"]);
  });

  test("stays as it stands", () => {
    const old = { ...user, uri: "/old" };
    const share = shared({ whole, held: { services: [], routes: [old] }, refused: { services: [service] } });
    expect(share.document.routes.items).toEqual([old, fine]);
    const same = shared({ whole, held: { routes: [user] }, refused: { services: [service] } });
    expect(idsIn(same)).toEqual(["our-user", "our-fine"]);
    expect(namesOf(same)).toEqual(["our-service refused"]);
  });

  test("goes as it was before a restart, where all that it refers to does", () => {
    const good = { id: "our-service" };
    const before = { services: [good], routes: [user] };
    const share = shared({ whole, before, refused: { services: [service] } });
    expect([share.document.services.items, idsIn(share)]).toEqual([[good], ["our-user", "our-fine"]]);
    const none = shared({ whole, before, refused: { services: [service, good] } });
    expect([idsIn(none, "services"), idsIn(none)]).toEqual([[], ["our-fine"]]);
  });

  test("is a credential of its consumer, too", () => {
    const consumers = [
      { username: "our-jack", plugins: { gone: {} } },
      { id: "our-jack/credentials/one", plugins: {} },
      { username: "our-jill" },
    ];
    const share = shared({ whole: { consumers }, refused: { consumers: consumers.slice(0, 1) } });
    expect(idsIn(share, "consumers")).toEqual(["our-jill"]);
  });

  test("is not touched where it is not ours", () => {
    const foreign = { id: "theirs", service_id: "our-service" };
    const share = shared({ whole: { ...whole, routes: [foreign] }, refused: { services: [service] } });
    expect(idsIn(share)).toEqual(["theirs"]);
  });
});

describe("a list", () => {
  test("that the instance has in this form stays as it has it, whatever its version", () => {
    const held = documentWith(30, { routes: [our] });
    const share = shareOf(documentWith(20, { routes: [our] }), { held, refused: [], isOurs, nowMs: 15 });
    expect(share.document).toBe(held);
  });

  test("that is in the way under its version gets one above", () => {
    const held = documentWith(20, { routes: [theirs] });
    const share = shareOf(documentWith(20, { routes: [our] }), { held, refused: [], isOurs, nowMs: 15 });
    expect(share.document.routes).toEqual({ version: 21, items: [our] });
  });

  test("is sent to an instance that was never written to, be it empty", () => {
    const whole = documentWith(20, {});
    expect(shareOf(whole, { held: emptyDocument, refused: [], isOurs, nowMs: 15 }).document).toBe(whole);
  });
});

test("whatever is refused: what is given leaves nothing to give, takes nothing away that is not ours, and holds nothing that is refused", () => {
  const names = ["our-a", "our-b", "a", "b"];
  const items = (kind: "services" | "routes") =>
    fc.subarray(names).chain((ids) =>
      fc.tuple(
        ...ids.map((id) =>
          fc.record({
            id: fc.constant(id),
            uri: fc.constantFrom("/1", "/2"),
            ...(kind === "routes" && { service_id: fc.constantFrom(...names) }),
          }),
        ),
      ),
    );
  const lists = fc.record({ services: items("services"), routes: items("routes") });
  fc.assert(
    fc.property(lists, lists, lists, fc.boolean(), (whole, held, refused, isEmpty) => {
      const options = { refused: refusedIn(refused), isOurs, nowMs: 15 };
      const standing = isEmpty ? emptyDocument : documentWith(20, held);
      const { document, blocking } = shareOf(documentWith(20, whole), { ...options, held: standing });
      if (blocking.length > 0) {
        expect(document).toBe(standing);
        return;
      }
      for (const { list, item } of options.refused)
        expect(document[list].items.some((one) => isSameItem(one, item))).toBe(false);
      for (const list of ["services", "routes"] as const) {
        const ids = new Set(document[list].items.map(({ id }) => id));
        const wanted = new Set(whole[list].map(({ id }) => id));
        for (const item of standing[list].items)
          if (!isOurs(list, item) && wanted.has(itemIdOf(item) ?? "")) expect(ids.has(item["id"])).toBe(true);
        if (document[list].version === standing[list].version)
          expect(document[list].items).toEqual(standing[list].items);
        expect(document[list].version).toBeGreaterThanOrEqual(standing[list].version);
      }
      expect(shareOf(documentWith(20, whole), { ...options, held: document }).document).toBe(document);
    }),
    { numRuns: Number(process.env["FC_RUNS"] ?? 1_000) },
  );
});
