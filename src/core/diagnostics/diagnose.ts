import { patched } from "../changes/index.ts";
import { type Diagnostic, type RouterFlavor, keyOf, compareText } from "../model/index.ts";
import type { Facts } from "./facts.ts";
import { rules } from "./rules/index.ts";
import { makeScenes } from "./scene.ts";
import type { Watch } from "./watch.ts";

/** Every finding of every rule, by object, then code, then field, then message. Throws nothing. */
export function diagnose(facts: Facts): readonly Diagnostic[] {
  return makeDiagnoser()(facts);
}

/** The same of one state after another: each rule looks again only where something is another object than before. */
export function makeDiagnoser(): (facts: Facts) => readonly Diagnostic[] {
  let work: Work | undefined;
  return (facts) => {
    const { flavor, gatewayVersion, problems } = facts;
    if (work?.flavor !== flavor || work.gatewayVersion !== gatewayVersion) work = begin(flavor, gatewayVersion);
    const scene = work.sceneOf(facts);
    const changes = work.watches.map((watch) => watch(scene));
    const [gone, come] = [changes.flatMap((change) => change.gone), changes.flatMap((change) => change.come)];
    work.found = work.found.length === 0 ? sorted(come) : patched(work.found, { gone, come }, comparison());
    return problems.length === 0 ? work.found : patched(work.found, { gone: [], come: problems }, comparison());
  };
}

interface Work {
  readonly flavor: RouterFlavor;
  readonly gatewayVersion: string | undefined;
  readonly sceneOf: ReturnType<typeof makeScenes>;
  readonly watches: readonly Watch[];
  found: readonly Diagnostic[];
}

function begin(flavor: RouterFlavor, gatewayVersion: string | undefined): Work {
  const watches = rules.map(({ watch }) => watch(flavor));
  return { flavor, gatewayVersion, sceneOf: makeScenes(flavor, gatewayVersion), watches, found: [] };
}

/** By object first, so that few have to be compared with each other in full. */
function sorted(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const byObject = Map.groupBy(diagnostics, ({ object }) => keyOf(object));
  const compare = comparison();
  return [...byObject.keys()].sort().flatMap((key) => byObject.get(key)?.sort(compare) ?? []);
}

/** Whose a finding is, is written out once for each and not at every comparison. */
function comparison(): (a: Diagnostic, b: Diagnostic) => number {
  const keys = new Map<Diagnostic, string>();
  const keyFor = (diagnostic: Diagnostic) => {
    const key = keys.get(diagnostic) ?? keyOf(diagnostic.object);
    keys.set(diagnostic, key);
    return key;
  };
  return (a, b) =>
    compareText(keyFor(a), keyFor(b)) ||
    compareText(a.code, b.code) ||
    compareText(a.field ?? "", b.field ?? "") ||
    compareText(a.message, b.message);
}
