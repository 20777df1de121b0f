import { isJsonObject } from "../../core/model/index.ts";
import { KubeError, errorOfNetwork, errorOfStatus } from "./errors.ts";
import { HalfLine, linesOf } from "./lines.ts";
import { type KubeObject, isKubeObject } from "./resource.ts";
import { type KubeRequest, nameOf } from "./transport.ts";

/** A bookmark says only how far the server is: nothing of ours changed until there. */
export type WatchEvent =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly resourceVersion: string; readonly object: KubeObject }
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string };

interface Body extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

/**
 * Decodes the body of a watch, event by event. Ends with a clean end of the stream. Throws `KubeError`: what an ERROR
 * event says, `unreachable` for a connection that broke, `timeout` for one that fell silent; or the signal's reason.
 * The connection is closed when the caller stops reading.
 */
export async function* watchEventsOf(request: KubeRequest, body: Body): AsyncGenerator<WatchEvent> {
  try {
    for await (const line of linesOf(body)) yield eventOf(request, line);
  } catch (error) {
    if (request.signal?.aborted === true) throw request.signal.reason;
    if (error instanceof KubeError) throw error;
    if (error instanceof HalfLine)
      throw new KubeError(`${nameOf(request)}: ${error.message}`, { failure: "unreachable", cause: error });
    throw errorOfNetwork(nameOf(request), error);
  } finally {
    body.destroy();
  }
}

function eventOf(request: KubeRequest, line: string): WatchEvent {
  const event = parse(request, line);
  const { type, object } = event;
  if (type === "ERROR") {
    const code = isJsonObject(object) ? Number(object["code"]) : Number.NaN;
    throw errorOfStatus(`${nameOf(request)}, in the stream`, Number.isInteger(code) ? code : 500, object);
  }
  const metadata = isJsonObject(object) ? object["metadata"] : undefined;
  const resourceVersion = isJsonObject(metadata) ? metadata["resourceVersion"] : undefined;
  if (typeof resourceVersion !== "string") throw malformed(request);
  if (type === "BOOKMARK") return { type, resourceVersion };
  if (type === "ADDED" || type === "MODIFIED" || type === "DELETED") {
    if (isKubeObject(object)) return { type, resourceVersion, object };
  }
  throw malformed(request);
}

function parse(request: KubeRequest, line: string): { readonly type?: unknown; readonly object?: unknown } {
  try {
    const event: unknown = JSON.parse(line);
    if (isJsonObject(event)) return event;
  } catch {
    // The parser's words quote the line, which may be a Secret.
  }
  throw malformed(request);
}

function malformed(request: KubeRequest): KubeError {
  return new KubeError(`${nameOf(request)}: an event of the watch is not what it should be`, { failure: "malformed" });
}
