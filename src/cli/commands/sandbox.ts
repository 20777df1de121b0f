import { Command, InvalidArgumentError, Option } from "commander";
import { type RouterFlavor, routerFlavors } from "../../core/model/index.ts";
import {
  defaultAdminKey,
  type Sandbox,
  type SandboxMode,
  sandboxModes,
  startSandbox,
} from "../../shells/sandbox/index.ts";
import { CannotDo, sentenceOf } from "../exit.ts";
import { interruption } from "../interrupt.ts";

/** `sandbox`: an APISIX of our own, in this process, until somebody ends it. */
export function sandboxCommand(): Command {
  return new Command("sandbox")
    .description(
      "Runs an embedded stand-in for APISIX: the Admin API, the router and a small proxy. It is for development and " +
        "tests; it listens on loopback unless told otherwise, and every key and secret in it is open.",
    )
    .option("--admin-port <port>", "where the Admin API listens (0: any free port)", portOf, 9180)
    .option("--port <port>", "where requests are taken (0: any free port)", portOf, 9080)
    .option("--host <address>", "the address both listen on", "127.0.0.1")
    .option("--key <key>", "the admin key", defaultAdminKey)
    .addOption(
      new Option(
        "--mode <mode>",
        "etcd: objects one by one; standalone: the whole configuration as one document, in memory alone",
      )
        .choices(sandboxModes)
        .default(sandboxModes[0]),
    )
    .option("--data <dir>", "keep the objects there; a restart loads them in the order of their ids, as APISIX does")
    .addOption(
      new Option("--router <flavor>", "how routes are picked").choices(routerFlavors).default(routerFlavors[0]),
    )
    .option(
      "--apisix-version <x.y.z>",
      "the version it is: what that lacks is refused, and up to 3.13 defaults are stored",
      versionOf,
    )
    .option("--plugins <names>", "the plugins that it has, by commas, in place of those of its version", namesOf)
    .option("--hide-version", "answer without a version in the Server header of the Admin API", false)
    .option("--stream", "take stream routes too; they are stored and have no effect", false)
    .option("--tied", "end when standard input ends, as when the parent is gone", false)
    .addOption(
      new Option("-o, --output <format>", "how the addresses are printed when it is ready")
        .choices(["text", "json"])
        .default("text"),
    )
    .action(async (parsed: ParsedOptions) => {
      const signal = interruption();
      if (parsed.mode === "standalone" && parsed.data !== undefined)
        throw new CannotDo("--data is for --mode etcd: a gateway in standalone mode keeps nothing when it ends");
      const sandbox = await startSandbox({
        mode: parsed.mode,
        adminPort: parsed.adminPort,
        proxyPort: parsed.port,
        host: parsed.host,
        adminKey: parsed.key,
        dataDir: parsed.data,
        flavor: parsed.router,
        version: parsed.apisixVersion,
        plugins: parsed.plugins,
        hidesVersion: parsed.hideVersion,
        hasStreamProxy: parsed.stream,
        onError: (error) => process.stderr.write(`sandbox: ${sentenceOf(error)}\n`),
      });
      process.stdout.write(
        parsed.output === "json" ? `${JSON.stringify(addressesOf(sandbox))}\n` : readyText(sandbox, parsed),
      );
      await ended(signal, parsed.tied);
      await sandbox.stop();
      // An open standard input would keep the process alive after a signal.
      if (parsed.tied) process.stdin.destroy();
    });
}

/** What commander makes of the options above. */
interface ParsedOptions {
  readonly mode: SandboxMode;
  readonly adminPort: number;
  readonly port: number;
  readonly host: string;
  readonly key: string;
  readonly data?: string;
  readonly router: RouterFlavor;
  readonly apisixVersion?: string;
  readonly plugins?: readonly string[];
  readonly hideVersion: boolean;
  readonly stream: boolean;
  readonly tied: boolean;
  readonly output: "text" | "json";
}

function addressesOf({ adminUrl, proxyUrl }: Sandbox): { readonly adminUrl: string; readonly proxyUrl: string } {
  return { adminUrl, proxyUrl };
}

function readyText({ adminUrl, proxyUrl }: Sandbox, { mode, router, data }: ParsedOptions): string {
  const lines = [
    `sandbox ready, router ${router}${mode === "standalone" ? ", standalone" : ""}`,
    `  requests   ${proxyUrl}`,
    `  Admin API  ${adminUrl}/apisix/admin   (X-API-KEY: the --key, or the well-known default)`,
    `  objects    ${data ?? "in memory, gone when it ends"}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** Resolves once a signal came or, where that counts, standard input ended. The sandbox keeps the process alive. */
async function ended(signal: AbortSignal, isTied: boolean): Promise<void> {
  const { stdin } = process;
  await new Promise<void>((resolve) => {
    const end = () => resolve();
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    if (isTied) stdin.on("end", end).on("close", end).on("error", end).resume();
  });
  if (isTied) stdin.destroy(); // still open, it would keep the process
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
}

function versionOf(text: string): string {
  if (!/^\d+\.\d+\.\d+$/.test(text)) throw new InvalidArgumentError("A version looks like 3.18.0.");
  return text;
}

function namesOf(text: string): readonly string[] {
  return text.split(",").map((name) => name.trim());
}
