import type { AdminUpstream } from "../../../core/model/index.ts";

/** Where requests of an upstream may go. */
export interface Node {
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  /** Higher ones are tried first. */
  readonly priority: number;
}

const ports: Readonly<Record<string, number>> = { http: 80, https: 443, grpc: 80, grpcs: 443 };

/** The nodes of an upstream, whichever way they are written. */
export function nodesOf({ nodes = {}, scheme = "http" }: AdminUpstream): readonly Node[] {
  const byDefault = ports[scheme] ?? 80;
  if (isList(nodes)) {
    return nodes.map(({ host, port = byDefault, weight, priority = 0 }) => ({
      host: bare(host),
      port,
      weight,
      priority,
    }));
  }
  return Object.entries(nodes).map(([address, weight]) => {
    const [, host = address, port] = /^(.*?)(?::(\d+))?$/.exec(address) ?? [];
    return { host: bare(host), port: port === undefined ? byDefault : Number(port), weight, priority: 0 };
  });
}

/** The host as the upstream should hear it: with its port, unless that is the one of the scheme. */
export function hostHeaderOf({ host, port }: Node, scheme: string): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return ports[scheme] === port ? name : `${name}:${port}`;
}

function isList(nodes: NonNullable<AdminUpstream["nodes"]>): nodes is Extract<typeof nodes, readonly unknown[]> {
  return Array.isArray(nodes);
}

/** Sockets want IPv6 addresses without brackets. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
