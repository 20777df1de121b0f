/**
 * Strongly connected components of two and more nodes, each in the order of `nodes`.
 * Source: R. Tarjan, Depth-first search and linear graph algorithms, 1972; without recursion.
 */
export function cyclesIn(
  nodes: readonly number[],
  below: (node: number) => readonly number[],
): readonly (readonly number[])[] {
  const place = new Map(nodes.map((node, at) => [node, at]));
  const found = new Map<number, number>();
  const lowest = new Map<number, number>();
  const onStack = new Set<number>();
  const stack: number[] = [];
  const components: number[][] = [];
  for (const root of nodes) {
    if (found.has(root)) continue;
    const path = [enter(root)];
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const next = step.next.pop();
      if (next === undefined) {
        path.pop();
        leave(step.node, path.at(-1)?.node);
      } else if (!found.has(next)) path.push(enter(next));
      else if (onStack.has(next)) lower(step.node, found.get(next) ?? 0);
    }
  }
  return components;

  function enter(node: number): { readonly node: number; readonly next: number[] } {
    found.set(node, found.size);
    lowest.set(node, found.size - 1);
    stack.push(node);
    onStack.add(node);
    return { node, next: below(node).filter((other) => place.has(other)) };
  }

  function leave(node: number, parent: number | undefined): void {
    const low = lowest.get(node) ?? 0;
    if (parent !== undefined) lower(parent, low);
    if (low !== found.get(node)) return;
    const component = stack.splice(stack.lastIndexOf(node));
    for (const member of component) onStack.delete(member);
    if (component.length > 1) components.push(component.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0)));
  }

  function lower(node: number, value: number): void {
    lowest.set(node, Math.min(lowest.get(node) ?? value, value));
  }
}

/** The nodes so that each comes after all above it, otherwise as they were. Without cycles only. */
export function sortedBy(nodes: readonly number[], above: (node: number) => readonly number[]): readonly number[] {
  const sorted: number[] = [];
  const place = new Map(nodes.map((node, at) => [node, at]));
  const entered = new Set<number>();
  for (const root of nodes) {
    const path = enter(root);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const next = step.next.pop();
      if (next !== undefined) path.push(...enter(next));
      else {
        sorted.push(step.node);
        path.pop();
      }
    }
  }
  return sorted;

  function enter(node: number): { readonly node: number; readonly next: number[] }[] {
    if (entered.has(node)) return [];
    entered.add(node);
    const next = above(node).filter((other) => place.has(other));
    return [{ node, next: next.sort((a, b) => (place.get(b) ?? 0) - (place.get(a) ?? 0)) }];
  }
}
