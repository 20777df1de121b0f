import { type AdminBodies, type AdminKind, type Secret, isJsonObject } from "../../core/model/index.ts";

const longestQuote = 500;
/** A run of so many characters that the message shares with a value is taken for a quote of it. */
const telltale = 5;
const mask = "…";

/** Values that say what a request matches or where it goes; quoting them helps and gives nothing away. */
const plainFields: ReadonlySet<string> = new Set([
  "id",
  "name",
  "desc",
  "labels",
  "uri",
  "uris",
  "host",
  "hosts",
  "methods",
  "remote_addr",
  "remote_addrs",
  "service_id",
  "upstream_id",
  "plugin_config_id",
  "type",
  "hash_on",
  "key",
  "scheme",
  "pass_host",
  "upstream_host",
  "nodes",
  "service_name",
  "discovery_type",
]);

/**
 * The gateway's own words, fit to be shown: one line, cut short, and without anything of the admin key or of a value
 * that was sent, but for the plain fields. The gateway quotes what it refuses (`failed to match pattern … with
 * "<value>"`, `[string "<code>"]`), and a plugin's value may be a password.
 * Source: api7/jsonschema 0.9.12, lib/jsonschema.lua, generate_validator().
 */
export function gatewayWords(text: string, body: AdminBodies[AdminKind] | undefined, key: Secret): string {
  const line = withoutNames(text)
    .slice(0, 4 * longestQuote)
    .replaceAll(/[\p{C}\s]+/gu, " ")
    .trim();
  const secrets = [key.reveal(), ...(body === undefined ? [] : valuesOf(body))];
  const masked = maskQuotes(maskRuns(line, secrets), secrets);
  return masked.length <= longestQuote ? masked : `${masked.slice(0, longestQuote)}${mask}`;
}

/** Objects that the gateway names belong to others, whose names are none of this one's business. */
function withoutNames(text: string): string {
  return text.replace(/(found with consumer: |in global rule with id )\S.*$/, `$1${mask}`);
}

/** Everything in the message that also stands in one of the values, if it is long enough to say something. */
function maskRuns(line: string, values: readonly string[]): string {
  const runs = new Set<string>();
  for (const value of values) {
    const flat = value.replaceAll(/[\p{C}\s]+/gu, " ");
    for (let at = 0; at + telltale <= flat.length; at += 1) runs.add(flat.slice(at, at + telltale));
  }
  let shown = "";
  let hiddenUntil = 0;
  for (let at = 0; at < line.length; at += 1) {
    if (runs.has(line.slice(at, at + telltale))) {
      if (at >= hiddenUntil) shown += mask;
      hiddenUntil = at + telltale;
    }
    if (at >= hiddenUntil) shown += line[at];
  }
  return shown;
}

/** Short values, where they stand in quotes or brackets. */
function maskQuotes(line: string, values: readonly string[]): string {
  const short = new Set(values.filter((value) => value !== "" && value.length < telltale));
  return line.replaceAll(/(["'`[])([^"'`[\]]{1,4})(["'`\]])/g, (all, open: string, quoted: string, close: string) =>
    short.has(quoted) ? `${open}${mask}${close}` : all,
  );
}

function valuesOf(body: unknown): readonly string[] {
  const values: string[] = [];
  const collect = (value: unknown) => {
    if (Array.isArray(value)) for (const item of value) collect(item);
    else if (isJsonObject(value)) for (const item of Object.values(value)) collect(item);
    else if (typeof value === "string" || typeof value === "number") values.push(String(value));
  };
  if (!isJsonObject(body)) return values;
  for (const [name, value] of Object.entries(body)) {
    if (name === "upstream" && isJsonObject(value)) values.push(...valuesOf(value));
    else if (!plainFields.has(name)) collect(value);
  }
  return values;
}
