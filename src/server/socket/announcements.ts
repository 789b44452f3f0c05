import type { EventName, SocketEvents } from '../../contract/socket.ts';
import type { CatalogEntry } from '../../contract/hardware.ts';
import type { ServerDependencies } from '../dependencies.ts';
import type { StateReader } from '../routes/status.ts';

export interface Sources extends Pick<ServerDependencies, 'engine' | 'show' | 'catalog' | 'onCatalog'> {
  readonly read: StateReader;
}

export type Announce = <Name extends EventName>(name: Name, data: SocketEvents[Name]) => void;

/**
 * Where a part of the daemon announces its news to all who follow them: a line here, with its name and data in
 * contract/socket.ts and its schema in schema.ts. Each is listened to once, however many clients there are.
 */
export const announcements: readonly ((sources: Sources, announce: Announce) => () => void)[] = [
  ({ engine }, announce) =>
    engine.subscribe((event) => {
      switch (event.type) {
        case 'status':
          return announce('node', event.node);
        case 'fault':
          return announce('fault', event.fault);
        case 'node-event':
          return announce('node-event', { node: event.node, name: event.name, data: event.data });
        case 'graph':
          // Every session tells it in order, before its values and nodes.
          return;
      }
    }),
  ({ catalog, onCatalog }, announce) =>
    onCatalog(() => announce('catalog', { reading: catalog().filter(isBeingRead).length })),
];

/**
 * Events that say how things stand, by how that is read: told at once to who follows them, and anew to who comes back. A part
 * whose event is such a state has a line here, too.
 */
export const states: { readonly [Name in EventName]?: (sources: Sources) => SocketEvents[Name] } = {
  status: ({ read }) => read.status(),
};

function isBeingRead(entry: CatalogEntry): boolean {
  return !entry.available && entry.error.code === 'E_PIPELINE_READING';
}
