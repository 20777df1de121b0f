// One table, decided in a process of its own: `node decide-process.ts TABLE SIZE [REHEARSALS]`. Prints one line of JSON:
// milliseconds, the most bytes that were resident, and how many steps came out.
import { emptyObserved } from "../../src/core/model/index.ts";
import { Memory, decide } from "../../src/core/pipeline.ts";
import { isTableName, snapshotOf } from "./tables.ts";

const [, , name = "", size = "", rehearsals = "0"] = process.argv;
if (!isTableName(name)) throw new Error(`no table is called ${JSON.stringify(name)}`);

// A smaller table first, so that the measure is not one of the compiler.
const smaller = snapshotOf(name, Math.min(Number(size), 10_000));
for (let round = 0; round < Number(rehearsals); round += 1) decide(smaller, emptyObserved, {});

const snapshot = snapshotOf(name, Number(size));
const started = performance.now();
const { plan } = decide(snapshot, emptyObserved, {}, new Memory());
const milliseconds = performance.now() - started;
const residentBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ milliseconds, residentBytes, steps: plan.steps.length }));
