import pLimit from "p-limit";
import { Transport, loadConfig } from "../../../src/edges/kubernetes/index.ts";
import { eventually } from "../../support/eventually.ts";

/** What an authorizer is asked. `resource` with its subresource, as rules write it: `gatewayroutes/status`. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

interface Role {
  readonly kind: "Role" | "ClusterRole";
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules: readonly Rule[];
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** One verb on one resource, as one rule of one role gives it. */
export interface Right {
  readonly role: Role;
  readonly rule: Rule;
  readonly resource: string;
  readonly verb: string;
}

const rbac = "rbac.authorization.k8s.io";

/** Asks the API server's own authorizer what would be refused if a right were missing. */
export class Judge {
  readonly #transport: Transport;
  readonly #limit = pLimit(16);
  #mutants = 0;

  private constructor(transport: Transport) {
    this.#transport = transport;
  }

  static async open(kubeconfig: string): Promise<Judge> {
    return new Judge(new Transport({ config: await loadConfig({ kind: "file", path: kubeconfig }) }));
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  /** Every right of every role that is bound to a service account. */
  async rightsOf(account: { readonly name: string; readonly namespace: string }): Promise<readonly Right[]> {
    const roles: Role[] = [];
    for (const kind of ["ClusterRole", "Role"] as const) {
      const all = await this.#list<Role>(kind);
      for (const binding of await this.#list<Binding>(`${kind}Binding`)) {
        const isBound = (binding.subjects ?? []).some(
          ({ name, namespace }) => name === account.name && namespace === account.namespace,
        );
        const role = all.find(
          ({ metadata }) => metadata.name === binding.roleRef.name && metadata.namespace === binding.metadata.namespace,
        );
        if (isBound && role !== undefined) roles.push({ ...role, kind });
      }
    }
    return roles.flatMap((role) =>
      role.rules.flatMap((rule) =>
        rule.resources.flatMap((resource) => rule.verbs.map((verb) => ({ role, rule, resource, verb }))),
      ),
    );
  }

  /** The rights, in words, without which everything that was asked would still be allowed. */
  async needless(rights: readonly Right[], asked: readonly Attributes[]): Promise<readonly string[]> {
    const roles = [...new Set(rights.map(({ role }) => role))];
    const stamp = `mutant-${process.pid}-${(this.#mutants += 1)}`;
    const groupOf = (role: Role) => `${stamp}-without-${roles.indexOf(role)}`;
    // Whoever lacks a right of one role has all the other roles.
    const others = roles.flatMap((role) => roles.filter((other) => other !== role).map((other) => ({ role, other })));
    await Promise.all(
      others.map(({ role, other }) => this.#bind(other, { kind: "Group", name: groupOf(role) }, groupOf(role))),
    );
    const verdicts = await Promise.all(
      rights.map(async (right, at) => {
        const user = `${stamp}-${at}`;
        const mutant = { ...right.role, metadata: { ...right.role.metadata, name: user }, rules: without(right) };
        await this.#bind(await this.#create(mutant), { kind: "User", name: user }, user);
        return { right, isNeedless: await this.#isNeedless(right, asked, user, [groupOf(right.role)]) };
      }),
    );
    return verdicts
      .filter(({ isNeedless }) => isNeedless)
      .map(({ right: { role, verb, resource } }) => `${role.kind} ${role.metadata.name}: ${verb} ${resource}`);
  }

  async #isNeedless(
    { role, verb, resource }: Right,
    asked: readonly Attributes[],
    user: string,
    groups: readonly string[],
  ): Promise<boolean> {
    // The authorizer hears of a role a moment later: what is refused after that is refused for good.
    const { namespace } = role.metadata;
    const sign = { ...arrival, ...(namespace !== undefined && { namespace }) };
    await eventually(() => this.#isAllowed(sign, user, groups), { withinMs: 60_000, everyMs: 200 });
    const concerned = asked.filter((each) => each.verb === verb && each.resource === resource);
    return (await Promise.all(concerned.map((each) => this.#isAllowed(each, user, groups)))).every(Boolean);
  }

  async #isAllowed(
    { verb, group, resource, namespace = "", name = "" }: Attributes,
    user: string,
    groups: readonly string[],
  ): Promise<boolean> {
    const [plural = "", subresource = ""] = resource.split("/");
    const resourceAttributes = { verb, group, resource: plural, subresource, namespace, name };
    const body = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      spec: { user, groups, resourceAttributes },
    };
    const path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    const answer = await this.#limit(() => this.#transport.request({ method: "POST", path, body }));
    return (answer as { readonly status: { readonly allowed: boolean } }).status.allowed; // authorization.k8s.io/v1
  }

  async #bind(
    { kind, metadata }: Role,
    subject: { readonly kind: "User" | "Group"; readonly name: string },
    prefix: string,
  ): Promise<void> {
    await this.#create({
      kind: `${kind}Binding`,
      metadata: {
        ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
        name: `${prefix}-${metadata.name}`,
      },
      roleRef: { apiGroup: rbac, kind, name: metadata.name },
      subjects: [{ apiGroup: rbac, ...subject }],
    });
  }

  async #create<Item extends { readonly kind: string; readonly metadata: Role["metadata"] }>(
    object: Item,
  ): Promise<Item> {
    const { name, namespace } = object.metadata;
    const body = {
      ...object,
      apiVersion: `${rbac}/v1`,
      metadata: { name, ...(namespace !== undefined && { namespace }) },
    };
    await this.#limit(() => this.#transport.request({ method: "POST", path: pathOf(object.kind, namespace), body }));
    return body;
  }

  async #list<Item>(kind: string): Promise<readonly Item[]> {
    return (
      (await this.#transport.request({ method: "GET", path: pathOf(kind) })) as { readonly items: readonly Item[] }
    ).items; // a list
  }
}

interface Binding {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly roleRef: { readonly name: string };
  readonly subjects?: readonly { readonly name: string; readonly namespace?: string }[];
}

/** A right that every mutant has, and no one needs. */
const arrival = { verb: "get", group: "arrival", resource: "signs" };

/** The rules of the right's role, with everything in them but that right, and the sign that they have arrived. */
function without({ role, rule, resource, verb }: Right): readonly Rule[] {
  const sign = { apiGroups: [arrival.group], resources: [arrival.resource], verbs: [arrival.verb] };
  return [sign, ...role.rules].flatMap((each) => {
    if (each !== rule) return [each];
    const halves = [
      { ...each, resources: each.resources.filter((other) => other !== resource) },
      { ...each, resources: [resource], verbs: each.verbs.filter((other) => other !== verb) },
    ];
    return halves.filter(({ resources, verbs }) => resources.length > 0 && verbs.length > 0);
  });
}

function pathOf(kind: string, namespace?: string): string {
  return `/apis/${rbac}/v1${namespace === undefined ? "" : `/namespaces/${namespace}`}/${kind.toLowerCase()}s`;
}
