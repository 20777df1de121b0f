import { adminKinds, isClaim } from "../../../src/core/model/index.ts";
import { adminOfDocument } from "../../support/document.ts";
import type { Gateway } from "./gateway.ts";

/** One object on the gateway as `kind/id`, without what the gateway sets itself. */
export type Held = Readonly<Record<string, unknown>>;

interface Item {
  readonly value: { readonly id: string; readonly labels?: Readonly<Record<string, string>> };
}

/** Everything that carries the instance's label on a gateway, by `kind/id`; but for its claim. */
export async function heldBy(gateway: Gateway, instance: string): Promise<Held> {
  const held: [string, unknown][] = [];
  for (const kind of adminKinds) {
    const { list } = (await (await admin(gateway, "GET", kind)).json()) as { readonly list: unknown }; // the envelope
    // An empty list may come as an empty object.
    for (const { value } of Array.isArray(list) ? (list as readonly Item[]) : []) {
      if (value.labels?.["instance"] !== instance || isClaim({ kind, id: value.id })) continue;
      // Times and marks are the gateway's own.
      const isOwn = (field: string) => field.endsWith("_time") || field === "modifiedIndex";
      const rest = Object.fromEntries(Object.entries(value).filter(([field]) => !isOwn(field)));
      held.push([`${kind}/${value.id}`, rest]);
    }
  }
  return Object.fromEntries(held);
}

/** One call of the Admin API, past the operator; in standalone mode what comes to the same. */
export function admin(gateway: Gateway, method: string, path: string, body?: object): Promise<Response> {
  if (gateway.mode === "standalone") return adminOfDocument(gateway, method, path, body);
  return fetch(`${gateway.adminUrl}/apisix/admin/${path}`, {
    method,
    headers: { "x-api-key": gateway.key },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
