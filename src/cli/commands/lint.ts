import { Command, Option } from "commander";
import { type RouterFlavor, routerFlavors } from "../../core/model/index.ts";
import { defaultFlavor } from "../../core/pipeline.ts";
import { loadManifests } from "../../edges/files/index.ts";
import { CannotDo, exitCodes } from "../exit.ts";
import { lint, type LintReport } from "../lint/lint.ts";
import { lintGithub } from "../render/lint-github.ts";
import { lintJson } from "../render/lint-json.ts";
import { lintSarif } from "../render/lint-sarif.ts";
import { lintText } from "../render/lint-text.ts";
import { paperOf } from "../render/paper.ts";
import { programVersion } from "../version.ts";

const formats = ["text", "json", "sarif", "github"] as const;
type Format = (typeof formats)[number];

/** `lint`: what is wrong or surprising in manifests, without a cluster. */
export function lintCommand(): Command {
  return new Command("lint")
    .description(
      "Reads manifests and says what is wrong or surprising in them, with file and line. Needs no cluster and no " +
        "gateway. Exit code 1 where there is a warning or an error.",
    )
    .argument("<paths...>", 'files, folders (with all below them), or "-" for standard input')
    .addOption(new Option("-o, --output <format>", "how to print it").choices(formats).default("text"))
    .addOption(
      new Option("--router <router>", "router of gateways that no file describes")
        .choices(routerFlavors)
        .default(defaultFlavor),
    )
    .option("-n, --namespace <name>", "namespace of objects that name none", "default")
    .action(async (paths: readonly string[], { output, router, namespace }: ParsedOptions) => {
      const loaded = await loadManifests(paths, { defaultNamespace: namespace });
      // A file that can't be opened leaves the job undone; text that can't be understood is a finding.
      const closed = loaded.errors.find(({ location }) => location.line === undefined);
      if (closed !== undefined) throw new CannotDo(`${closed.location.file} ${closed.message}`);
      const report = lint(loaded, router);
      await print(rendered(report, output));
      if (report.findings.some(({ severity }) => severity !== "info")) process.exitCode = exitCodes.found;
    });
}

/** What commander makes of the options above. */
interface ParsedOptions {
  readonly output: Format;
  readonly router: RouterFlavor;
  readonly namespace: string;
}

function rendered(report: LintReport, format: Format): string {
  switch (format) {
    case "text":
      return lintText(report, paperOf(process.stdout));
    case "json":
      return lintJson(report);
    case "sarif":
      return lintSarif(report, programVersion());
    case "github":
      return lintGithub(report);
  }
}

/** Waits until all of it is on its way: the exit code must not cut a pipe short. */
function print(text: string): Promise<void> {
  return new Promise((done) => {
    if (text === "") done();
    else process.stdout.write(`${text}\n`, () => done());
  });
}
