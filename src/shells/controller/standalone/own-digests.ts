/** So many of our own configurations are known again when they are met. */
const mostRemembered = 1_000;

/** The digests of what was sent from here, the last ones. */
export class OwnDigests {
  readonly #digests = new Set<string>();

  /** Before it is sent: an instance that answers too late may take it all the same. */
  add(digest: string): void {
    this.#digests.add(digest);
    for (const oldest of this.#digests) if (this.#digests.size > mostRemembered) this.#digests.delete(oldest);
  }

  has(digest: string | undefined): boolean {
    return digest !== undefined && this.#digests.has(digest);
  }
}
