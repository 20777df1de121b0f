import { isJsonObject } from "../../core/model/index.ts";
import { CannotDo } from "../exit.ts";

/** One request of the story, and the route that its author expects to answer. */
export interface StoryRequest {
  /** As written: `GET http://shop.example.com/cart?x=1`. */
  readonly line: string;
  readonly method: string;
  /** Host header: `shop.example.com`, with the port where one is written. */
  readonly host: string;
  /** Raw request target, query included; only what HTTP can't carry is percent-encoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Name or `namespace/name` of a GatewayRoute as written; `undefined`: no route shall answer. */
  readonly expect: string | undefined;
  /** `requests.yaml:7`, for messages. */
  readonly place: string;
}

export type FieldPath = readonly (string | number)[];

/**
 * The requests of a parsed requests.yaml. `placeOf` says where a value stands (`requests.yaml:7`).
 * Throws `CannotDo` with one sentence for the first thing that is not as it should be.
 */
export function decodeRequests(file: unknown, placeOf: (path: FieldPath) => string): readonly StoryRequest[] {
  if (file === undefined || file === null) return [];
  if (!Array.isArray(file)) throw malformed(placeOf([]), "must be a list of requests");
  return file.map((entry: unknown, index) => decodeRequest(entry, [index], placeOf));
}

const fields: readonly string[] = ["request", "headers", "body", "expect"];

function decodeRequest(entry: unknown, at: FieldPath, placeOf: (path: FieldPath) => string): StoryRequest {
  const place = placeOf(at);
  if (!isJsonObject(entry)) throw malformed(place, "a request is written as `request: GET http://host/path`");
  const unknown = Object.keys(entry).find((field) => !fields.includes(field));
  if (unknown !== undefined) throw malformed(placeOf([...at, unknown]), `${unknown} is none of ${fields.join(", ")}`);
  const line = decodeLine(entry["request"], placeOf([...at, "request"]));
  const headers = decodeHeaders(entry["headers"], placeOf([...at, "headers"]));
  // A Host header of one's own stands in for the URL's, as with curl.
  const [host = line.host, others] = withoutHost(headers);
  return {
    ...line,
    host,
    headers: others,
    body: decodeBody(entry["body"]),
    expect: decodeExpect(entry["expect"], placeOf([...at, "expect"])),
    place,
  };
}

type Line = Pick<StoryRequest, "line" | "method" | "host" | "target">;

function decodeLine(line: unknown, place: string): Line {
  const parts =
    typeof line === "string" ? /^([!#$%&'*+.^_`|~\w-]+) +https?:\/\/([^/?#\s]+)([^\s#]*)$/i.exec(line) : null;
  if (typeof line !== "string" || parts === null) {
    throw malformed(place, "request must be a method and a URL, as in `GET http://shop.example.com/cart`");
  }
  const [, method = "", host = "", rest = ""] = parts;
  if (!/^[!-?A-~]+$/.test(host)) throw malformed(place, `the host ${host} must be plain ASCII, without a user`);
  const target = rest.startsWith("/") ? rest : `/${rest}`;
  return { line, method, host, target: target.replace(/[^!-~]+/g, encodeURIComponent) };
}

function decodeHeaders(headers: unknown, place: string): Readonly<Record<string, string>> {
  if (headers === undefined || headers === null) return {};
  if (!isJsonObject(headers)) throw malformed(place, "headers must be names with their values");
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const isText = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
      if (!isText || !/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || !/^[\t -~\u0080-\u00ff]*$/.test(String(value)))
        throw malformed(place, `header ${name} must be one line of text`);
      return [name, String(value)];
    }),
  );
}

function withoutHost(headers: StoryRequest["headers"]): readonly [string | undefined, StoryRequest["headers"]] {
  const isHost = ([name]: readonly [string, string]) => name.toLowerCase() === "host";
  const entries = Object.entries(headers);
  return [entries.find(isHost)?.[1], Object.fromEntries(entries.filter((entry) => !isHost(entry)))];
}

/** Text as it is; anything else as JSON. */
function decodeBody(body: unknown): string | undefined {
  return body === undefined || body === null ? undefined : typeof body === "string" ? body : JSON.stringify(body);
}

function decodeExpect(expect: unknown, place: string): string | undefined {
  // A name may be all digits, which YAML takes for a number.
  const name = typeof expect === "number" ? String(expect) : expect;
  if (typeof name !== "string" || name === "") {
    throw malformed(place, "expect must be the name of a GatewayRoute, or none");
  }
  return name === "none" ? undefined : name;
}

function malformed(place: string, what: string): CannotDo {
  return new CannotDo(`${place}: ${what}.`);
}
