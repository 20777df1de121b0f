import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { type DemoOptions, runDemo } from "../demo/index.ts";
import { packageRoot } from "../version.ts";

/** `demo`: what a folder of manifests does on a gateway, as written and with the operator. */
export function demoCommand(): Command {
  return new Command("demo")
    .description(
      "Loads a folder of manifests into an embedded gateway, as written and with the operator beside it, sends the " +
        "requests of its requests.yaml in every order of creation that matters, and shows who answers.",
    )
    .option("--examples <dir>", "folder with manifests and, if there is a story, requests.yaml", shippedExamples())
    .option("--once", "show it and end: exit code 0 only if every request reaches the expected route", false)
    .addOption(
      new Option("-o, --output <format>", "json prints one object and implies --once")
        .choices(["text", "json"])
        .default("text"),
    )
    .option("--port <port>", "where the gateway takes requests (default: 9080, or any free port)", portOf)
    .option("--admin-port <port>", "where its Admin API listens (default: 9180, or any free port)", portOf)
    .action(async ({ examples, once, output, port, adminPort }: ParsedOptions) => {
      const options: DemoOptions = { dir: examples, isOnce: once || output === "json", output, port, adminPort };
      process.exitCode = await runDemo(options);
    });
}

/** What commander makes of the options above. */
interface ParsedOptions {
  readonly examples: string;
  readonly once: boolean;
  readonly output: "text" | "json";
  readonly port?: number;
  readonly adminPort?: number;
}

function shippedExamples(): string {
  return join(packageRoot(), "examples");
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
}
