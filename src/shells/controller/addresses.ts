import type { GatewayAdminService, GatewayManifest } from "../../core/model/index.ts";
import type { ConditionVerdict } from "../../core/status/index.ts";
import type { Endpoint, EndpointFollower } from "../../edges/kubernetes/index.ts";

export type FoundAddresses =
  | {
      readonly kind: "found";
      readonly urls: readonly string[];
      /** What a certificate must be good for, where that is not the host of the address. */
      readonly serverName: string | undefined;
    }
  | { readonly kind: "missing"; readonly verdict: ConditionVerdict }
  /** A moment: the first answer is outstanding. */
  | { readonly kind: "unknown" };

/** Where the Admin API of a gateway is, as its spec and the endpoints of its Service say now. */
export function addressesOf(gateway: GatewayManifest, follower: EndpointFollower): FoundAddresses {
  const { urls = [], service } = gateway.spec.admin;
  if (service === undefined) return { kind: "found", urls, serverName: undefined };
  const read = follower.endpointsOf(service);
  if (read === undefined) return { kind: "unknown" };
  if (read.kind === "unread") return missing(service, "Unknown", "EndpointsUnread", `${read.message}.`);
  const found = urlsOf(service, read.endpoints);
  if (found.length === 0) return missing(service, "False", "NoEndpoints", reasonFor(service, read.endpoints));
  const serverName = service.scheme === "https" ? `${service.name}.${service.namespace}.svc` : undefined;
  return { kind: "found", urls: found, serverName };
}

/** The Services that gateways name, each once or more. */
export function servicesOf(gateways: readonly GatewayManifest[]): readonly GatewayAdminService[] {
  return gateways.flatMap(({ spec }) => (spec.admin.service === undefined ? [] : [spec.admin.service]));
}

/** An address for each ready endpoint, in the order of the text. A pod with an address of each family is one instance. */
export function urlsOf(service: GatewayAdminService, endpoints: readonly Endpoint[]): readonly string[] {
  const byPod = new Map<string, string>();
  for (const { address, family, target, isReady, ports } of endpoints.toSorted(byFamily)) {
    const port = ports.find((each) => isNamed(each, service.port))?.port;
    if (!isReady || port === undefined) continue;
    const url = `${service.scheme ?? "http"}://${family === "IPv6" ? `[${address}]` : address}:${port}`;
    const pod = target ?? url;
    if (!byPod.has(pod)) byPod.set(pod, url);
  }
  return [...new Set(byPod.values())].sort();
}

function isNamed({ name, port }: Endpoint["ports"][number], wanted: string | number): boolean {
  return typeof wanted === "number" ? port === wanted : name === wanted;
}

function byText(a: string | number, b: string | number): number {
  return String(a) < String(b) ? -1 : 1;
}

function byFamily(a: Endpoint, b: Endpoint): number {
  return a.family < b.family ? -1 : Number(a.family > b.family);
}

/** Why none of them will do. */
function reasonFor({ port }: GatewayAdminService, endpoints: readonly Endpoint[]): string {
  if (endpoints.length === 0) return "it has no endpoints. Is its name right, and does its selector find pods?";
  const ready = endpoints.filter(({ isReady }) => isReady);
  if (ready.length === 0)
    return (
      `none of its ${endpoints.length} endpoints is ready. Where pods are ready only once they have a configuration, ` +
      `as in standalone mode with a probe of /status/ready, set publishNotReadyAddresses on the Service.`
    );
  const there = new Set(
    ready.flatMap(({ ports }) => ports.map((each) => (each.name === "" ? each.port : `${each.name} (${each.port})`))),
  );
  return `none of its endpoints has the port ${port}; they have ${[...there].toSorted(byText).join(", ") || "none"}.`;
}

function missing(
  { namespace, name }: GatewayAdminService,
  status: "False" | "Unknown",
  reason: string,
  message: string,
): FoundAddresses {
  return {
    kind: "missing",
    verdict: { status, reason, message: `spec.admin.service: Service ${namespace}/${name}: ${message}` },
  };
}
