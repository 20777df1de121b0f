import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { type RouterFlavor, routerFlavors } from "../../core/model/index.ts";
import { CannotDo, exitCodes, sentenceOf } from "../exit.ts";
import { explain } from "../explain/explain.ts";
import { isSettled } from "../explain/explanation.ts";
import type { TableOrigin } from "../explain/named-table.ts";
import { openTable, type TableSource } from "../explain/open-table.ts";
import { requestFrom } from "../explain/request.ts";
import { interruption } from "../interrupt.ts";
import { explanationJson } from "../render/explain-json.ts";
import { explanationText } from "../render/explain-text.ts";
import { paperOf } from "../render/paper.ts";

/** `explain`: which route answers one request, and why. */
export function explainCommand(): Command {
  return new Command("explain")
    .description(
      "Says which route answers a request, which ones were passed over, and the rule that decided each step. Nothing is " +
        "sent: the routes are read from files, from the cluster of the current kubeconfig, or from a gateway's Admin API. Exit code 1 " +
        "when no route answers, or when the order of loading or something unknown decides.",
    )
    .argument("<request...>", "GET https://shop.example.com/cart?x=1, or the URL alone")
    .option("-H, --header <line>", "a header, as 'x-tenant: 7'; may be repeated", collected)
    .option("-d, --data <body>", "the body; @FILE reads it from a file")
    .option("--remote-addr <address>", "address of the client (default: 127.0.0.1, or what X-Real-IP says)")
    .option("-f, --file <path>", "manifests: a file, a folder, or - for standard input; may be repeated", collected)
    .addOption(new Option("--from <source>", "where the routes are, if not in files").choices(["cluster", "gateway"]))
    .option("--kubeconfig <file>", "path of a kubeconfig (default: KUBECONFIG, ~/.kube/config, the pod's own account)")
    .option("--context <name>", "context of the kubeconfig (default: its current one)")
    .option("--gateway <name>", "the ApisixGateway (default: the only one, or the default one)")
    .option("--admin-url <url>", "the Admin API of the gateway, to go by what stands there", urlOf)
    .option("--key-file <file>", "file that holds the admin key")
    .addOption(
      new Option("--key <key>", "the admin key; others can see it in the list of processes").env("APISIX_ADMIN_KEY"),
    )
    .option("--ca-file <file>", "PEM of the authority behind an https Admin API")
    .addOption(
      new Option("--router <flavor>", "the router it runs, if the ApisixGateway does not say").choices(routerFlavors),
    )
    .option("--apisix-version <x.y.z>", "its version (default: what it says, else the recorded one)", versionOf)
    .addOption(
      new Option("-o, --output <format>", "text for people, json for programs")
        .choices(["text", "json"])
        .default("text"),
    )
    .action(async (words: readonly string[], parsed: ParsedOptions) => {
      try {
        process.exitCode = await run(words, parsed);
      } catch (error) {
        throw error instanceof CannotDo ? error : new CannotDo(sentenceOf(error), { cause: error });
      }
    });
}

/** What commander makes of the options above. */
interface ParsedOptions {
  readonly header?: readonly string[];
  readonly data?: string;
  readonly remoteAddr?: string;
  readonly file?: readonly string[];
  readonly from?: "cluster" | "gateway";
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly gateway?: string;
  readonly adminUrl?: string;
  readonly keyFile?: string;
  readonly key?: string;
  readonly caFile?: string;
  readonly router?: RouterFlavor;
  readonly apisixVersion?: string;
  readonly output: "text" | "json";
}

async function run(words: readonly string[], parsed: ParsedOptions): Promise<number> {
  const { header: headers = [], remoteAddr, output } = parsed;
  const request = requestFrom({ words, headers, data: bodyOf(parsed.data), remoteAddr });
  const table = await openTable(sourceOf(parsed), interruption());
  const explanation = explain(table, request);
  process.stdout.write(
    output === "json"
      ? `${JSON.stringify(explanationJson(explanation, table), undefined, 2)}\n`
      : explanationText(explanation, table, paperOf(process.stdout)),
  );
  return isSettled(explanation.verdict) ? exitCodes.done : exitCodes.found;
}

function sourceOf(parsed: ParsedOptions): TableSource {
  const {
    file: files = [],
    kubeconfig,
    context,
    gateway,
    adminUrl,
    keyFile,
    key,
    caFile,
    router,
    apisixVersion,
  } = parsed;
  const from = placeOf(parsed);
  return { from, files, kubeconfig, context, gateway, adminUrl, keyFile, key, caFile, router, apisixVersion };
}

/** Files where files are named; a gateway where only its address is; else the cluster. */
function placeOf({ file = [], from, adminUrl }: ParsedOptions): TableOrigin["from"] {
  if (file.length > 0 && from !== undefined)
    throw new CannotDo(`--file and --from ${from} name two places for the routes; use one of them.`);
  if (file.length > 0) return "files";
  return from ?? (adminUrl === undefined ? "cluster" : "gateway");
}

function bodyOf(data: string | undefined): string | undefined {
  if (data === undefined || !data.startsWith("@")) return data;
  const file = data.slice(1);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CannotDo(`the body in ${file} can't be read: ${sentenceOf(error)}`);
  }
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function urlOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text))
    throw new InvalidArgumentError("It is a URL that begins with http:// or https://.");
  return text;
}

function versionOf(text: string): string {
  if (!/^\d+\.\d+\.\d+$/.test(text)) throw new InvalidArgumentError("A version looks like 3.18.0.");
  return text;
}
