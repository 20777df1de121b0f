/**
 * Objects of one kind that routes refer to, by id: which routes do, and which of the objects are missing. Nearly always
 * none is, and then a match need not look any of them up.
 */
export class Referents {
  private readonly present = new Set<string>();
  private readonly users = new Map<string, Set<string>>();
  private readonly missing = new Set<string>();

  get lacksAny(): boolean {
    return this.missing.size > 0;
  }

  /** Some route refers to it, and it is not there. */
  lacks(id: string | undefined): boolean {
    return id !== undefined && this.missing.has(id);
  }

  /** A copy: what is done with them may change who they are. */
  usersOf(id: string): readonly string[] {
    return [...(this.users.get(id) ?? [])];
  }

  add(id: string): void {
    this.present.add(id);
    this.missing.delete(id);
  }

  /** False where it was not there. */
  remove(id: string): boolean {
    if (this.users.has(id)) this.missing.add(id);
    return this.present.delete(id);
  }

  use(id: string | number | undefined, routeId: string): void {
    if (id === undefined) return;
    const key = String(id);
    const users = this.users.get(key) ?? new Set<string>();
    this.users.set(key, users.add(routeId));
    if (!this.present.has(key)) this.missing.add(key);
  }

  release(id: string | number | undefined, routeId: string): void {
    const key = String(id);
    const users = this.users.get(key);
    users?.delete(routeId);
    if (users?.size !== 0) return;
    this.users.delete(key);
    this.missing.delete(key);
  }
}
