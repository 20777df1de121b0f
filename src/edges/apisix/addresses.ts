/** The addresses of one gateway: the last one that answered first, the others in their order. */
export class Addresses {
  readonly #bases: readonly URL[];
  #at = 0;

  /** @param urls `http://host:9180`, with or without `/apisix/admin` behind; at least one. */
  constructor(urls: readonly string[]) {
    if (urls.length === 0) throw new TypeError("a gateway needs at least one admin address");
    this.#bases = urls.map(baseOf);
  }

  get count(): number {
    return this.#bases.length;
  }

  get preferred(): URL {
    // `#at` stays within the list, which is never empty.
    return this.#bases[this.#at]!; // oxlint-disable-line typescript/no-non-null-assertion -- see above
  }

  /** The address did not answer: the next one is preferred from now on. */
  giveUp(address: URL): void {
    if (address === this.preferred) this.#at = (this.#at + 1) % this.#bases.length;
  }
}

/** `http://host:9180/apisix/admin/`, from an address with or without that path. */
export function baseOf(url: string): URL {
  const base = new URL(url);
  const path = base.pathname.replace(/\/+$/, "");
  base.pathname = `${path.endsWith("/apisix/admin") ? path : `${path}/apisix/admin`}/`;
  base.search = "";
  base.hash = "";
  // The key is what opens the door; credentials in an address would end up in messages.
  base.username = "";
  base.password = "";
  return base;
}
