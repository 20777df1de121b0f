import type { AdminKind } from "../../core/model/index.ts";

/** The first segment of a kind's URLs and keys: credentials stand below their consumers. */
export function folderOf(kind: AdminKind): string {
  return kind === "credentials" ? "consumers" : kind;
}

/** Of how many segments the ids of a kind are: `shop_jack/credentials/main`, `vault/keys`. */
export function segmentsOf(kind: AdminKind): number {
  return kind === "credentials" ? 3 : kind === "secrets" ? 2 : 1;
}

/** Stands in a path as it is: nearly every id. */
const plain = /^[\w.-]+$/;

/** The path of one object below the Admin API. */
export function pathOf(kind: AdminKind, id: string): string {
  return `${folderOf(kind)}/${plain.test(id) ? id : id.split("/").map(encodeURIComponent).join("/")}`;
}
