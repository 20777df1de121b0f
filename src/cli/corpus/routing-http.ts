import { isJsonObject, type Json, type JsonObject } from "../../core/model/index.ts";
import { adminCall, type AdminDoor } from "./admin-call.ts";
import { RawLine } from "./raw-line.ts";
import { rawRequestOf, type RoutingAnswer, type RoutingCase, type RoutingRequest } from "./routing-case.ts";

/** The table could not be brought onto the gateway: nothing can be asked. */
export class NotLoaded extends Error {
  override readonly name = "NotLoaded";
}

/** How a route says that it answered, and what the router saw. */
const winnerHeader = "x-corpus-route";

/** Brings the table of a case onto an empty gateway, as it came about where it was recorded. */
export async function loadCase(door: AdminDoor, routingCase: RoutingCase): Promise<void> {
  if (routingCase.globalRule === true) await put(door, "/global_rules/corpus", { plugins: {} });
  for (const { method, path, body } of stepsOf(routingCase)) {
    // oxlint-disable-next-line no-await-in-loop -- their order is the point
    await write(door, method, path, body);
  }
  await door.settle();
}

interface LoadStep {
  readonly method: string;
  /** Below `/apisix/admin`. */
  readonly path: string;
  readonly body?: JsonObject | undefined;
}

/** The recorded steps; without any, the objects in their order, with what is missing made first and then taken away. */
function stepsOf({ steps, routes, services }: RoutingCase): readonly LoadStep[] {
  if (steps !== undefined)
    return steps.map((step) => ({ ...step, body: step.path.startsWith("/routes/") ? answering(step) : step.body }));
  const known = new Set(services.map(({ id }) => String(id)));
  const lost = [
    ...new Set(
      routes.flatMap(({ service_id }) =>
        service_id === undefined || known.has(String(service_id)) ? [] : [String(service_id)],
      ),
    ),
  ];
  const lostConfigs = [
    ...new Set(
      routes.flatMap(({ plugin_config_id }) => (plugin_config_id === undefined ? [] : [String(plugin_config_id)])),
    ),
  ];
  return [
    ...services.map((service) => putStep(`/services/${String(service.id)}`, jsonOf(service))),
    ...lost.map((id) => putStep(`/services/${id}`, {})),
    ...lostConfigs.map((id) => putStep(`/plugin_configs/${id}`, { plugins: {} })),
    ...routes.map((route) => {
      const path = `/routes/${String(route.id)}`;
      return putStep(path, answering({ method: "PUT", path, body: jsonOf(route) }));
    }),
    ...lost.map((id) => ({ method: "DELETE", path: `/services/${id}?force=true` })),
    ...lostConfigs.map((id) => ({ method: "DELETE", path: `/plugin_configs/${id}?force=true` })),
  ];
}

function putStep(path: string, body: JsonObject | undefined): LoadStep {
  return { method: "PUT", path, body };
}

/** The recording answered with a plugin, too, that the cases leave out. A PATCH keeps the one that is there. */
function answering({ method, path, body }: LoadStep): JsonObject | undefined {
  if (method !== "PUT" || body === undefined) return body;
  const [, , id = ""] = path.split("/");
  const abort = { http_status: 200, headers: { [winnerHeader]: id }, body: "$host\n$uri" };
  const plugins = isJsonObject(body["plugins"]) ? body["plugins"] : {};
  return { ...body, plugins: { ...plugins, "fault-injection": { abort } } };
}

function jsonOf(value: object): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  return isJsonObject(copy) ? copy : {};
}

function put(door: AdminDoor, path: string, body: JsonObject): Promise<void> {
  return write(door, "PUT", path, body);
}

async function write(door: AdminDoor, method: string, path: string, body: Json | undefined): Promise<void> {
  if (method === "DELETE") await door.settle();
  const text = body === undefined ? undefined : JSON.stringify(body);
  const answer = await adminCall(door, { method, path: `/apisix/admin${path}`, key: door.key, body: text });
  if (answer.status >= 300) throw new NotLoaded(`${method} ${path}: ${answer.status} ${answer.text.trim()}`);
}

/** Sends recorded requests as bytes and reads who answered. */
export class Asker {
  readonly #gateway: { readonly host: string; readonly port: number };
  readonly #lines = new Map<string, RawLine>();

  constructor(proxyUrl: string) {
    const { hostname, port } = new URL(proxyUrl);
    this.#gateway = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) || 80 };
  }

  async ask(request: RoutingRequest): Promise<RoutingAnswer> {
    // Addresses of this machine are really called from; others travel in a header.
    const { remoteAddr } = request;
    const localAddress = remoteAddr?.startsWith("127.") === true ? remoteAddr : undefined;
    const line = this.#lines.get(localAddress ?? "") ?? new RawLine({ ...this.#gateway, localAddress });
    this.#lines.set(localAddress ?? "", line);
    const answered = await line.ask(bytesOf(request), { hasNoBody: request.method === "HEAD" }).catch(messageOf);
    if (typeof answered === "string") return { winner: null, status: undefined, because: answered };
    const { status, headers, body } = answered;
    const routeId = headers.get(winnerHeader) ?? headers.get("x-sandbox-route");
    const winner = routeId ?? hiddenWinner(request, status, headers.get("content-type"));
    const [host, ...uri] = body.toString("utf8").split("\n");
    const isSeen = headers.has(winnerHeader) && request.method !== "HEAD";
    return {
      winner: winner ?? null,
      status,
      ...(isSeen && host !== undefined ? { seen: { uri: uri.join("\n"), host } } : {}),
      because: routeId === undefined ? `answered ${status}` : `${routeId} answered ${status}`,
    };
  }

  close(): void {
    for (const line of this.#lines.values()) line.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A route whose service or plugin config is gone does not say its name; that it is one shows in the page. */
function hiddenWinner(request: RoutingRequest, status: number, contentType: string | undefined): string | null {
  const isPage = contentType?.startsWith("text/html") === true;
  return isPage && status === request.status && (status === 404 || status === 503) ? request.winner : null;
}

function bytesOf(request: RoutingRequest): Buffer {
  const { method, target, http = "1.1", headers, body } = rawRequestOf(request);
  const lines = [`${method} ${target} HTTP/${http}`, ...headers.map(([name, value]) => `${name}: ${value}`), "", ""];
  return Buffer.concat([Buffer.from(lines.join("\r\n"), "utf8"), Buffer.from(body ?? "")]);
}
