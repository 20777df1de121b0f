import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../shells/sandbox/index.ts";
import { doorOf } from "./admin-call.ts";
import { Asker, loadCase } from "./routing-http.ts";
import { differencesFrom, type RoutingCase, type RoutingMiss } from "./routing-case.ts";
import { refusedByNode } from "./limits.ts";
import type { RoutingReport, RoutingSkip } from "./routing.ts";

/** Plays each case on a sandbox of its own, over HTTP from the first write to the last request. */
export async function runRoutingOnSandbox(cases: readonly RoutingCase[]): Promise<RoutingReport> {
  const misses: RoutingMiss[] = [];
  const skips: RoutingSkip[] = [];
  let passed = 0;
  for (const routingCase of cases) {
    // oxlint-disable-next-line no-await-in-loop -- one sandbox at a time
    const missed = await missesOn(routingCase);
    passed += routingCase.requests.length - missed.length;
    for (const miss of missed) {
      const reason = refusedByNode(miss.request);
      if (reason === undefined) misses.push(miss);
      else skips.push({ case: routingCase, request: miss.request, reason });
    }
  }
  return { passed, misses, skips };
}

async function missesOn(routingCase: RoutingCase): Promise<RoutingMiss[]> {
  const folder = routingCase.loadOrder === "id" ? await mkdtemp(join(tmpdir(), "apisix-route-corpus-")) : undefined;
  const options: SandboxOptions = { flavor: routingCase.router, dataDir: folder, statedPort: 9080 };
  let sandbox = await startSandbox(options);
  try {
    await load(sandbox, routingCase);
    if (folder !== undefined) {
      await sandbox.stop();
      sandbox = await startSandbox(options);
    }
    return await askAll(sandbox.proxyUrl, routingCase);
  } finally {
    await sandbox.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function load({ adminUrl, adminKey }: Sandbox, routingCase: RoutingCase): Promise<void> {
  const door = doorOf(adminUrl, adminKey, 0);
  try {
    await loadCase(door, routingCase);
  } finally {
    door.agent.destroy();
  }
}

/** In the listed order: with the match cache on, earlier ones count. */
export async function askAll(proxyUrl: string, routingCase: RoutingCase): Promise<RoutingMiss[]> {
  const asker = new Asker(proxyUrl);
  const misses: RoutingMiss[] = [];
  try {
    for (const request of routingCase.requests) {
      // oxlint-disable-next-line no-await-in-loop -- see above
      const answer = await asker.ask(request);
      const differences = differencesFrom(request, answer);
      if (differences.length > 0) misses.push({ case: routingCase, request, answer, differences });
    }
  } finally {
    asker.close();
  }
  return misses;
}
