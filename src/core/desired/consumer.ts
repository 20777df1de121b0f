import {
  type AdminConsumer,
  type AdminId,
  type AnyDesired,
  type CredentialSpec,
  type ResolvedObject,
  type ResourceRef,
  credentialIdOf,
  refOf,
  usernameOf,
} from "../model/index.ts";
import { labelsOf } from "./labels.ts";
import { referenceTo } from "./reference.ts";

/** The Admin consumer of a GatewayConsumer, and an Admin credential for each of its credentials. */
export function translateConsumer(
  { manifest, targets }: ResolvedObject<"GatewayConsumer">,
  instance: string,
): readonly AnyDesired[] {
  const { spec } = manifest;
  const origin = refOf(manifest);
  const username = usernameOf(origin);
  const group = targets.groupRef === undefined ? undefined : referenceTo(targets.groupRef);
  const body: AdminConsumer = {
    username,
    ...(spec.desc !== undefined && { desc: spec.desc }),
    ...(group !== undefined && { group_id: group.id }),
    ...(spec.plugins !== undefined && { plugins: spec.plugins }),
    labels: labelsOf(spec.labels, instance, origin),
  };
  return [
    { kind: "consumers", id: username, body, origin, references: group === undefined ? [] : [group] },
    ...(spec.credentials ?? []).map((credential) => translateCredential(credential, username, origin, instance)),
  ];
}

function translateCredential(
  { name, desc, plugins }: CredentialSpec,
  username: AdminId,
  origin: ResourceRef,
  instance: string,
): AnyDesired {
  return {
    kind: "credentials",
    id: credentialIdOf(username, name),
    body: { ...(desc !== undefined && { desc }), plugins, labels: labelsOf(undefined, instance, origin) },
    origin,
    references: [{ kind: "consumers", id: username }],
  };
}
