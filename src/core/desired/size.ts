import { type AnyDesired, type Diagnostic, revealed } from "../model/index.ts";

/**
 * Bytes of the largest body that is sent. The Admin API takes 1.5 MiB, and so does etcd by default, to which the gateway
 * sends a little more: times and defaults. Source: apache/apisix 3.18, apisix/admin/init.lua; etcd, --max-request-bytes.
 */
const largest = 1.5 * 1024 * 1024 - 16 * 1024;

const fine: readonly Diagnostic[] = [];

/** That an object is larger than a gateway takes. */
export function tooLarge({ body, secrets, origin }: AnyDesired): readonly Diagnostic[] {
  const whole = revealed(body, secrets);
  if (atMost(whole) <= largest) return fine;
  const text = JSON.stringify(whole);
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

/** Bytes that JSON never comes to more than: a look at all values, without writing any. */
function atMost(value: unknown): number {
  return typeof value === "string"
    ? longestText(value)
    : typeof value === "object" && value !== null
      ? atMostOf(value)
      : 32;
}

function atMostOf(value: object): number {
  let sum = 2;
  if (Array.isArray(value)) for (const item of value) sum += atMost(item) + 1;
  // Bodies are plain objects of which there may be a hundred thousand: this makes no list of the names.
  else for (const name in value) sum += longestText(name) + atMost(value[name as keyof typeof value]) + 2;
  return sum;
}

/** An escape takes six bytes. */
function longestText({ length }: string): number {
  return 6 * length + 2;
}
