// A small node:http server for everything that listens: the sandbox today, probes, webhook and dashboard later.
// It owns ports, limits and a graceful close; it knows nothing about what is served.
// Loopback unless a host is named.
export { readBody, BodyTooLarge } from "./body.ts";
export {
  startHttpServer,
  type HttpHandler,
  type HttpServerOptions,
  type RefusedRequest,
  type RunningServer,
  type UpgradeHandler,
} from "./server.ts";
