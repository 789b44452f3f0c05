import type { JsonObject, JsonValue } from '../../../src/contract/json.ts';
import { ask, reasonOf } from '../daemon/rest.ts';

/** Changes one node of the graph; the others play on. Why the daemon refused, or null. */
export async function changeNode(id: string, change: JsonObject): Promise<string | null> {
  const node: Record<string, JsonValue> = { id, ...change };
  try {
    await ask('PATCH', 'graph', { nodes: [node] });
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}
