/** Headers in the order they came, names in their own case, values as byte strings; a name may stand several times. */
export class HeaderList {
  #entries: [name: string, value: string][] = [];

  constructor(flat: readonly string[] = []) {
    for (let index = 0; index + 1 < flat.length; index += 2) this.add(flat[index] ?? "", flat[index + 1] ?? "");
  }

  /** All values, joined as nginx shows them in a variable; `undefined`: no such header. */
  get(name: string): string | undefined {
    const values = this.all(name);
    return values.length === 0 ? undefined : values.join(name.toLowerCase() === "cookie" ? "; " : ", ");
  }

  all(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.#entries.filter(([own]) => own.toLowerCase() === wanted).map(([, value]) => value);
  }

  /** Replaces all of the name; an empty list removes them. */
  set(name: string, ...values: readonly string[]): void {
    this.remove(name);
    for (const value of values) this.add(name, value);
  }

  add(name: string, value: string): void {
    this.#entries.push([name, value]);
  }

  remove(...names: readonly string[]): void {
    const unwanted = new Set(names.map((name) => name.toLowerCase()));
    this.#entries = this.#entries.filter(([name]) => !unwanted.has(name.toLowerCase()));
  }

  /** `[name, value, name, value, …]`, as node takes them. */
  flat(): string[] {
    return this.#entries.flat();
  }
}

/** Headers of one connection, not of the message: they end here. */
const hopByHop = [
  "Connection",
  "Keep-Alive",
  "Proxy-Connection",
  "Proxy-Authenticate",
  "TE",
  "Trailer",
  "Transfer-Encoding",
  "Upgrade",
];

export function removeHopByHop(headers: HeaderList): void {
  const named = headers.all("Connection").flatMap((value) => value.split(",").map((name) => name.trim()));
  headers.remove(...hopByHop, ...named.filter((name) => name !== ""));
}
