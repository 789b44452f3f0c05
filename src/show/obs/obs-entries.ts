import type { JsonValue } from '../../contract/json.ts';
import { obsTallies, type ObsState } from '../../contract/obs.ts';
import { ownSpec, type Entry, type Signals } from '../entry.ts';
import { Misfit } from '../misfit.ts';

type Facts = Parameters<typeof ownSpec>[4];
type Row = readonly [
  key: string,
  type: Parameters<typeof ownSpec>[1],
  description: string,
  facts: Facts,
  read: (state: ObsState) => JsonValue,
];

const rows: readonly Row[] = [
  ['obs', 'boolean', 'OBS is connected', { label: 'OBS', order: 80 }, (state) => state.connected],
  [
    'obs/program',
    'string',
    'The scene that is in the program of OBS',
    { label: 'OBS program', order: 81 },
    (state) => state.program ?? '',
  ],
  [
    'obs/preview',
    'string',
    'The scene in the preview of its studio mode; empty without',
    { label: 'OBS preview', order: 82 },
    (state) => state.preview ?? '',
  ],
  [
    'obs/studio-mode',
    'boolean',
    'OBS is in studio mode',
    { label: 'OBS studio mode', order: 83 },
    (state) => state.studioMode,
  ],
  ['obs/stream', 'boolean', 'OBS streams', { label: 'OBS streams', order: 84 }, (state) => state.streaming],
  ['obs/record', 'boolean', 'OBS records', { label: 'OBS records', order: 85 }, (state) => state.recording],
  [
    'obs/virtual-camera',
    'boolean',
    'The virtual camera of OBS is on',
    { label: 'OBS virtual camera', order: 86 },
    (state) => state.virtualCamera === true,
  ],
  [
    'obs/tally',
    'enum',
    'Where in OBS our picture is: in the program, in the preview, or off',
    { label: 'OBS tally', order: 87, choices: obsTallies },
    (state) => state.tally,
  ],
];

/** `/obs`, `/obs/program`, `/obs/stream`, …: how OBS is. They are told and cannot be set. */
export class ObsEntry implements Entry {
  readonly address: string;
  readonly node = null;
  readonly spec: Entry['spec'];
  readonly setBy = null;
  readonly canRamp = false;
  readonly #read: () => JsonValue;

  constructor([key, type, description, facts, read]: Row, state: () => ObsState) {
    this.address = `/${key}`;
    this.spec = ownSpec(key, type, type === 'boolean' ? false : type === 'enum' ? 'off' : '', description, {
      ...facts,
      readOnly: true,
    });
    this.#read = () => read(state());
  }

  fit(): Misfit {
    return new Misfit('E_ADDRESS_READ_ONLY', `${this.address} tells how OBS is and cannot be set`, {
      address: this.address,
    });
  }

  apply(): void {
    // Nothing fits it.
  }

  read(): JsonValue {
    return this.#read();
  }
}

export function obsEntries(state: () => ObsState): readonly ObsEntry[] {
  return rows.map((row) => new ObsEntry(row, state));
}

/** Tells subscribers of those that changed. */
export function tellMoved(
  entries: readonly ObsEntry[],
  before: readonly JsonValue[],
  signals: Pick<Signals, 'changed'>,
): void {
  entries.forEach((entry, index) => {
    if (entry.read() !== before[index]) signals.changed(entry);
  });
}
