import type { Changes } from "../changes/index.ts";
import type { AnyResolved, Diagnostic, DesiredRoute, PriorityFinding, RouterFlavor } from "../model/index.ts";
import { Board } from "./board.ts";
import { type Entangled, entangledBy } from "./entangled.ts";
import type { Entrant } from "./entrant.ts";
import type { Family } from "./families.ts";
import type { Scene } from "./scene.ts";

/**
 * One rule at work: takes one scene after the other and says which findings came and went. What it says of a scene depends
 * on that scene alone, however it came about.
 */
export type Watch = (scene: Scene) => Changes<Diagnostic>;

/** Begins with nothing seen. */
export type WatchMaker = (flavor: RouterFlavor) => Watch;

type Find<Unit> = (unit: Unit, scene: Scene) => readonly Diagnostic[];

/** A rule that looks at one of our routes at a time, and at nothing else. */
export function eachRoute(find: Find<DesiredRoute>): WatchMaker {
  return eachOf(find, ({ changes }) => changes.routes);
}

/** A rule that looks at one route of the router at a time, and at nothing else. */
export function eachEntrant(find: Find<Entrant>): WatchMaker {
  return eachOf(find, ({ changes }) => changes.entrants);
}

/** A rule that looks at the routes of one service at a time, and at nothing else. */
export function eachFamily(find: Find<Family>): WatchMaker {
  return eachOf(find, ({ changes }) => changes.families);
}

/** A rule that looks at one resource with its references at a time, and at nothing else. */
export function eachResolved(find: Find<AnyResolved>): WatchMaker {
  return eachOf(find, ({ changes }) => changes.resolved);
}

function eachOf<Unit>(find: Find<Unit>, changesIn: (scene: Scene) => Changes<Unit>): WatchMaker {
  return () => {
    const board = new Board<Unit>();
    return (scene) => {
      const { gone, come } = changesIn(scene);
      for (const unit of gone) board.remove(unit);
      come.forEach((unit) => board.put(unit, find(unit, scene)));
      return board.changes();
    };
  };
}

/** A rule that looks at one thing that precedence could not settle, and the routes it is about. */
export function eachFinding<Code extends PriorityFinding["code"]>(code: Code, find: Find<Entangled<Code>>): WatchMaker {
  return () => {
    const board = new Board<PriorityFinding>();
    let known: ReadonlyMap<PriorityFinding, Entangled<Code>> = new Map();
    return (scene) => {
      const present = new Map<PriorityFinding, Entangled<Code>>();
      for (const one of entangledBy(code, scene)) {
        present.set(one.finding, one);
        if (!isSame(known.get(one.finding), one)) board.put(one.finding, find(one, scene));
      }
      for (const finding of known.keys()) if (!present.has(finding)) board.remove(finding);
      known = present;
      return board.changes();
    };
  };
}

function isSame<Code extends PriorityFinding["code"]>(a: Entangled<Code> | undefined, b: Entangled<Code>): boolean {
  return (
    a !== undefined &&
    a.entrant === b.entrant &&
    a.others.length === b.others.length &&
    a.others.every((other, at) => other === b.others[at])
  );
}
