import { sourcesIn } from "../../core/desired/index.ts";
import {
  type Snapshot,
  type SourceRef,
  type Sources,
  type SourceState,
  everyAttached,
  sourceKeyOf,
} from "../../core/model/index.ts";
import { type KubeClient, SecretFollower, configMaps } from "../../edges/kubernetes/index.ts";

export interface SourceFollowerOptions {
  readonly client: KubeClient;
  /** A value changed that resources of this gateway name. */
  readonly onChange: (gateway: string) => void;
}

/**
 * The Secrets and ConfigMaps that resources take values from: read only where they are named, and followed as long as they
 * are, each by a watch of its own.
 */
export class SourceFollower {
  readonly #onChange: SourceFollowerOptions["onChange"];
  readonly #followers: Readonly<Record<SourceRef["kind"], SecretFollower>>;
  /** By gateway: what its resources name, by `sourceKeyOf`. */
  readonly #wanted = new Map<string, ReadonlyMap<string, SourceRef>>();

  constructor({ client, onChange }: SourceFollowerOptions) {
    this.#onChange = onChange;
    const follower = (kind: SourceRef["kind"], type?: typeof configMaps) =>
      new SecretFollower({
        client,
        ...(type !== undefined && { type }),
        onChange: (name) => this.#tell(sourceKeyOf({ kind, ...name })),
      });
    this.#followers = { Secret: follower("Secret"), ConfigMap: follower("ConfigMap", configMaps) };
  }

  /** What a snapshot's resources name, which is followed from now on; `undefined` while a first answer is outstanding. */
  read(snapshot: Snapshot): Sources | undefined {
    const refs = everyAttached(snapshot).flatMap((object) => sourcesIn(object).map(({ ref }) => ref));
    const wanted = new Map(refs.map((ref) => [sourceKeyOf(ref), ref]));
    this.#wanted.set(snapshot.gateway.meta.name, wanted);
    this.#follow();
    const states = [...wanted].map(([key, ref]) => [key, this.#followers[ref.kind].stateOf(ref)] as const);
    const known = states.flatMap(([key, state]): [string, SourceState][] =>
      state === undefined ? [] : [[key, state]],
    );
    return known.length === states.length ? new Map(known) : undefined;
  }

  /** Nothing of this gateway is named any more. */
  forget(gateway: string): void {
    if (this.#wanted.delete(gateway)) this.#follow();
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.#followers).map((follower) => follower.stop()));
  }

  #follow(): void {
    const all = [...this.#wanted.values()].flatMap((refs) => [...refs.values()]);
    for (const kind of ["Secret", "ConfigMap"] as const)
      this.#followers[kind].follow(all.filter((ref) => ref.kind === kind));
  }

  #tell(key: string): void {
    for (const [gateway, refs] of this.#wanted) if (refs.has(key)) this.#onChange(gateway);
  }
}
