import { type GatewayMode, Secret, adminKinds } from "../../../../src/core/model/index.ts";
import { Access, type AccessOptions } from "../../../../src/shells/controller/access.ts";
import { type SessionOptions, GatewaySession } from "../../../../src/shells/controller/gateway-session.ts";
import { type Sandbox, defaultAdminKey, startSandbox } from "../../../../src/shells/sandbox/index.ts";
import { adminOfDocument, entriesOf } from "../../../support/document.ts";

/** A gateway as people run it. What is promised of one mode is promised of each: tests walk this table. */
export interface Mode {
  readonly name: GatewayMode;
  readonly start: () => Promise<Sandbox>;
  /** Everything on the gateway by its place (`/apisix/routes/a`), as it stands there. */
  readonly held: (sandbox: Sandbox) => Promise<ReadonlyMap<string, Stored>>;
  /** Someone else's hand: `PUT` and `PATCH` with a body, `DELETE` without. What stands there afterwards comes back with it. */
  readonly touch: (sandbox: Sandbox, method: Touch, path: string, body?: object) => Promise<Touched>;
}

export type Touch = "PUT" | "PATCH" | "DELETE";

export interface Touched {
  readonly status: number;
  readonly value: unknown;
}

/** With the revisions and times of the gateway. */
export interface Stored {
  readonly value: Readonly<Record<string, unknown>>;
  readonly createdIndex: number;
  readonly modifiedIndex: number;
}

export const modes: readonly Mode[] = [
  {
    name: "etcd",
    start: () => startSandbox({ adminPort: 0, proxyPort: 0, hasStreamProxy: true }),
    held: async (sandbox) => {
      const lists = await Promise.all(
        adminKinds.filter((kind) => kind !== "credentials").map((kind) => listed(sandbox, kind)),
      );
      const found = lists.flat();
      const consumers = found
        .map(({ key }) => /^\/apisix\/(consumers\/[^/]+)$/.exec(key)?.[1])
        .filter((path) => path !== undefined);
      const credentials = await Promise.all(consumers.map((path) => listed(sandbox, `${path}/credentials`)));
      return new Map([...found, ...credentials.flat()].map(({ key, ...stored }) => [key, stored]));
    },
    touch: async (sandbox, method, path, body) => {
      const answer = await ask(sandbox, method, path, body);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the sandbox's own answer
      const { value } = (await answer.json()) as { readonly value?: unknown };
      return { status: answer.status, value };
    },
  },
  {
    name: "standalone",
    start: () => startSandbox({ mode: "standalone", adminPort: 0, proxyPort: 0, hasStreamProxy: true }),
    held: async ({ adminUrl }) => {
      const entries = await entriesOf({ adminUrl, key: defaultAdminKey });
      return new Map(entries.map(({ key, ...stored }) => [key, stored]));
    },
    touch: async ({ adminUrl }, ...hand) => {
      const answer = await adminOfDocument({ adminUrl, key: defaultAdminKey }, ...hand);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own answer
      const { value } = (await answer.json()) as { readonly value?: unknown };
      return { status: answer.status, value };
    },
  },
];

/** As the operator opens one: what the gateway is, it finds out. */
export function sessionWith(
  options: Pick<AccessOptions, "urls" | "timeouts" | "clock" | "after">,
  heard: Pick<SessionOptions, "onRefused"> = {},
): GatewaySession {
  const credentials = { key: new Secret(defaultAdminKey), ca: undefined };
  const client: Access = new Access({ ...options, ...credentials, onCall: () => {}, onChange: () => {} });
  return new GatewaySession({ client, ...heard });
}

/** What stands there, but for what hangs on when and how often it was written. */
export function timeless(held: ReadonlyMap<string, Stored>): Readonly<Record<string, unknown>> {
  const lasting = ({ value: { create_time: _created, update_time: _updated, ...value } }: Stored) => value;
  return Object.fromEntries([...held].map(([key, stored]) => [key, lasting(stored)]));
}

async function listed(sandbox: Sandbox, path: string): Promise<readonly (Stored & { readonly key: string })[]> {
  const answer = await ask(sandbox, "GET", path);
  if (answer.status === 404) return []; // nothing of the kind was ever written
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the sandbox's own list, held to its recording elsewhere
  const { list } = (await answer.json()) as { readonly list: readonly (Stored & { readonly key: string })[] };
  return Array.isArray(list) ? list : [];
}

function ask(sandbox: Sandbox, method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${sandbox.adminUrl}/apisix/admin/${path}`, {
    method,
    headers: { "x-api-key": defaultAdminKey },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
