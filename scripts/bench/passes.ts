import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { type Measure, measureOf, quantile } from "./measure.ts";

const adminKey = "bench-admin-key";
const sizes = [
  { count: 200, rounds: 21 },
  { count: 1_000, rounds: 5 },
  { count: 5_000, rounds: 3 },
];

/** Times what the same PUTs take without us, both in a process that has done the like before. */
const coldTarget = 1.15;
const memoryTargetMiB = 200;
/** A claim is bid for and made, and the bid taken away, once in the life of an instance. */
const claimWrites = 3;

/** What one pass, or the bare writes, cost. Bytes go both ways. */
export interface PassCost {
  readonly wallMs: number;
  /** Until the last request was answered. */
  readonly answeredMs: number;
  readonly cpuMs: number;
  readonly reads: number;
  readonly writes: number;
  readonly bytes: number;
}

export interface PassesReport {
  readonly cold: PassCost;
  readonly unchanged: PassCost;
  readonly oneChange: PassCost;
  /** One of the regular looks at the gateway, with nothing to do. */
  readonly reread: PassCost;
  /** Of the process that made the passes; the gateway's is its own, and there is no Kubernetes in it. */
  readonly peakMiB: number;
}

/**
 * Whole passes over one gateway of routes, services and upstreams: observe, claim, arrange, apply, diagnose. The gateway is
 * in sync when its last answer is there; what is then thought of it, for the statuses, is told beside. Each round is a new
 * process against an empty sandbox, in turn with one that sends the bare PUTs; the median of the rounds counts, for the
 * least is one lucky round, of either. Both are bundled and run as the image runs the operator, and rehearse on another
 * gateway; what the first pass of a process costs is told beside it.
 */
