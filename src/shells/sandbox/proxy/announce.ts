import { routeHeader, type AnswerContext } from "./reply.ts";

/** A request with this header is told which route takes it before plugins and upstream have their turn. */
export const announceHeader = "x-sandbox-announce";

/**
 * Sends `103 Early Hints` with the route: an upstream that never answers must not hide who was chosen. Only for those
 * who ask; other clients may not expect an answer before the answer.
 */
export function announceRoute({ exchange, routeId }: AnswerContext): void {
  const { request, response } = exchange;
  if (routeId === undefined || request.headers[announceHeader] === undefined) return;
  // Node sends no hints without a link.
  response.writeEarlyHints({ link: "</>; rel=preload", [routeHeader]: routeId });
}
