import type {
  FilledPriority,
  Json,
  Priorities,
  RouterFlavor,
  StandingPriority,
} from "../../../src/core/model/index.ts";
import { type NumberedRoute, routeWriteOrder } from "../../../src/core/precedence/index.ts";
import { contestant, type Draft } from "./build.ts";
import { fill, standingAfter } from "./fill.ts";
import { diceOf, type Dice } from "./dice.ts";
import { flavors } from "./tables.ts";

/**
 * Small tables and what becomes of them, told line by line: routes come, change and go, and each time what is new is told:
 * numbers, reasons, findings, and which write waits for which. The same text for the same code, so that it can be pinned.
 */
export const pinnedStories = flavors.flatMap((flavor) =>
  Array.from({ length: 20 }, (_, at) => {
    const title = `== ${at + 1}. ${flavor}`;
    return { title, tell: () => [title, ...linesOf(flavor, at + 1)].join("\n").trimEnd() };
  }),
);

/** What `pinned.txt` holds. */
export function pinnedText(): string {
  return `${pinnedStories.map(({ tell }) => tell()).join("\n\n")}\n`;
}

interface Scene {
  readonly drafts: readonly Draft[];
  readonly standing: ReadonlyMap<string, StandingPriority>;
  readonly filled: Priorities;
}

function linesOf(flavor: RouterFlavor, number: number): readonly string[] {
  const dice = diceOf(number);
  const draftOf = drafting(dice);
  const lines: string[] = [];
  let scene: Scene = { drafts: [], standing: new Map(), filled: { byId: new Map(), findings: [] } };
  let drafts: readonly Draft[] = Array.from({ length: dice.upTo(4) + 3 }, (_, at) => draftOf(`r${at}`, at % 4));
  for (let step = 0; step < 6; step++) {
    const standing = dice.upTo(9) === 0 ? new Map<string, StandingPriority>() : scene.standing;
    if (standing !== scene.standing && step > 0) lines.push("-- state is lost");
    lines.push(...changesBetween(scene.drafts, drafts));
    const filled = fill(flavor, drafts, standing);
    lines.push(...newsOf(scene, filled, step === 5), ...waitsOf(scene, { drafts, filled, flavor }), "");
    scene = { drafts, filled, standing: standingAfter(drafts, filled) };
    drafts = changed(drafts, { dice, draftOf, step });
  }
  return lines;
}

/** Routes of one small alphabet, so that they meet. */
function drafting(dice: Dice): (id: string, born: number) => Draft {
  const hosts = dice.some(["a.com", "x.a.com", "*.a.com", "*.com", "b.com", "a.com:80"], 3);
  const uris = dice.some(["/x", "/x/*", "/x/*/y", "/x/:id", "/x/:id/y", "/*", "/p/*"], 3);
  const vars: readonly Json[] = dice.some(conditions, 4);
  const numbers = dice.some([0, 0, 1, -1, 2, -2, 3, 100, -100, 150], 4);
  const [explicit, foreign, conditional] = [dice.one([0, 1, 1, 3]), dice.one([0, 0, 0, 2]), dice.upTo(6) + 3];
  return (id, born) => ({
    id,
    uris: dice.some(uris, 2),
    born,
    ...(dice.upTo(9) < 7 && { hosts: dice.some(hosts, 2) }),
    ...(dice.upTo(9) < 3 && { methods: dice.one([["GET"], ["POST"], ["GET", "POST"]]) }),
    ...(dice.upTo(9) < conditional && { vars: dice.some(vars, 2) }),
    ...(dice.upTo(19) === 0 && { remote_addrs: dice.one([["10.0.0.1"], ["10.0.0.0/24"]]) }),
    ...(dice.upTo(19) === 0 && { filter_func: "function(vars) return true end" }),
    ...(dice.upTo(9) < explicit && { explicit: dice.one(numbers) }),
    ...(dice.upTo(19) < foreign && { foreign: true }),
    ...(dice.upTo(9) === 0 && { from: "Service" as const }),
  });
}

const conditions: readonly Json[] = [
  ["arg_v", "==", "1"],
  ["arg_v", "==", 1],
  ["arg_v", "==", "2"],
  ["arg_w", "==", "1"],
  ["arg_w", "~~", "."],
  ["http_beta", "==", "1"],
  ["cookie_c", "==", "1"],
];

