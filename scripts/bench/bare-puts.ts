// What writes cost without us: the floor of a cold sync.
import { Agent } from "node:http";
import got from "got";
import { type AdminKind, type Step, adminKinds } from "../../src/core/model/index.ts";
import { encodeBody } from "../../src/wire/admin/index.ts";

export interface Put {
  readonly kind: AdminKind;
  readonly id: string;
  /** Encoded before the clock runs: the floor does nothing but send. */
  readonly text: string;
}

export function putsOf(steps: readonly Step[]): readonly Put[] {
  return steps.map(({ kind, id, body }) => ({ kind, id, text: encodeBody(body ?? {}) }));
}

/** `concurrency` workers, each sends the next PUT as soon as its last one is answered; kinds one after the other. */
export async function sendBare(
  puts: readonly Put[],
  {
    adminUrl,
    adminKey,
    concurrency,
  }: { readonly adminUrl: string; readonly adminKey: string; readonly concurrency: number },
): Promise<void> {
  const agent = { http: new Agent({ keepAlive: true, maxSockets: concurrency, scheduling: "lifo" }) };
  const headers = { "x-api-key": adminKey, "content-type": "application/json" };
  const bare = got.extend({ agent, headers, retry: { limit: 0 }, throwHttpErrors: false });
  const send = async (batch: readonly Put[]) => {
    let next = 0;
    const work = async () => {
      for (let put = batch[next++]; put !== undefined; put = batch[next++]) {
        const url = `${adminUrl}/apisix/admin/${put.kind}/${put.id}`;
        // oxlint-disable-next-line no-await-in-loop -- one worker sends one request at a time
        const { statusCode } = await bare.put(url, { body: put.text });
        if (statusCode !== 201) throw new Error(`the sandbox answered ${statusCode} to PUT ${put.kind}/${put.id}`);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
  };
  for (const kind of adminKinds) {
    // oxlint-disable-next-line no-await-in-loop -- the gateway checks references
    await send(puts.filter((put) => put.kind === kind));
  }
  agent.http.destroy();
}
