import { CannotDo, exitCodes } from "../exit.ts";
import { interruption } from "../interrupt.ts";
import { reportJson, reportText } from "../render/demo-report.ts";
import { paperOf } from "../render/paper.ts";
import { problemText } from "../render/story.ts";
import { readFolder, readRequests } from "./folder.ts";
import { Gateways } from "./gateways.ts";
import { stayUp } from "./live.ts";
import { isAsExpected, routeNames } from "./names.ts";
import { playStory } from "./play.ts";
import { choosePorts } from "./ports.ts";
import { reportOf } from "./report.ts";
import { startUpstreams } from "./upstreams.ts";

export interface DemoOptions {
  readonly dir: string;
  /** Show it and end. */
  readonly isOnce: boolean;
  readonly output: "text" | "json";
  readonly port: number | undefined;
  readonly adminPort: number | undefined;
}

/**
 * Runs the demo and returns its exit code: 1 where a request did not reach the route that it expects.
 * Throws `CannotDo` for a folder that can't be played, and where somebody ended it on the way.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { dir, isOnce, output } = options;
  const signal = interruption();
  const paper = paperOf(process.stdout);
  const [folder, requests] = [await readFolder(dir), await readRequests(dir)];
  const gateways = new Gateways(await choosePorts(options));
  const upstreams = await startUpstreams();
  try {
    if (output === "text") print(`${problemText(paper)}\n`);
    const loaded = await gateways.sync(folder);
    const names = routeNames(loaded.flatMap(({ pass }) => pass.decision.desired.routes));
    const story = await playStory(loaded, requests, names, signal);
    const report = reportOf(folder, loaded, names, story);
    print(output === "json" ? JSON.stringify(reportJson(report), undefined, 2) : reportText(report, paper));
    if (!isOnce) await stayUp({ dir, folder, gateways, loaded, requests, upstreams, signal, paper });
    return [...story.after, ...story.afterRestart].every(isAsExpected) ? exitCodes.done : exitCodes.found;
  } catch (error) {
    if (signal.aborted) throw new CannotDo("ended before the story was told", { cause: error });
    throw error;
  } finally {
    await Promise.all([upstreams.stop(), gateways.stop()]);
  }
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
