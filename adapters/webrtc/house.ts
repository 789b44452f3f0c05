import { Feed } from './feed.ts';
import { Projector } from './projector.ts';

/** The views and feeds of this runner, by node id: where its sinks, its sources and its peers find each other, whoever comes first. */
const projectors = new Map<string, Projector>();
const feeds = new Map<string, Feed>();

export function projectorOf(node: string): Projector {
  return find(projectors, node, () => new Projector());
}

export function feedOf(node: string): Feed {
  return find(feeds, node, () => new Feed());
}

/** Forgets the places of nodes that neither run nor are looked at. */
export function tidy(): void {
  for (const places of [projectors, feeds])
    for (const [node, place] of places) if (place.empty) places.delete(node);
}

function find<T>(places: Map<string, T>, node: string, make: () => T): T {
  const present = places.get(node);
  if (present !== undefined) return present;
  const made = make();
  places.set(node, made);
  return made;
}
