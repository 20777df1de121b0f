import { describe, expect, test } from "vitest";
import { type GatewayDocument, type JsonObject, documentOf, emptyDocument } from "../../../src/core/model/index.ts";
import { type StandingDocument, documentAbove, documentWith, jointDocument } from "../../../src/core/plan/index.ts";

function documentOfRoutes(version: number, items: readonly JsonObject[]): GatewayDocument {
  return documentOf((list) => (list === "routes" ? { version, items } : { version: 1, items: [] }));
}

const theirs = { id: "theirs", uri: "/theirs" };
const ours = { id: "ours", uri: "/ours" };

/** By its digest; those that begin with `our` came from us. */
function standing(digest: string, pushedAt: number, ...items: readonly JsonObject[]): StandingDocument {
  return { document: documentOfRoutes(pushedAt, items), digest, pushedAt };
}

const restarted: StandingDocument = { document: emptyDocument, digest: undefined, pushedAt: 0 };

describe("jointDocument", () => {
  type Held = StandingDocument & { readonly isShare?: true; readonly isNews?: false };
  const joint = (held: readonly Held[], target?: StandingDocument) =>
    jointDocument(
      held.map((one) => ({
        isNews: true,
        ...one,
        isTarget: one.document === target?.document || one.isShare === true,
      })),
      { target, isOurs: (digest) => digest.startsWith("our"), nowMs: 9 },
    );
  const ids = (document: GatewayDocument) => document.routes.items.map(({ id }) => id);
  const target = standing("our now", 20, ours);
  const old = standing("our old", 10, theirs);

  test("before the first look it is what stands there, the last push first", () => {
    expect(ids(joint([standing("a", 1, theirs), standing("b", 2, ours)]))).toEqual(["ours", "theirs"]);
  });

  test("nobody said anything else: the target itself, be an instance behind or restarted", () => {
    expect(joint([target, old, restarted], target)).toBe(target.document);
  });

  test("all have restarted: the target itself, for who has lost everything took nothing away", () => {
    expect(joint([restarted, restarted], target)).toBe(target.document);
  });

  test("somebody pushed later to one of two: what they hold comes first, and ours adds what that lacks", () => {
    expect(ids(joint([standing("a", 30, theirs), target], target))).toEqual(["theirs", "ours"]);
  });

  test("somebody pushed earlier to one of two: it adds what ours lacks", () => {
    const other = standing("a", 10, theirs, { ...ours, uri: "/old" });
    const document = joint([other, target], target);
    expect(document.routes.items).toEqual([ours, theirs]);
  });

  test("in the same second, what is met counts, since it replaced ours", () => {
    expect(ids(joint([standing("a", 20, theirs), target], target))).toEqual(["theirs", "ours"]);
  });

  test("what was taken into account before adds what is lacking, however late it was pushed", () => {
    const known = { ...standing("a", 40, theirs, { ...ours, uri: "/old" }), isNews: false } as const;
    expect(joint([known, target], target).routes.items).toEqual([ours, theirs]);
    const news = standing("b", 30, { ...theirs, uri: "/new" });
    expect(joint([known, news], target).routes.items).toEqual([
      { ...theirs, uri: "/new" },
      { ...ours, uri: "/old" },
    ]);
  });

  test("where nobody that is seen holds the target, and nothing is news, it is the target all the same", () => {
    const known = { ...standing("a", 40, theirs), isNews: false } as const;
    expect(joint([known], target).routes.items).toEqual([ours, theirs]);
  });

  test("what no instance holds any more was taken away by whoever pushed last", () => {
    expect(ids(joint([standing("a", 30, theirs), standing("a", 30, theirs)], target))).toEqual(["theirs"]);
  });

  test("an instance that is given less than all holds it all the same", () => {
    const whole = standing("our now", 20, ours, { id: "refused" });
    const share = { ...standing("whose?", 25, ours), isShare: true as const };
    expect(joint([share], whole)).toBe(whole.document);
    expect(ids(joint([standing("a", 30, theirs), share], whole))).toEqual(["theirs", "ours", "refused"]);
  });

  test("an older configuration of ours beside a push of somebody else adds nothing", () => {
    expect(ids(joint([standing("a", 30, ours), old], target))).toEqual(["ours"]);
  });

  test("without a digest (3.13) what is no object of ours is somebody else's", () => {
    const other = { ...standing("", 0, theirs), digest: undefined };
    expect(ids(joint([other], target))).toEqual(["theirs"]);
    expect(joint([{ ...target, digest: undefined }], target)).toBe(target.document);
  });

  test("its versions are above those that stand anywhere", () => {
    const ahead = { ...old, document: documentOfRoutes(50, [theirs]) };
    expect(joint([target, ahead], target).routes).toEqual({ version: 51, items: [ours] });
  });
});

describe("documentAbove", () => {
  const own = documentOfRoutes(5, [ours]);

  test.each([
    ["a lower version is no hindrance", documentOfRoutes(4, [theirs]), 5],
    ["the same under the same version is no hindrance", documentOfRoutes(5, [{ ...ours }]), 5],
    ["something else under the same version would stay there", documentOfRoutes(5, [theirs]), 9],
    ["a higher version would be the end of ours", documentOfRoutes(20, [ours]), 21],
  ])("%s", (_sentence, other, version) => {
    const above = documentAbove(own, [other], 9);
    expect(above.routes).toEqual({ version, items: [ours] });
    expect(above.services).toBe(own.services);
    expect(above === own).toBe(version === 5);
  });
});

describe("documentWith", () => {
  test("the first one counts, others add what it lacks", () => {
    const first = documentOfRoutes(5, [{ id: "a", uri: "/1" }]);
    const other = documentOfRoutes(9, [{ id: "b" }, { id: "a", uri: "/2" }]);
    expect(documentWith(first, [other]).routes).toEqual({ version: 5, items: [{ id: "a", uri: "/1" }, { id: "b" }] });
  });

  test("one without a name can't be told from another, so it is not added", () => {
    const first = documentOfRoutes(5, [{ uri: "/1" }]);
    expect(documentWith(first, [documentOfRoutes(5, [{ uri: "/2" }])])).toBe(first);
  });
});
