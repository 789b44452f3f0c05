import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { SessionReport } from '../contract/session.ts';

export type Refusal = SessionReport['refused'][number];

/** Feeds that cannot be, whatever the runner says: nodes that are not there, or that take no picture from a peer. */
export function refusedFeeds(
  feeds: readonly string[],
  nodeOf: (id: string) => { readonly role: string; readonly module: string } | null,
): readonly Refusal[] {
  return feeds.flatMap((node) => {
    const found = nodeOf(node);
    if (found === null) return { node, reason: `There is no node "${node}" in the graph` };
    if (found.role === 'source' && found.module === 'webrtc') return [];
    return { node, reason: `Node "${node}" is ${found.module} and takes no picture from WebRTC` };
  });
}

/** A report as the desk sends it, with what the daemon itself had refused. */
export function reportFrom(item: JsonObject, refused: readonly Refusal[]): SessionReport {
  const { id, client, state, views, feeds, info } = item;
  const more = listOf(item['refused']).map((each) => ({
    node: String(each['node']),
    reason: String(each['reason']),
  }));
  const known = refused.filter(({ node }) => !more.some((each) => each.node === node));
  return {
    id: String(id),
    client: String(client),
    state: state === 'connected' || state === 'closed' ? state : 'connecting',
    views: namesOf(views),
    feeds: namesOf(feeds),
    refused: [...known, ...more],
    info: isObject(info) ? info : {},
  };
}

function namesOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
