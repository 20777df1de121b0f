/** What an exit code says, for every command. */
export const exitCodes = { done: 0, found: 1, failed: 2 } as const;

/** The job could not be done; `message` is the one sentence a person reads, and the exit code is 2. */
export class CannotDo extends Error {
  override readonly name = "CannotDo";
}

/** The sentence of an error of the world: its message, and the code where the message lacks it. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}
