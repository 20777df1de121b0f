/** A release of APISIX, patches included: `3.14`. */
export type Minor = `${number}.${number}`;

/** Whether `3.14.1` is `3.14` or newer; an unreadable version counts as the newest. */
export function isAtLeast(version: string, minor: Minor): boolean {
  const [have, want] = [numberOf(version), numberOf(minor)];
  return have === undefined || want === undefined || have >= want;
}

/**
 * Whether the gateway stores the defaults of its schemas with an object: it validated the very object that it stored, and
 * its validator fills in defaults. Source: apache/apisix 3.13 and 3.14, apisix/admin/resource.lua, _M:check_conf().
 */
export function storesDefaults(version: string): boolean {
  return !isAtLeast(version, "3.14");
}

function numberOf(version: string): number | undefined {
  const match = /^(\d+)\.(\d+)/.exec(version);
  return match === null ? undefined : Number(match[1]) * 1000 + Number(match[2]);
}
