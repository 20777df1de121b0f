// Passes of the operator over one gateway, in a process of their own, so that its memory is theirs; without Kubernetes.
// Forked by passes.ts. Tells what each pass cost, or with "bare" what the same writes cost without us. Where a second gateway
// is named, both rehearse on it, so that what is measured is not the compiler.
import { subscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { type RouteManifest, Secret, type Snapshot, emptyObserved } from "../../src/core/model/index.ts";
import { decide } from "../../src/core/pipeline.ts";
import { Access } from "../../src/shells/controller/access.ts";
import { GatewaySession, type PassResult, runPass } from "../../src/shells/controller/index.ts";
import { putsOf, sendBare } from "./bare-puts.ts";
import type { PassCost, PassesReport } from "./passes.ts";
import { realisticSnapshot } from "./tables.ts";

const [, , what, size, adminKey = "", adminUrl = "", rehearsalUrl] = process.argv;
const snapshot = realisticSnapshot(Number(size));
const rehearsed = realisticSnapshot(1_000, 2);
const sockets = new Set<Socket>();
subscribe("net.client.socket", (message) => {
  const socket: unknown = Reflect.get(Object(message), "socket");
  if (socket instanceof Socket) sockets.add(socket);
});
const bytes = () => [...sockets].reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0);

process.send?.(what === "bare" ? await bare() : await passes());
process.disconnect?.();

async function bare(): Promise<PassCost> {
  const putsFor = (of: Snapshot) => putsOf(decide(of, { ...emptyObserved, version: "3.18.0" }, {}).plan.steps);
  if (rehearsalUrl !== undefined)
    await sendBare(putsFor(rehearsed), { adminUrl: rehearsalUrl, adminKey, concurrency: 10 });
  sockets.clear();
  const puts = putsFor(snapshot);
  const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
  await sendBare(puts, { adminUrl, adminKey, concurrency: 10 });
  const wallMs = performance.now() - startedAt;
  return {
    wallMs,
    answeredMs: wallMs,
    cpuMs: cpuSince(cpuBefore),
    reads: 0,
    writes: puts.length,
    bytes: bytes(),
  };
}

async function passes(): Promise<PassesReport> {
  if (rehearsalUrl !== undefined) {
    const { pass, access } = passesOver(rehearsalUrl);
    for (const of of [rehearsed, withOneEdited(rehearsed)]) await pass(of);
    access.close();
  }
  const { pass, session, access } = passesOver(adminUrl);
  const cold = await pass(snapshot);
  const unchanged = await pass(snapshot);
  const oneChange = await pass(withOneEdited(snapshot));
  session.invalidate();
  const reread = await pass(withOneEdited(snapshot));
  access.close();
  return { cold, unchanged, oneChange, reread, peakMiB: process.resourceUsage().maxRSS / 1024 };
}

/** A session with one gateway, and what each pass over it costs. */
function passesOver(url: string) {
  const counts = { reads: 0, writes: 0 };
  let answeredAt = 0;
  const access = new Access({
    urls: [url],
    key: new Secret(adminKey),
    ca: undefined,
    onCall: ({ method }) => {
      counts[method === "GET" ? "reads" : "writes"] += 1;
      answeredAt = performance.now();
    },
    onChange: () => {},
  });
  const session = new GatewaySession({ client: access });
  const pass = async (of: Snapshot): Promise<PassCost> => {
    const before = { ...counts, bytes: bytes() };
    const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
    answeredAt = startedAt;
    const result = await runPass(session, of, {
      holder: "bench",
      signal: AbortSignal.timeout(120_000),
      mayWrite: () => true,
    });
    const [wallMs, cpuMs] = [performance.now() - startedAt, cpuSince(cpuBefore)];
    mustBeDone(result);
    const { reads, writes } = counts;
    return {
      wallMs,
      answeredMs: answeredAt - startedAt,
      cpuMs,
      reads: reads - before.reads,
      writes: writes - before.writes,
      bytes: bytes() - before.bytes,
    };
  };
  return { pass, session, access };
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function mustBeDone({ came }: PassResult): void {
  if (came.kind !== "applied") throw new Error(`the pass came to nothing: ${JSON.stringify(came)}`);
  const failed = came.outcome.steps.find(({ state }) => state !== "done");
  if (failed !== undefined) throw new Error(`a step was not done: ${JSON.stringify(failed)}`);
}

function withOneEdited({ attached, ...rest }: Snapshot): Snapshot {
  const [first, ...others] = attached.GatewayRoute;
  if (first === undefined) throw new Error("there is no route to edit");
  const edited: RouteManifest = { ...first, spec: { ...first.spec, desc: "edited" } };
  return { ...rest, attached: { ...attached, GatewayRoute: [edited, ...others] } };
}
