import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { foldersIn, manifestFilesIn } from "./inputs.ts";

export interface Watcher {
  readonly close: () => void;
}

export interface WatchOptions {
  /** How long it must be quiet before `onChange` is called, in milliseconds; 100 where left out. */
  readonly quietMs?: number;
  /** Told when watching itself fails, such as when the system's watches are used up. What works goes on. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Calls `onChange` after files, or files below the folders, were changed, added, renamed or removed: once per burst, and
 * only if a file really differs. Folders are watched, never files, so an editor that saves by writing a new file and
 * renaming it over the old one is noticed each time. Resolves when everything is being watched.
 */
export async function watchFiles(
  paths: readonly string[],
  onChange: () => void,
  { quietMs = 100, onError = () => undefined }: WatchOptions = {},
): Promise<Watcher> {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let restlessSince: number | undefined;
  let known = "";
  let isClosed = false;

  const wake = () => {
    restlessSince ??= Date.now();
    // Something that never rests must not keep the change from being told.
    if (Date.now() - restlessSince > 10 * quietMs) return;
    clearTimeout(timer);
    timer = setTimeout(() => void settle(), quietMs);
  };

  const settle = async () => {
    restlessSince = undefined;
    const seen = await look();
    if (isClosed || seen === known) return;
    known = seen;
    onChange();
  };

  /** Watches the folders that there are now, and says in one text what the files are. */
  const look = async () => {
    const { folders, files } = await find(paths);
    for (const folder of folders) if (!watchers.has(folder) && !isClosed) add(folder);
    for (const folder of watchers.keys()) if (!folders.has(folder)) drop(folder);
    return (await Promise.all([...files].sort().map(signatureOf))).join("\n");
  };

  const add = (folder: string) => {
    try {
      const watcher = watch(folder, { persistent: true }, wake);
      watcher.on("error", (error) => {
        drop(folder);
        onError(error);
        wake();
      });
      watchers.set(folder, watcher);
    } catch (error) {
      onError(error);
    }
  };

  const drop = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };

  known = await look();
  return {
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      for (const folder of watchers.keys()) drop(folder);
    },
  };
}

/** The folder of each path too: it is there that a path comes and goes. */
async function find(paths: readonly string[]) {
  const folders = new Set<string>();
  const files = new Set<string>();
  for (const path of paths.filter((it) => it !== "-")) {
    const parent = dirname(path);
    if (await isFolder(parent)) folders.add(parent);
    if (!(await isFolder(path))) files.add(path);
    else {
      // A folder may vanish while it is read; the next look will see that.
      for (const folder of await foldersIn(path).catch(() => [])) folders.add(folder);
      for (const file of await manifestFilesIn(path).catch(() => [])) files.add(file);
    }
  }
  return { folders, files };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

async function signatureOf(file: string): Promise<string> {
  return stat(file).then(
    ({ ino, size, mtimeMs, ctimeMs }) => `${file} ${ino} ${size} ${mtimeMs} ${ctimeMs}`,
    () => `${file} is gone`,
  );
}
