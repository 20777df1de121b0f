import type { RouteTable } from "../../core/matcher/index.ts";
import type { PrioritySource, ResourceRef, RouterFlavor } from "../../core/model/index.ts";

/** The routes of one gateway, and what people call them. */
export interface NamedTable {
  readonly table: RouteTable;
  /** By Admin id; every route of the table has its entry. */
  readonly routes: ReadonlyMap<string, NamedRoute>;
  readonly origin: TableOrigin;
  /** What a reader must know to trust the answer, a sentence each: what was left out, assumed or not reached. */
  readonly notes: readonly string[];
}

export interface NamedRoute {
  readonly id: string;
  /** The GatewayRoute it comes from; `undefined`: not ours. */
  readonly ref: ResourceRef | undefined;
  readonly priority: NamedPriority;
}

export interface NamedPriority {
  readonly value: number;
  /** `Foreign`: the number that a route which is not ours has on the gateway. */
  readonly source: PrioritySource | "Foreign";
  /** In words. */
  readonly reason: string;
}

/** Where a table comes from. */
export interface TableOrigin {
  readonly from: "files" | "cluster" | "gateway";
  /** Name of the ApisixGateway; `undefined` where only an Admin API was asked. */
  readonly gateway: string | undefined;
  /** Whether what stands on a gateway was read; else the table is what an empty one would hold. */
  readonly isObserved: boolean;
  readonly router: RouterFlavor;
  readonly apisixVersion: string;
}

/** `shop/cart`; the Admin id of a route that is not ours. */
export function routeName({ ref, id }: NamedRoute): string {
  return ref === undefined ? id : `${ref.namespace}/${ref.name}`;
}
