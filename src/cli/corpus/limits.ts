import { METHODS } from "node:http";
import type { RoutingRequest } from "./routing-case.ts";

/**
 * Why node's HTTP parser turns a request away before the sandbox sees it; `undefined`: it does not. A real gateway, and
 * the matcher, answer these.
 */
export function refusedByNode({ method, uri }: RoutingRequest): string | undefined {
  if (!METHODS.includes(method)) return `node's HTTP parser knows no method ${method}`;
  // oxlint-disable-next-line no-control-regex -- bytes beyond ASCII are the point
  if (/[^\x00-\x7f]/.test(uri)) return "node's HTTP parser takes no bytes beyond ASCII in a request line";
  return undefined;
}
