import { ownedMetadata } from "../../../core/plan/index.ts";
import {
  type DocumentList,
  type GatewayDocument,
  type JsonObject,
  type Owner,
  documentOf,
  emptyDocument,
  isOurs,
  observedOf,
} from "../../../core/model/index.ts";
import { observedIn } from "../../../wire/admin/index.ts";

/** Whether an item of a document is an owner's: what of plugin metadata is, the document's claim says. */
export function isItemOf(
  owner: Owner,
  list: DocumentList,
  item: JsonObject,
  document: GatewayDocument = emptyDocument,
): boolean {
  const [object] = observedIn(documentOf((name) => ({ version: 0, items: name === list ? [item] : [] })));
  if (object === undefined) return false;
  const claims = () => documentOf((name) => (name === "upstreams" ? document.upstreams : { version: 0, items: [] }));
  const metadata = list === "plugin_metadata" ? ownedMetadata(observedOf(observedIn(claims())), owner) : undefined;
  return isOurs(object, owner, metadata);
}