export async function passesMeasures(): Promise<readonly Measure[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-passes-"));
  try {
    return await measured(await bundled(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Source text would be stripped of its types in the process itself, whose memory is asked for. */
async function bundled(folder: string): Promise<string> {
  const outfile = join(folder, "passes.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "passes-process.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: { js: 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);' },
    logLevel: "warning",
  });
  return outfile;
}

async function measured(program: string): Promise<readonly Measure[]> {
  const measures: Measure[] = [];
  for (const { count, rounds } of sizes) {
    const floors: PassCost[] = [];
    const reports: PassesReport[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // oxlint-disable no-await-in-loop -- one thing at a time is what is measured
      const bare = async () => floors.push((await run(program, "bare", count, "rehearsed")) as PassCost); // what that process sends
      const passes = async () => reports.push((await run(program, "passes", count, "rehearsed")) as PassesReport); // as above
      for (const one of round % 2 === 0 ? [bare, passes] : [passes, bare]) await one();
      // oxlint-enable no-await-in-loop
    }
    const first = {
      bare: (await run(program, "bare", count)) as PassCost,
      passes: (await run(program, "passes", count)) as PassesReport,
    };
    const [report] = reports;
    if (report === undefined) throw new Error("no round was measured");
    const median = (of: (report: PassesReport) => number) => quantile(reports.map(of), 0.5);
    const medianMs = (what: "cold" | "unchanged" | "oneChange" | "reread") => median((each) => each[what].wallMs);
    const floorOf = (of: (cost: PassCost) => number) => quantile(floors.map(of), 0.5);
    const floor = floorOf(({ wallMs }) => wallMs);
    const cpuFloor = floorOf(({ cpuMs }) => cpuMs);
    const cpuMs = median((each) => each.cold.cpuMs);
    const { cold, unchanged, oneChange, reread } = report;
    const at = `${count} routes`;
    const writes = (floors[0]?.writes ?? 0) + claimWrites;
    measures.push(
      measureOf({
        name: `cold pass, ${at}, until in sync`,
        value: median((each) => each.cold.answeredMs),
        unit: "ms",
        floor,
        target: coldTarget,
      }),
      measureOf({
        name: `cold pass, ${at}, the first of a process, until in sync`,
        value: first.passes.cold.answeredMs,
        unit: "ms",
        floor: first.bare.wallMs,
      }),
      measureOf({ name: `cold pass, ${at}, diagnosis and all`, value: medianMs("cold"), unit: "ms", floor }),
      measureOf({ name: `cold pass, ${at}: CPU`, value: cpuMs, unit: "ms", floor: cpuFloor }),
      measureOf({ name: `cold pass, ${at}: writes`, value: cold.writes, unit: "", target: writes }),
      measureOf({ name: `cold pass, ${at}: reads`, value: cold.reads, unit: "" }),
      measureOf({ name: `cold pass, ${at}: bytes`, value: cold.bytes, unit: "bytes", floor: floors[0]?.bytes ?? 0 }),
      measureOf({ name: `unchanged pass, ${at}`, value: medianMs("unchanged"), unit: "ms" }),
      measureOf({ name: `unchanged pass, ${at}: requests`, value: requests(unchanged), unit: "", target: 0 }),
      measureOf({ name: `one change, ${at}`, value: medianMs("oneChange"), unit: "ms" }),
      measureOf({ name: `one change, ${at}: writes`, value: oneChange.writes, unit: "", target: 1 }),
      measureOf({ name: `one change, ${at}: reads`, value: oneChange.reads, unit: "", target: 0 }),
      measureOf({ name: `one change, ${at}: bytes`, value: oneChange.bytes, unit: "bytes" }),
      measureOf({ name: `regular look, ${at}`, value: medianMs("reread"), unit: "ms" }),
      measureOf({ name: `regular look, ${at}: reads`, value: reread.reads, unit: "" }),
      measureOf({ name: `regular look, ${at}: writes`, value: reread.writes, unit: "", target: 0 }),
      measureOf({ name: `regular look, ${at}: bytes`, value: reread.bytes, unit: "bytes" }),
      measureOf({
        name: `passes, ${at}: peak memory`,
        value: first.passes.peakMiB,
        unit: "MiB",
        target: memoryTargetMiB,
      }),
    );
  }
  return measures;
}

function requests({ reads, writes }: PassCost): number {
  return reads + writes;
}

/** What the process says of itself, against a sandbox that nobody else uses. */
async function run(program: string, what: string, count: number, how?: "rehearsed"): Promise<unknown> {
  const gateways = await Promise.all(Array.from({ length: how === "rehearsed" ? 2 : 1 }, startGateway));
  try {
    const child = fork(program, [what, String(count), adminKey, ...gateways.map(({ adminUrl }) => adminUrl)], {
      env: { ...process.env, ...imageEnv() },
      execArgv: [...imageFlags()],
    });
    const ended = once(child, "exit").then(([code]: unknown[]) => {
      throw new Error(`the process that makes the passes ended with ${String(code)} and said nothing`);
    });
    const [report]: unknown[] = await Promise.race([once(child, "message"), ended]);
    await ended.catch(() => undefined);
    return report;
  } finally {
    await Promise.all(gateways.map(({ stop }) => stop()));
  }
}

async function startGateway() {
  const sandbox = fork(new URL("sandbox-process.ts", import.meta.url), {
    env: { ...process.env, ADMIN_KEY: adminKey },
  });
  const ended = once(sandbox, "exit");
  const [message]: unknown[] = await once(sandbox, "message");
  const stop = async () => {
    sandbox.disconnect();
    await ended;
  };
  return { adminUrl: String(Reflect.get(Object(message), "adminUrl")), stop };
}

/** What the image sets. */
function imageEnv(): Readonly<Record<string, string>> {
  const text = dockerfile();
  const settings = [...text.matchAll(/^ENV (.*)$/gm)].flatMap(([, line = ""]) => [
    ...line.matchAll(/(\w+)="([^"]*)"/g),
  ]);
  return Object.fromEntries(settings.map(([, name = "", value = ""]) => [name, value]));
}

/** What the image gives node before the program. */
function imageFlags(): readonly string[] {
  const [, line = "[]"] = /^ENTRYPOINT (.*)$/m.exec(dockerfile()) ?? [];
  return (JSON.parse(line) as readonly string[]).filter((word) => word.startsWith("--"));
}

function dockerfile(): string {
  return readFileSync(join(import.meta.dirname, "../../Dockerfile"), "utf8");
}
