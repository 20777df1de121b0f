import { Command, InvalidArgumentError } from "commander";
import { defaultAdminKey } from "../../shells/sandbox/index.ts";
import { corpusIn } from "../corpus/folder.ts";
import { type FileReport, type Respondent, runFile } from "../corpus/run.ts";
import { CannotDo, exitCodes, sentenceOf } from "../exit.ts";
import { corpusText, corpusTotal } from "../render/corpus.ts";

/** `corpus`: recorded answers of a real APISIX against whoever claims to know better. */
export function corpusCommand(): Command {
  return new Command("corpus")
    .description(
      "Replays recorded answers of a real APISIX and lists every difference, with the rule that decided. On a URL it " +
        "asks a running gateway, which must be empty and is empty afterwards. Exit code 1 when something differs.",
    )
    .argument("<dir>", "folder with corpus files; their format is told in test/corpus/README.md")
    .option(
      "--on <respondent>",
      "who is asked: matcher, sandbox, or the URL of a gateway's Admin API",
      respondentOf,
      "matcher",
    )
    .option("--gateway <url>", "where that gateway takes requests (default: its host, port 9080)", urlOf)
    .option("--key <key>", "the admin key of that gateway", defaultAdminKey)
    .action(async (dir: string, parsed: ParsedOptions) => {
      try {
        process.exitCode = await run(dir, respondentFrom(parsed));
      } catch (error) {
        throw new CannotDo(sentenceOf(error), { cause: error });
      }
    });
}

/** What commander makes of the options above. */
interface ParsedOptions {
  readonly on: string;
  readonly gateway?: string;
  readonly key: string;
}

async function run(dir: string, respondent: Respondent): Promise<number> {
  const reports: FileReport[] = [];
  for (const file of await corpusIn(dir)) {
    // oxlint-disable-next-line no-await-in-loop -- one file after the other, told as it ends
    const report = await runFile(file, respondent);
    process.stdout.write(corpusText(report));
    reports.push(report);
  }
  if (reports.length === 0) throw new CannotDo(`${dir} holds no corpus file (routing-*.json, admin-api.json, …)`);
  const { text, failed } = corpusTotal(reports);
  process.stdout.write(text);
  return failed === 0 ? exitCodes.done : exitCodes.found;
}

function respondentFrom({ on, gateway, key }: ParsedOptions): Respondent {
  if (on === "matcher" || on === "sandbox") return { kind: on };
  return { kind: "gateway", adminUrl: on, proxyUrl: gateway ?? `http://${new URL(on).hostname}:9080`, key };
}

function respondentOf(text: string): string {
  return text === "matcher" || text === "sandbox" ? text : urlOf(text);
}

function urlOf(text: string): string {
  if (!URL.canParse(text) || !text.startsWith("http://"))
    throw new InvalidArgumentError("It is matcher, sandbox or a URL that begins with http://.");
  return text;
}
