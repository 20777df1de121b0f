import { Agent as HttpAgent, ServerResponse, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import { isJsonObject, type Json, type JsonObject } from "../../../core/model/index.ts";
import { BodyTooLarge, readBody } from "../../../edges/http/index.ts";
import { engage, runPhase, type Engaged } from "../plugins/run.ts";
import type { ObjectStore } from "../store/objects.ts";
import { announceRoute } from "./announce.ts";
import type { UpBody } from "./attempt.ts";
import { Balancer } from "./balancer.ts";
import type { Exchange, Onward, Reply } from "./exchange.ts";
import { forward } from "./forward.ts";
import { HeaderList, removeHopByHop } from "./headers.ts";
import { mergedRoute, type MergedRoute } from "./merge.ts";
import { BodyNeeded, hasBody, rawRequestOf } from "./raw-request.ts";
import { relay, sendReply, type AnswerContext } from "./reply.ts";
import type { FoundRoute, Routed, Router } from "./router.ts";
import { joinSockets } from "./upgrade.ts";
import { variablesOf, type Progress } from "./variables.ts";

export interface ProxyOptions {
  readonly store: ObjectStore;
  readonly router: Router;
  readonly version: string;
  /** The port that requests are said to come to, where it is not the one they come to. */
  readonly statedPort?: number | undefined;
}

/** Bodies that conditions look into are held in memory; longer ones are refused. */
const largestReadBody = 64 * 1024 * 1024;

/** The data plane: routes, plugins, balancing, forwarding. Source: apache/apisix 3.18, apisix/init.lua. */
export class Proxy {
  readonly #options: ProxyOptions;
  readonly #balancer = new Balancer();
  readonly #agents = {
    http: new HttpAgent({ keepAlive: true, maxFreeSockets: 320 }),
    https: new HttpsAgent({ keepAlive: true, maxFreeSockets: 320 }),
  };

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  /** Serves one request to its end; never throws for what the client or an upstream did. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    response.on("error", () => gone.abort());
    request.on("error", () => gone.abort());
    try {
      await this.#handle(request, response, gone.signal);
    } catch (error) {
      if (!gone.signal.aborted) throw error;
    }
  }

  /** Serves a request that wants to go on as another protocol. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    upgrades.set(response, { socket, head });
    response.assignSocket(socket);
    response.on("finish", () => socket.end());
    void this.serve(request, response).catch(() => socket.destroy());
  }

  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  async #handle(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const read = await this.#route(request, response);
    if (read === "tooLarge") return void response.writeHead(413, { Connection: "close" }).end();
    const { routed, bytes } = read;
    if (routed.kind === "refused") return this.#refuse(routed.status, response);
    const progress: Progress = { route: undefined, node: undefined, params: routed.params };
    const exchange = this.#exchangeOf(request, response, routed, progress);
    const globals = engage(globalPlugins(this.#options.store));
    const context: AnswerContext = { exchange, engaged: globals, routeId: routed.routeId };
    const matched = this.#matchedRoute(routed);
    if ("status" in matched) return sendReply(await this.#afterGlobals(matched, globals, exchange, routed), context);
    progress.route = matched;
    announceRoute(context);
    const own = engage(matched.plugins);
    const full: AnswerContext = { ...context, engaged: [...globals, ...own] };
    const reply =
      (await runPhase("rewrite", globals, exchange)) ??
      (await runPhase("rewrite", own, exchange)) ??
      (await runPhase("access", globals, exchange)) ??
      (await runPhase("access", own, exchange)) ??
      missingUpstream(matched);
    if (reply !== undefined) return sendReply(reply, full);
    await this.#forward(matched, full, progress, upBodyOf(request, response, bytes), signal);
  }

  /** Matches, and reads the body first if a condition asks for it. */
  async #route(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<{ routed: Routed; bytes?: Buffer } | "tooLarge"> {
    const { router, statedPort } = this.#options;
    try {
      return { routed: router.route({ ...rawRequestOf(request, undefined), ...port(statedPort) }) };
    } catch (error) {
      if (!(error instanceof BodyNeeded)) throw error;
    }
    if (request.headers.expect !== undefined) response.writeContinue();
    try {
      const bytes = await readBody(request, largestReadBody);
      return { routed: router.route({ ...rawRequestOf(request, bytes), ...port(statedPort) }), bytes };
    } catch (error) {
      if (error instanceof BodyTooLarge) return "tooLarge";
      throw error;
    }
  }

  #exchangeOf(request: IncomingMessage, response: ServerResponse, routed: FoundRoute, progress: Progress): Exchange {
    return {
      request,
      response,
      onward: onwardOf(request, routed),
      variable: variablesOf(routed.request, request, progress),
      holds: (expression: readonly Json[]) => routed.holds(expression),
      version: this.#options.version,
    };
  }

  #matchedRoute(routed: FoundRoute): MergedRoute | Reply {
    const { store } = this.#options;
    if (routed.isBroken) return { status: 500 };
    const stored = routed.routeId === undefined ? undefined : store.get(`/routes/${routed.routeId}`)?.value;
    if (!isJsonObject(stored)) return { status: 404, body: { error_msg: "404 Route Not Found" } };
    const merged = mergedRoute(stored, store);
    if (merged === "lostPluginConfig") return { status: 503 };
    return merged === "lostService" ? { status: 404 } : merged;
  }

  /** Global rules also run where no route was found; not where a found one is broken. */
  async #afterGlobals(
    reply: Reply,
    globals: readonly Engaged[],
    exchange: Exchange,
    routed: FoundRoute,
  ): Promise<Reply> {
    if (routed.routeId !== undefined || routed.isBroken) return reply;
    return (await runPhase("rewrite", globals, exchange)) ?? (await runPhase("access", globals, exchange)) ?? reply;
  }

  async #forward(
    route: MergedRoute,
    context: AnswerContext,
    progress: Progress,
    body: UpBody,
    signal: AbortSignal,
  ): Promise<void> {
    if (route.upstream.kind !== "ready") return;
    const { exchange } = context;
    const { upstream } = route.upstream;
    const upgrade = route.hasWebsocket ? upgrades.get(exchange.response) : undefined;
    if (upgrade !== undefined) askForUpgrade(exchange);
    const outcome = await forward({
      upstream,
      picker: this.#balancer.pickerFor(upstream, exchange.variable),
      onward: exchange.onward,
      clientHost: exchange.variable("http_host") ?? exchange.variable("host") ?? "",
      timeout: route.timeout,
      body,
      agents: this.#agents,
      store: this.#options.store,
      signal,
      onPick: (node) => void (progress.node = node),
    });
    if (signal.aborted) return;
    if (outcome.kind === "answered") return relay(outcome.response, context);
    if (outcome.kind === "failed") return sendReply({ status: outcome.status }, context);
    if (upgrade === undefined) return void outcome.socket.destroy();
    joinSockets(outcome, { ...upgrade, context });
  }

  #refuse(status: number, response: ServerResponse): void {
    response
      .writeHead(status, { Server: `APISIX/${this.#options.version}`, "Content-Length": 0, Connection: "close" })
      .end();
  }
}

