import { makeResolver, makeTranslator } from "../../src/core/desired/index.ts";
import {
  type Contestant,
  type Observed,
  type Plan,
  type RouteManifest,
  type Snapshot,
  emptyObserved,
} from "../../src/core/model/index.ts";
import { Memory, type Settings, arrange, decide } from "../../src/core/pipeline.ts";
import { makeLineup } from "../../src/core/lineup.ts";
import { priorityTable } from "../../src/core/precedence/index.ts";
import { type Measure, measureOf, quantile } from "./measure.ts";
import { gatewayHolding, randomOf, realisticSnapshot } from "./tables.ts";

const settings: Settings = {};

/** What one change costs where everything else is as it was, in time and in writes. */
export function updateMeasures(): readonly Measure[] {
  return [...editMeasures(100_000), ...addMeasures(10_000)];
}

/** One route after another gets other methods; the gateway takes each write. */
function editMeasures(count: number): readonly Measure[] {
  const random = randomOf(3);
  const memory = new Memory();
  let snapshot = realisticSnapshot(count);
  let observed = gatewayHolding(arrange(snapshot, emptyObserved, settings, memory).desired);
  arrange(snapshot, observed, settings, memory);
  const times: number[] = [];
  const work: number[] = [];
  let steps = 0;
  const rounds = 30;
  for (let round = 0; round < rounds; round += 1) {
    snapshot = withEdited(snapshot, random.below(count));
    const [started, used] = [performance.now(), process.cpuUsage()];
    const { plan } = arrange(snapshot, observed, settings, memory);
    times.push(performance.now() - started);
    const { user, system } = process.cpuUsage(used);
    work.push((user + system) / 1000);
    steps += plan.steps.length;
    observed = afterWriting(plan, observed);
  }
  decide(snapshot, observed, settings, memory); // nothing was said of this table yet
  const whole: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    snapshot = withEdited(snapshot, random.below(count));
    const started = performance.now();
    const { plan } = decide(snapshot, observed, settings, memory);
    whole.push(performance.now() - started);
    observed = afterWriting(plan, observed);
  }
  const what = `one route of ${count} edited`;
  return [
    measureOf({
      name: `${what}: resolve to plan with a memory, without diagnostics, median`,
      value: quantile(times, 0.5),
      unit: "ms",
      target: 50,
    }),
    measureOf({
      name: `${what}: the same in processor time, median`,
      value: quantile(work, 0.5),
      unit: "ms",
      target: 50,
    }),
    measureOf({ name: `${what}: the slowest of ${rounds}`, value: Math.max(...times), unit: "ms" }),
    measureOf({
      name: `${what}: the whole of decide with a memory, median`,
      value: quantile(whole, 0.5),
      unit: "ms",
      target: 50,
    }),
    measureOf({ name: `${what}: steps per edit`, value: steps / rounds, unit: "steps" }),
  ];
}

function afterWriting({ steps }: Plan, observed: Observed): Observed {
  const written = new Map(steps.map(({ id, body }) => [id, body]));
  const routes = observed.routes.map((route) => {
    const body = written.get(route.id);
    return body === undefined ? route : { ...route, value: body };
  });
  return { ...observed, routes };
}

function withEdited(snapshot: Snapshot, at: number): Snapshot {
  const edited = snapshot.attached.GatewayRoute.map((route, place): RouteManifest => {
    if (place !== at) return route;
    const methods = route.spec.methods?.[0] === "PUT" ? ["GET"] : ["PUT"];
    return { ...route, spec: { ...route.spec, methods } };
  });
  return { ...snapshot, attached: { ...snapshot.attached, GatewayRoute: edited } };
}

/** Routes come one by one, in no order, none with a number of its own; the gateway holds what was filled before. */
function addMeasures(count: number): readonly Measure[] {
  const table = priorityTable({ flavor: "radixtree_host_uri" });
  const standing = new Map<string, number>();
  let writes = 0;
  let most = 0;
  const contestants = contestantsInNoOrder(count);
  const byName = new Map(contestants.map((contestant) => [contestant.id, contestant]));
  for (const contestant of contestants) {
    table.put(contestant, undefined);
    const { byId, worked } = table.settle();
    const written = worked.filter((id) => byId.get(id)?.value !== standing.get(id));
    for (const id of written) standing.set(id, byId.get(id)?.value ?? 0);
    writes += written.length;
    most = Math.max(most, written.length);
    for (const id of written) {
      const route = byName.get(id);
      if (route !== undefined)
        table.put(route, { route: route.route, priority: standing.get(id) ?? 0, source: "Specificity" });
    }
  }
  return [
    measureOf({
      name: `${count} realistic routes added one by one: writes per route`,
      value: writes / count,
      unit: "writes",
      target: 1.02,
    }),
    measureOf({ name: `${count} realistic routes added one by one: most writes for one`, value: most, unit: "writes" }),
  ];
}

function contestantsInNoOrder(count: number): readonly Contestant[] {
  const resolved = makeResolver()(realisticSnapshot(count));
  const { contestants } = makeLineup({ instance: "main" })(makeTranslator("main")(resolved), emptyObserved);
  const random = randomOf(5);
  const plain = contestants.map((contestant) => ({ ...contestant, explicitPriority: undefined }));
  return plain
    .map((contestant) => ({ contestant, dice: random.below(2 ** 30) }))
    .sort((a, b) => a.dice - b.dice)
    .map(({ contestant }) => contestant);
}
