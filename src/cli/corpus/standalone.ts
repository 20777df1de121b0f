import { isDeepStrictEqual } from "node:util";
import { yamlValueOf } from "../../edges/files/index.ts";
import { startSandbox } from "../../shells/sandbox/index.ts";
import { type Played, played, type AdminReport } from "./admin.ts";
import { adminCall, type AdminDoor, doorOf } from "./admin-call.ts";
import type { AdminAnswer, AdminExchange, AdminMiss } from "./admin-case.ts";
import { Masks } from "./masks.ts";
import { type AskExchange, isAsk, type StandaloneCase } from "./standalone-case.ts";

/** In place of the text that a gateway made of its configuration. */
const anyYaml = "<yaml of the stored configuration>";

/** Plays each case on a sandbox of its own in standalone mode; requests go to its proxy. */
export async function runStandaloneOnSandbox(cases: readonly StandaloneCase[]): Promise<AdminReport> {
  const misses: AdminMiss[] = [];
  let passed = 0;
  for (const standaloneCase of cases) {
    // oxlint-disable-next-line no-await-in-loop -- one sandbox at a time
    const missed = await missesOf(standaloneCase);
    misses.push(...missed);
    passed += standaloneCase.exchanges.length - missed.length;
  }
  return { passed, misses };
}

async function missesOf(standaloneCase: StandaloneCase): Promise<readonly AdminMiss[]> {
  const sandbox = await startSandbox({ mode: "standalone" });
  const door = doorOf(sandbox.adminUrl, sandbox.adminKey, 0);
  const proxy = doorOf(sandbox.proxyUrl, "", 0);
  const masks = new Masks();
  const misses: AdminMiss[] = [];
  try {
    for (const exchange of standaloneCase.exchanges) {
      const { answer, differences } = isAsk(exchange)
        ? await asked(proxy, exchange) // oxlint-disable-line no-await-in-loop -- one after the other
        : await exchanged(door, exchange, masks); // oxlint-disable-line no-await-in-loop -- one after the other
      if (differences.length === 0) continue;
      const told = isAsk(exchange) ? asExchange(exchange) : exchange;
      misses.push({
        case: { group: "standalone", name: standaloneCase.name, exchanges: [] },
        exchange: told,
        answer,
        differences,
      });
    }
  } finally {
    door.agent.destroy();
    proxy.agent.destroy();
    await sandbox.stop();
  }
  return misses;
}

async function exchanged(door: AdminDoor, exchange: AdminExchange, masks: Masks): Promise<Played> {
  if (exchange.text !== anyYaml) return played(door, exchange, masks);
  const { text: _text, ...rest } = exchange;
  const { answer, differences } = await played(door, rest, masks);
  const stored = await adminCall(door, { method: "GET", path: exchange.path, key: door.key });
  const isSame = isDeepStrictEqual(yamlValueOf(answer.text), JSON.parse(stored.text));
  return {
    answer,
    differences: isSame ? differences : [...differences, "body: not what the configuration is as JSON"],
  };
}

async function asked(proxy: AdminDoor, { ask, ...recorded }: AskExchange): Promise<Played> {
  const { method, host, uri } = ask;
  const answer = await adminCall(proxy, { method, path: uri, key: undefined, headers: { Host: host } });
  const differences: string[] = [];
  if (answer.status !== recorded.status) differences.push(`status: ${answer.status}, recorded ${recorded.status}`);
  const said = saidBy(answer);
  if (said !== recorded.answer) differences.push(`answer: ${String(said)}, recorded ${String(recorded.answer)}`);
  return { answer, differences };
}

/** As the recorder tells answers apart: the route's own body, "no route", or anything else. */
function saidBy({ status, text }: AdminAnswer): string | null | undefined {
  if (status === 200) return text;
  return status === 404 && text.includes("404 Route Not Found") ? null : undefined;
}

function asExchange({ ask, status }: AskExchange): AdminExchange {
  return { method: ask.method, path: `http://${ask.host}${ask.uri}`, status };
}