/** Connections that came with a wish to upgrade, by the answer that stands for them. */
const upgrades = new WeakMap<ServerResponse, { readonly socket: Socket; readonly head: Buffer }>();

function port(statedPort: number | undefined): { port?: number } {
  return statedPort === undefined ? {} : { port: statedPort };
}

/** The request as it goes on, with the headers that APISIX makes. Source: apache/apisix 3.18, apisix/cli/ngx_tpl.lua. */
function onwardOf(request: IncomingMessage, routed: FoundRoute): Onward {
  const headers = new HeaderList(request.rawHeaders);
  const host = headers.get("Host");
  const { remoteAddr, host: routedHost, target } = routed.request;
  removeHopByHop(headers);
  headers.remove("Host", "Expect", "Forwarded", ...(hasBody(request) ? [] : ["Content-Length"]));
  const forwarded = headers.get("X-Forwarded-For");
  headers.set("X-Real-IP", remoteAddr);
  headers.set("X-Forwarded-For", forwarded === undefined ? remoteAddr : `${forwarded}, ${remoteAddr}`);
  headers.set("X-Forwarded-Proto", "http");
  headers.set("X-Forwarded-Host", host ?? routedHost);
  headers.set("X-Forwarded-Port", /:(\d+)$/.exec(host ?? "")?.[1] ?? String(request.socket.localPort ?? ""));
  if (request.headers["transfer-encoding"] !== undefined) headers.set("Transfer-Encoding", "chunked");
  return { method: request.method ?? "GET", target: target.unparsed, host: undefined, headers };
}

function askForUpgrade({ request, onward }: Exchange): void {
  onward.headers.set("Upgrade", request.headers.upgrade ?? "websocket");
  onward.headers.set("Connection", "Upgrade");
}

function upBodyOf(request: IncomingMessage, response: ServerResponse, bytes: Buffer | undefined): UpBody {
  if (bytes !== undefined) return { kind: "bytes", bytes };
  if (!hasBody(request)) return { kind: "none" };
  const begin = () => {
    if (request.headers.expect !== undefined) response.writeContinue();
  };
  return { kind: "stream", stream: request, begin };
}

/** Source: apache/apisix 3.18, apisix/init.lua, handle_upstream(), and apisix/upstream.lua, set_by_route(). */
function missingUpstream({ upstream }: MergedRoute): Reply | undefined {
  if (upstream.kind === "lost") return { status: 502 };
  if (upstream.kind === "none") return { status: 503 };
  const { nodes, service_name, type = "roundrobin", scheme = "http" } = upstream.upstream;
  // There is no discovery here, as in a gateway whose configuration names none.
  if (service_name !== undefined || nodes === undefined || Object.keys(nodes).length === 0) return { status: 503 };
  if (!["roundrobin", "chash", "ewma", "least_conn"].includes(type)) return { status: 500 };
  return scheme === "http" || scheme === "https" ? undefined : { status: 502 };
}

/** All global rules at once; a plugin that stands in two of them runs in neither. */
function globalPlugins(store: ObjectStore): JsonObject {
  const seen = new Map<string, Json | undefined>();
  for (const { value } of store.below("/global_rules/")) {
    const plugins = isJsonObject(value) ? value["plugins"] : undefined;
    if (!isJsonObject(plugins)) continue;
    for (const [name, config] of Object.entries(plugins)) seen.set(name, seen.has(name) ? undefined : config);
  }
  return Object.fromEntries([...seen].flatMap(([name, config]) => (config === undefined ? [] : [[name, config]])));
}
