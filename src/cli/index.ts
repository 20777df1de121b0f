// Starts: argv in, text and exit code out. One file per command under commands/, all text for people under render/.
// A command is loaded only when argv names it, so that each starts as fast as what it needs.
// It alone may import shells; it decides nothing and never calls process.exit.
import { Command, CommanderError } from "commander";
import { CannotDo, exitCodes, sentenceOf } from "./exit.ts";
import { endQuietlyOnClosedPipe } from "./interrupt.ts";
import { programVersion } from "./version.ts";

interface LazyCommand {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const commands: readonly LazyCommand[] = [
  {
    name: "run",
    summary: "the operator: watches resources and keeps gateways in step",
    load: async () => (await import("./commands/run.ts")).runCommand(),
  },
  {
    name: "demo",
    summary: "shows on a folder of manifests which route answers, before and after",
    load: async () => (await import("./commands/demo.ts")).demoCommand(),
  },
  {
    name: "explain",
    summary: "says which route answers a request, who was passed over, and why",
    load: async () => (await import("./commands/explain.ts")).explainCommand(),
  },
  {
    name: "lint",
    summary: "says what is wrong or surprising in manifests, with file and line",
    load: async () => (await import("./commands/lint.ts")).lintCommand(),
  },
  {
    name: "sandbox",
    summary: "an embedded stand-in for APISIX, for development and tests",
    load: async () => (await import("./commands/sandbox.ts")).sandboxCommand(),
  },
  {
    name: "crds",
    summary: "prints the definitions of the custom resources, or applies them to a cluster",
    load: async () => (await import("./commands/crds.ts")).crdsCommand(),
  },
  {
    name: "corpus",
    summary: "replays recorded answers of a real APISIX and lists every difference",
    load: async () => (await import("./commands/corpus.ts")).corpusCommand(),
  },
];

/**
 * Runs one command line and returns its exit code. A command that found something sets `process.exitCode` to 1; one
 * that could not do its job throws, and the message goes to stderr as one sentence.
 */
export async function runCli(argv: readonly string[]): Promise<number> {
  endQuietlyOnClosedPipe();
  try {
    const program = await programFor(argv);
    await program.parseAsync(argv, { from: "user" });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    return failureCode(error);
  }
}

async function programFor(argv: readonly string[]): Promise<Command> {
  const program = new Command("apisix-route")
    .description("Makes the APISIX route you meant be the route that answers.")
    .version(programVersion())
    .showHelpAfterError("(--help says what there is)")
    .exitOverride();
  for (const { name, summary, load } of commands) {
    const command = argv.includes(name) ? await load() : new Command(name);
    program.addCommand(inherit(command.summary(summary), program));
  }
  return program;
}

/** addCommand, unlike command(), hands no settings down. */
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
  return command;
}

function failureCode(error: unknown): number {
  // commander has said its piece on stderr; help and version are no failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.failed;
  const isExpected = error instanceof CannotDo || process.env["DEBUG"] === undefined;
  console.error(`apisix-route: ${isExpected || !(error instanceof Error) ? sentenceOf(error) : error.stack}`);
  return exitCodes.failed;
}
