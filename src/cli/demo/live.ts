import { type Diagnostic, nameOf } from "../../core/model/index.ts";
import { watchFiles } from "../../edges/files/index.ts";
import { sentenceOf } from "../exit.ts";
import { aborted } from "../interrupt.ts";
import { type Change, brokenText, changeText, welcomeText } from "../render/live.ts";
import type { Paper } from "../render/paper.ts";
import { type Folder, placeOf, readFolder } from "./folder.ts";
import type { Gateway, Gateways } from "./gateways.ts";
import { findingsOf } from "./report.ts";
import type { StoryRequest } from "./request.ts";
import type { Upstreams } from "./upstreams.ts";

export interface LiveOptions {
  readonly dir: string;
  readonly folder: Folder;
  readonly gateways: Gateways;
  readonly loaded: readonly [Gateway, ...Gateway[]];
  readonly requests: readonly StoryRequest[];
  readonly upstreams: Upstreams;
  readonly signal: AbortSignal;
  readonly paper: Paper;
}

/** Keeps the gateways up and in step with the folder, and says what changes, until `signal` aborts. */
export async function stayUp(options: LiveOptions): Promise<void> {
  const { dir, gateways, loaded, requests, upstreams, signal, paper } = options;
  const say = (text: string) => process.stdout.write(`${text}\n`);
  let known = knownOf(options.folder, loaded);
  const update = async () => {
    try {
      const folder = await readFolder(dir);
      const unreadable = errorsOf(folder).filter((error) => !known.errors.has(error));
      // What can't be read is not gone: nothing is deleted for its sake.
      if (unreadable.length > 0) {
        say(brokenText(unreadable, paper));
        return;
      }
      const next = await gateways.sync(folder);
      const now = knownOf(folder, next);
      say(changeText(changeOf(known, now, next), paper));
      known = now;
    } catch (error) {
      // A folder that is broken for a moment is no reason to take the table away.
      say(paper.paint.red(sentenceOf(error)));
    }
  };
  // One after another: a change during an update is the next update.
  let working = Promise.resolve();
  const watcher = await watchFiles([dir], () => {
    working = working.then(update);
  });
  say(`\n${welcomeText({ dir, gateways: loaded, requests, upstreams }, paper)}`);
  await aborted(signal);
  watcher.close();
  await working;
}

/** What there is to say of a folder, by a text that tells one finding from another. */
interface Known {
  readonly findings: ReadonlyMap<string, Diagnostic>;
  readonly errors: ReadonlySet<string>;
}

function knownOf(folder: Folder, gateways: readonly Gateway[]): Known {
  const keyOf = ({ code, object, field, message }: Diagnostic) => [code, nameOf(object), field, message].join("\n");
  return {
    findings: new Map(findingsOf(folder, gateways).map((finding) => [keyOf(finding), finding])),
    errors: new Set(errorsOf(folder)),
  };
}

function errorsOf({ errors }: Folder): readonly string[] {
  return errors.map((error) => `${placeOf(error)}: ${error.message}`);
}

function changeOf(before: Known, after: Known, gateways: readonly Gateway[]): Change {
  return {
    passes: gateways.map(({ pass }) => pass),
    newFindings: [...after.findings].filter(([key]) => !before.findings.has(key)).map(([, finding]) => finding),
    goneFindings: [...before.findings].filter(([key]) => !after.findings.has(key)).map(([, finding]) => finding),
  };
}
