import type { EventName, SocketEvents } from '../../contract/socket.ts';
import type { CatalogEntry } from '../../contract/hardware.ts';
import type { ServerDependencies } from '../dependencies.ts';
import type { StateReader } from '../routes/status.ts';

export interface Sources extends Pick<
  ServerDependencies,
  'engine' | 'show' | 'endpoints' | 'recordings' | 'catalog' | 'onCatalog' | 'obs'
> {
  readonly read: StateReader;
}

/** A thousand commands may be taken back at once. */
const SCHEDULE_PERIOD_MS = 100;
/** Each recording tells its progress once a second. */
const RECORDINGS_PERIOD_MS = 500;
/** Somebody may switch scenes as fast as keys can be hit. */
const OBS_PERIOD_MS = 100;

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
  ({ show }, announce) => show.tempo.subscribe((state) => announce('tempo', state)),
  ({ show }, announce) =>
    paced(
      (changed) => show.schedule.subscribe(changed),
      SCHEDULE_PERIOD_MS,
      () => announce('schedule', { pending: show.schedule.list() }),
    ),
  ({ recordings }, announce) =>
    paced(
      (changed) => recordings.subscribe(changed),
      RECORDINGS_PERIOD_MS,
      () => announce('recordings', recordings.state()),
    ),
  ({ obs }, announce) =>
    paced(
      (changed) => obs.onChange(changed),
      OBS_PERIOD_MS,
      () => announce('obs', obs.report()),
    ),
  ({ show }, announce) => show.timeline.subscribe((state) => announce('timeline', state)),
  ({ show }, announce) => show.bindings.onLearn((state) => announce('learn', state)),
  ({ show }, announce) =>
    show.bindings.onChange(() => announce('bindings', { count: show.bindings.list().length })),
];

/**
 * Events that say how things stand, by how that is read: told at once to who follows them, and anew to who comes back. A part
 * whose event is such a state has a line here, too.
 */
export const states: { readonly [Name in EventName]?: (sources: Sources) => SocketEvents[Name] } = {
  status: ({ read }) => read.status(),
  tempo: ({ show }) => show.tempo.state(),
  recordings: ({ recordings }) => recordings.state(),
  obs: ({ obs }) => obs.report(),
  schedule: ({ show }) => ({ pending: show.schedule.list() }),
  timeline: ({ show }) => show.timeline.state(),
  learn: ({ show }) => show.bindings.learning(),
};

/** Told some time after the first of several changes: as things stand then. */
function paced(listen: (changed: () => void) => () => void, periodMs: number, tell: () => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  const stop = listen(() => {
    timer ??= setTimeout(() => {
      timer = null;
      tell();
    }, periodMs);
  });
  return () => {
    stop();
    if (timer !== null) clearTimeout(timer);
  };
}

function isBeingRead(entry: CatalogEntry): boolean {
  return !entry.available && entry.error.code === 'E_PIPELINE_READING';
}
