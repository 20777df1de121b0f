import type { RouterFlavor } from "../../core/model/index.ts";
import { adminCall, type AdminDoor } from "./admin-call.ts";
import { emptied, heldBy } from "./emptied.ts";
import { Asker, loadCase, NotLoaded } from "./routing-http.ts";
import type { RoutingCase, RoutingMiss } from "./routing-case.ts";
import type { RoutingReport, RoutingSkip } from "./routing.ts";
import { askAll } from "./sandbox.ts";

/** The gateway holds objects, and a case needs an empty one. */
export class NotEmpty extends Error {
  override readonly name = "NotEmpty";
}

const kindsUsed = ["global_rules", "routes", "services", "plugin_configs"];

/**
 * Plays the cases for the router that a running gateway has, on that gateway, over HTTP. It must be empty, and is empty
 * afterwards; it cannot be restarted from here, so cases that need that are skipped.
 * Throws `NotEmpty`, and what the connections throw.
 */
export async function runRoutingOnGateway(
  door: AdminDoor,
  proxyUrl: string,
  cases: readonly RoutingCase[],
): Promise<RoutingReport> {
  await mustBeEmpty(door);
  const flavor = await flavorOf(door, proxyUrl);
  const misses: RoutingMiss[] = [];
  const skips: RoutingSkip[] = [];
  let passed = 0;
  for (const routingCase of cases) {
    const reason = skipReason(routingCase, flavor);
    if (reason !== undefined) {
      skips.push(...routingCase.requests.map((request) => ({ case: routingCase, request, reason })));
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop -- there is one gateway
    const missed = await playCase(door, proxyUrl, routingCase);
    misses.push(...missed);
    passed += routingCase.requests.length - missed.length;
  }
  return { passed, misses, skips };
}

export async function mustBeEmpty(door: AdminDoor): Promise<void> {
  const held = await heldBy(door);
  if (held.length === 0) return;
  throw new NotEmpty(
    `the gateway holds ${held.length} objects (${held.slice(0, 3).join(", ")}…); cases need an empty one`,
  );
}

function skipReason({ router, loadOrder }: RoutingCase, flavor: RouterFlavor): string | undefined {
  if (router !== flavor) return `recorded with ${router}, and the gateway has ${flavor}`;
  return loadOrder === undefined ? undefined : "the gateway would have to be restarted";
}

async function playCase(door: AdminDoor, proxyUrl: string, routingCase: RoutingCase): Promise<RoutingMiss[]> {
  try {
    await loadCase(door, routingCase);
    return await askAll(proxyUrl, routingCase);
  } finally {
    await emptied(door, kindsUsed);
    await door.settle();
  }
}

/** No call names the router a gateway has; three routes of our own show it. */
async function flavorOf(door: AdminDoor, proxyUrl: string): Promise<RouterFlavor> {
  const probe = (id: string, route: object) => writeProbe(door, id, route);
  const asker = new Asker(proxyUrl);
  const answers = async (uri: string) =>
    (await asker.ask({ method: "GET", host: "probe.invalid", uri, winner: null, status: 200 })).winner;
  try {
    await probe("probe-host", { uri: "/__p/*", hosts: ["probe.invalid"] });
    await probe("probe-path", { uri: "/__p/x/*" });
    await probe("probe-param", { uri: "/__p/y/:z" });
    await door.settle();
    if ((await answers("/__p/x/1")) === "probe-host") return "radixtree_host_uri";
    return (await answers("/__p/y/1")) === "probe-param" ? "radixtree_uri_with_parameter" : "radixtree_uri";
  } finally {
    asker.close();
    await emptied(door, ["routes"]);
    await door.settle();
  }
}

async function writeProbe(door: AdminDoor, id: string, route: object): Promise<void> {
  const abort = { http_status: 200, headers: { "x-corpus-route": id } };
  const body = JSON.stringify({ ...route, plugins: { "fault-injection": { abort } } });
  const { status, text } = await adminCall(door, {
    method: "PUT",
    path: `/apisix/admin/routes/${id}`,
    key: door.key,
    body,
  });
  if (status >= 300) throw new NotLoaded(`a probe was refused: ${status} ${text.trim()}`);
}
