// What the program costs, against floors and targets. `npm run -s bench -- -o json` for programs, `--check` exits 1 when a
// target is missed, `--only NAME` runs one module of scripts/bench.
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import Table from "cli-table3";

/** Each measures one thing; the order is that of the report. */
const modules = {
  decide: async () => (await import("./bench/decide.ts")).decideMeasures(),
  matcher: async () => (await import("./bench/matcher.ts")).matcherMeasures(),
  precedence: async () => (await import("./bench/precedence.ts")).precedenceMeasures(),
  updates: async () => (await import("./bench/updates.ts")).updateMeasures(),
  sync: async () => (await import("./bench/sync.ts")).syncMeasures(),
  passes: async () => (await import("./bench/passes.ts")).passesMeasures(),
  standalone: async () => (await import("./bench/standalone.ts")).standaloneMeasures(),
  effective: async () => (await import("./bench/effective.ts")).effectiveMeasures(),
  footprint: async () => (await import("./bench/footprint.ts")).footprintMeasures(),
};

const options = readOptions();
if (options !== undefined) {
  const names = Object.keys(modules).filter((name) => options.only === undefined || name === options.only);
  const measures = [];
  for (const name of names) {
    console.error(`bench: ${name} …`);
    try {
      measures.push(...(await modules[name]()));
    } catch (error) {
      // One that can't be measured must not take the others with it.
      console.error(`bench: ${name} could not be measured: ${error.stack}`);
      process.exitCode = 2;
    }
  }
  const report = { environment: environment(), measures };
  console.log(options.output === "json" ? JSON.stringify(report, undefined, 2) : tableOf(report));
  const missed = measures.filter(({ ok }) => !ok);
  for (const { name } of missed) console.error(`bench: target missed: ${name}`);
  if (options.check && missed.length > 0) process.exitCode ??= 1;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        output: { type: "string", short: "o", default: "text" },
        check: { type: "boolean", default: false },
        only: { type: "string" },
      },
    });
    if (!["text", "json"].includes(values.output)) throw new Error(`-o is text or json, not ${values.output}`);
    if (values.only !== undefined && !Object.hasOwn(modules, values.only))
      throw new Error(`--only is one of ${Object.keys(modules).join(", ")}, not ${values.only}`);
    return values;
  } catch (error) {
    console.error(`bench: ${error.message}`);
    process.exitCode = 2;
    return undefined;
  }
}

function environment() {
  const [cpu] = cpus();
  return {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpu?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
}

function tableOf({ environment, measures }) {
  const head = ["measure", "value", "floor", "ratio", "target", ""];
  const table = new Table({
    head,
    style: { head: [], border: [] },
    colAligns: head.map((_, at) => (at === 0 ? "left" : "right")),
  });
  for (const { name, value, unit, floor, ratio, target, ok } of measures)
    table.push([name, `${figure(value)} ${unit}`, figure(floor), figure(ratio), figure(target), ok ? "✓" : "✗"]);
  const where = Object.entries(environment).map(([key, value]) => `${key} ${value}`);
  return `${table.toString()}\n${where.join(", ")}`;
}

function figure(value) {
  return value === null ? "" : String(Number(value.toPrecision(4)));
}
