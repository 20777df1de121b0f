import { type AnyManifest, type GatewayManifest, compareText } from "../model/index.ts";

/** The name this gateway's objects carry in their `instance` label. */
export function instanceOf(gateway: GatewayManifest): string {
  return gateway.spec.instance ?? gateway.meta.name;
}

/** Not on its way out. */
export function isLive(object: Pick<AnyManifest, "meta">): boolean {
  return !object.meta.isDeleting;
}

/**
 * The ApisixGateway that writes where this one would: of several with one instance name and an address in common the oldest,
 * and of equally old ones the first by name. Each would take the objects of the other for leftovers. Who only looks is in nobody's way.
 */
export function olderTwinOf(
  gateway: GatewayManifest,
  all: readonly GatewayManifest[],
  addressesOf: (gateway: GatewayManifest) => readonly string[],
): GatewayManifest | undefined {
  if (gateway.spec.policy === "observe") return undefined;
  const rivals = all.filter(
    (other) => instanceOf(other) === instanceOf(gateway) && other.spec.policy !== "observe" && isOlder(other, gateway),
  );
  if (rivals.length === 0) return undefined;
  const own = new Set(addressesOf(gateway).map(canonicalAddress));
  return rivals.sort(byAge).find((other) => addressesOf(other).some((url) => own.has(canonicalAddress(url))));
}

function isOlder(a: GatewayManifest, b: GatewayManifest): boolean {
  return byAge(a, b) < 0;
}

function byAge({ meta: a }: GatewayManifest, { meta: b }: GatewayManifest): number {
  return compareText(a.creationTimestamp ?? "", b.creationTimestamp ?? "") || compareText(a.name, b.name);
}

/** `HTTP://Admin:80` and `http://admin` are one. */
function canonicalAddress(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
