import { isJsonObject, type Json } from "../../core/model/index.ts";
import { adminCall, type AdminDoor } from "./admin-call.ts";
import type { AdminAnswer, AdminCase, AdminExchange, AdminMiss } from "./admin-case.ts";
import { emptied } from "./emptied.ts";
import { Masks } from "./masks.ts";

export interface AdminReport {
  readonly passed: number;
  readonly misses: readonly AdminMiss[];
}

/**
 * Holds each exchange of each case with the gateway and compares status and body with the record: what is stored must
 * be the same, an error must have the same form. The gateway holds nothing before a case and nothing after it; what it
 * held when this began is lost. Throws what the connection throws.
 */
export async function runAdminOn(door: AdminDoor, cases: readonly AdminCase[]): Promise<AdminReport> {
  const misses: AdminMiss[] = [];
  let passed = 0;
  for (const adminCase of cases) {
    const masks = new Masks();
    for (const exchange of adminCase.exchanges) {
      // oxlint-disable-next-line no-await-in-loop -- one exchange after the other
      const { answer, differences } = await played(door, exchange, masks);
      if (differences.length === 0) passed++;
      else misses.push({ case: adminCase, exchange, answer, differences });
    }
    // oxlint-disable-next-line no-await-in-loop -- the next case starts with nothing
    await emptied(door, kindsIn(adminCase));
  }
  return { passed, misses };
}

/** One exchange as recorded, and what came of it. */
export async function played(door: AdminDoor, exchange: AdminExchange, masks: Masks): Promise<Played> {
  const answer = await ask(door, exchange, masks);
  return { answer, differences: differencesOf(exchange, answer, masks) };
}

export interface Played {
  readonly answer: AdminAnswer;
  readonly differences: readonly string[];
}

async function ask(door: AdminDoor, exchange: AdminExchange, masks: Masks): Promise<AdminAnswer> {
  const { method, path, body, raw, bodyBytes, auth, headers = {} } = exchange;
  if (method === "DELETE") await door.settle();
  const withKey = (text: string) => masks.filledIn(text.replace("KEY", door.key));
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, withKey(value)]));
  return adminCall(door, {
    method,
    path: withKey(path),
    key: auth === "none" ? undefined : auth === "wrong" ? "not-the-key" : door.key,
    headers: own,
    body:
      bodyBytes !== undefined ? fillerOf(bodyBytes) : (raw ?? (body === undefined ? undefined : JSON.stringify(body))),
  });
}

/** A JSON object of so many bytes. */
function fillerOf(bytes: number): string {
  const [start, end] = ['{"desc":"', '"}'];
  return `${start}${"x".repeat(bytes - start.length - end.length)}${end}`;
}

function differencesOf(exchange: AdminExchange, answer: AdminAnswer, masks: Masks): string[] {
  const differences: string[] = [];
  if (answer.status !== exchange.status) differences.push(`status: ${answer.status}, recorded ${exchange.status}`);
  for (const [name, value] of Object.entries(exchange.responseHeaders ?? {})) {
    differences.push(...masks.differences(headerOf(answer, name, value), value, `header ${name}`));
  }
  return [...differences, ...bodyDifferences(exchange, answer, masks)];
}

/** A masked time is a number, and a header a text. */
function headerOf({ headers }: AdminAnswer, name: string, recorded: string): Json | undefined {
  const text = headers[name.toLowerCase()]?.toString();
  return recorded.startsWith("<time") && text !== undefined ? Number(text) : text;
}

function bodyDifferences(exchange: AdminExchange, { text }: AdminAnswer, masks: Masks): string[] {
  const { response, html, empty } = exchange;
  if (empty === true && text !== "") return [`body: ${shortened(text)}, recorded none`];
  if (exchange.text !== undefined && text !== exchange.text)
    return [`body: ${shortened(text)}, recorded ${exchange.text}`];
  if (html !== undefined && /<title>(.*)<\/title>/.exec(text)?.[1] !== html)
    return [`body: ${shortened(text)}, recorded a page ${html}`];
  if (response === undefined) return [];
  const found = parsed(text);
  if (found === undefined) return [`body: ${shortened(text)}, recorded JSON`];
  if (isJsonObject(response) && response["ids"] !== undefined)
    return masks.differences(idsOf(found), response, "response");
  // What went wrong may be said in other words.
  const isError = exchange.status >= 400;
  return masks.differences(isError ? wordless(found) : found, isError ? wordless(response) : response, "response");
}

/** The short form that the corpus keeps of long lists. */
function idsOf(found: Json): Json {
  if (!isJsonObject(found)) return found;
  const { total = null, list = null } = found;
  const ids = Array.isArray(list)
    ? list.map((item) => (isJsonObject(item) && isJsonObject(item["value"]) ? (item["value"]["id"] ?? null) : null))
    : list;
  return { total, ids };
}

/** Sentences made alike: that there is one counts, not how it is put. */
function wordless(value: Json): Json {
  if (Array.isArray(value)) return value.map(wordless);
  if (!isJsonObject(value)) return value;
  const sentences = ["error_msg", "error", "req_body"];
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      sentences.includes(name) && typeof item === "string" ? "…" : wordless(item),
    ]),
  );
}

function kindsIn({ exchanges }: AdminCase): readonly string[] {
  return [...new Set(exchanges.map(({ path }) => path.split(/[/?]/)[3] ?? ""))];
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON.parse gives JSON
    return value as Json;
  } catch {
    return undefined;
  }
}

function shortened(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
