import { type AnyDesired, type Diagnostic, revealed } from "../model/index.ts";

/**
 * Bytes of the largest body that is sent. The Admin API takes 1.5 MiB, and so does etcd by default, to which the gateway
 * sends a little more: times and defaults. Source: apache/apisix 3.18, apisix/admin/init.lua; etcd, --max-request-bytes.
 */
const largest = 1.5 * 1024 * 1024 - 16 * 1024;

/** That an object is larger than a gateway takes. */
export function tooLarge({ body, secrets, origin }: AnyDesired): readonly Diagnostic[] {
  const text = JSON.stringify(revealed(body, secrets));
  if (text.length * 3 <= largest) return []; // no character is more than three bytes for each of its units
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= largest) return [];
  return [
    {
      code: "ObjectTooLarge",
      severity: "error",
      object: origin,
      field: "spec",
      message: `It comes to ${bytes} bytes, values out of Secrets and ConfigMaps included; a gateway takes ${largest}.`,
      why: "APISIX and etcd refuse a larger object, so it is not sent. Its last good version, if there is one, stays.",
      fix: "Write less, or spread it over several objects.",
      related: [],
    },
  ];
}