interface Change {
  readonly dice: Dice;
  readonly draftOf: (id: string, born: number) => Draft;
  readonly step: number;
}

function changed(drafts: readonly Draft[], { dice, draftOf, step }: Change): readonly Draft[] {
  const at = dice.upTo(drafts.length - 1);
  const old = drafts[at];
  switch (dice.upTo(5)) {
    case 0:
      return drafts.toSpliced(at, 1);
    case 1:
      return drafts.toSpliced(at, 1, draftOf(old?.id ?? "r0", old?.born ?? 0));
    case 2:
      return drafts.map((draft, place) =>
        place === at ? { ...draft, explicit: dice.one([0, 1, -1, 100, 250]) } : draft,
      );
    default:
      return [...drafts, draftOf(`n${step}`, step)];
  }
}

function changesBetween(before: readonly Draft[], after: readonly Draft[]): readonly string[] {
  const told = (draft: Draft) => {
    const { id, uris = [], hosts, methods, vars, remote_addrs, filter_func, explicit, foreign, from, born } = draft;
    return [
      `${id}: ${uris.join(" ")}`,
      ...(hosts === undefined ? [] : [`${from === "Service" ? "inherits" : "on"} ${hosts.join(" ")}`]),
      ...(methods === undefined ? [] : [methods.join(" ")]),
      ...(vars === undefined ? [] : [JSON.stringify(vars)]),
      ...(remote_addrs === undefined ? [] : [`from ${remote_addrs.join(" ")}`]),
      ...(filter_func === undefined ? [] : ["filtered"]),
      ...(explicit === undefined ? [] : [`priority ${explicit}`]),
      ...(foreign === true ? ["foreign"] : []),
      `born ${born}`,
    ].join(", ");
  };
  const known = new Map(before.map((draft) => [draft.id, told(draft)]));
  const kept = new Set(after.map(({ id }) => id));
  return [
    ...before.filter(({ id }) => !kept.has(id)).map(({ id }) => `- ${id}`),
    ...after.filter((draft) => known.get(draft.id) !== told(draft)).map((draft) => `+ ${told(draft)}`),
  ];
}

/** Numbers and findings that were not there before; of new routes, and at the end of all, with the reasons. */
function newsOf({ drafts, filled: before }: Scene, after: Priorities, isEnd: boolean): readonly string[] {
  const known = new Set(drafts.map(({ id }) => id));
  const numbers = [...after.byId.values()]
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap((filled) => {
      const { id, value } = filled;
      if (isEnd || !known.has(id)) return `  ${id} = ${value}: ${whyOf(filled)}`;
      return before.byId.get(id)?.value === value ? [] : `  ${id} = ${value}`;
    });
  const findingsIn = ({ findings }: Priorities) =>
    findings.map((finding) => {
      const others = "others" in finding ? finding.others : [finding.other];
      return `  ! ${finding.code} ${finding.id}: ${others.join(", ")}`;
    });
  const old = new Set(isEnd ? [] : findingsIn(before));
  return [...numbers, ...findingsIn(after).filter((line) => !old.has(line))];
}

function whyOf({ reason, outranks, outrankedBy }: FilledPriority): string {
  const named = (list: typeof outranks) => list.map(({ id }) => id).join(" ");
  return `${reason} (${named(outrankedBy)} > > ${named(outranks)})`;
}

interface Next {
  readonly drafts: readonly Draft[];
  readonly filled: Priorities;
  readonly flavor: RouterFlavor;
}

function waitsOf(scene: Scene, { drafts, filled, flavor }: Next): readonly string[] {
  const before = numbered(scene.drafts, scene.filled);
  const waits = routeWriteOrder({ before, after: numbered(drafts, filled), flavor });
  return [...waits].flatMap(([id, ids]) => (ids.length === 0 ? [] : [`  ${id} is written after ${ids.join(", ")}`]));
}

function numbered(drafts: readonly Draft[], { byId }: Priorities): readonly NumberedRoute[] {
  return drafts.flatMap((draft) => {
    const priority = byId.get(draft.id)?.value;
    return priority === undefined ? [] : [{ id: draft.id, route: { ...contestant(draft).route, priority } }];
  });
}
