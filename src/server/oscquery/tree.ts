import type { ParameterState } from '../../contract/command.ts';
import type { JsonObject } from '../../contract/json.ts';
import { OSC_ROOT } from '../../contract/osc-form.ts';
import { folder, nodeOf } from './node.ts';

interface Branch {
  node: JsonObject;
  readonly contents: Map<string, Branch>;
}

/** All parameters as OSCQuery's tree, from `path` (`/`, `/reverie/main`) downward; null where nothing is there. */
export function treeAt(path: string, parameters: readonly ParameterState[]): JsonObject | null {
  const root = branch('');
  for (const parameter of parameters) {
    const found = descend(root, OSC_ROOT + parameter.address, true);
    if (found !== null) found.node = nodeOf(parameter);
  }
  const found = path === '/' ? root : descend(root, path, false);
  return found === null ? null : written(found);
}

function descend(root: Branch, path: string, grow: boolean): Branch | null {
  let at = root;
  let end = 0;
  for (const part of path.split('/').slice(1)) {
    end += part.length + 1;
    let next = at.contents.get(part);
    if (next === undefined) {
      if (!grow) return null;
      next = branch(path.slice(0, end));
      at.contents.set(part, next);
    }
    at = next;
  }
  return at;
}

function branch(path: string): Branch {
  return { node: folder(path === '' ? '/' : path), contents: new Map() };
}

/** Names come from pipelines; on a plain object `__proto__` would not be one of them. */
function written({ node, contents }: Branch): JsonObject {
  if (contents.size === 0) return node;
  const inside = [...contents].map(([name, below]) => [name, written(below)] as const);
  return { ...node, CONTENTS: Object.fromEntries(inside) };
}
