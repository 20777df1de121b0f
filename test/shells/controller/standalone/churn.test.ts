import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../../../support/eventually.ts";
import { answerAt, documentOn, fleetOf, key, pass, route } from "./support.ts";

const main = join(import.meta.dirname, "../../../../src/main.ts");

interface Running {
  readonly process: ChildProcess;
  readonly adminUrl: string;
  readonly proxyUrl: string;
}

/** `apisix-route sandbox --mode standalone` as a process of its own, once it is ready. */
async function started(adminPort = "0", port = "0"): Promise<Running> {
  const places = ["--admin-port", adminPort, "--port", port, "--key", key, "--mode", "standalone", "-o", "json"];
  const child = spawn(process.execPath, [main, "sandbox", ...places], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line]: Buffer[] = await once(child.stdout, "data");
  const addresses: Omit<Running, "process"> = JSON.parse(String(line));
  return { process: child, ...addresses };
}

function portOf(url: string): string {
  return new URL(url).port;
}

test("under churn, one killed and restarted empty, one frozen and released: in the end all are equal, and the healthy one never missed a route", async () => {
  const [healthy, killed, frozen] = await Promise.all([started(), started(), started()]);
  const fleet = fleetOf([healthy, killed, frozen]);
  const stays = { "routes/stays": route("stays", "here") };
  await pass(fleet, stays);

  const missed: string[] = [];
  const asking = new AbortController();
  const asked = (async () => {
    while (!asking.signal.aborted) {
      const answer = await answerAt(healthy, "/stays");
      if (answer !== "here") missed.push(answer);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();

  let back: Running | undefined;
  for (let round = 1; round <= 12; round += 1) {
    if (round === 3) killed.process.kill("SIGKILL");
    if (round === 4) frozen.process.kill("SIGSTOP");
    if (round === 7) back = await started(portOf(killed.adminUrl), portOf(killed.proxyUrl));
    if (round === 10) frozen.process.kill("SIGCONT");
    const { outcome } = await pass(fleet, {
      [`routes/r${round}`]: route(`r${round}`, String(round)),
      ...(round > 2 && { [`routes/r${round - 2}`]: undefined }),
    });
    expect(outcome.steps.every(({ state }) => state === "done")).toBe(true);
    expect(await answerAt(healthy, `/r${round}`)).toBe(String(round));
  }
  await eventually(() => fleet.instances().every(({ isReady }) => isReady), { withinMs: 20_000 });
  asking.abort();
  await asked;

  expect(missed).toEqual([]);
  const documents = await Promise.all([healthy, back ?? killed, frozen].map((each) => documentOn(each)));
  for (const { "X-Last-Modified": _time, ...document } of documents) {
    const { "X-Last-Modified": _first, ...first } = documents[0] ?? {};
    expect(document).toEqual(first);
    expect(document.routes?.map(({ id }) => id)).toEqual(["stays", "r11", "r12"]);
  }
}, 90_000);
