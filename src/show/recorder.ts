import { isErrorCode, reportOf } from '../contract/error.ts';
import type { JsonValue } from '../contract/json.ts';
import type { RecordingsApi } from '../contract/recording.ts';
import { ownSpec, type Entry, type Signals, type Write } from './entry.ts';
import { Misfit } from './misfit.ts';
import { OwnEntry, OwnTrigger } from './own-entry.ts';
import type { ShowPart } from './part.ts';

export interface RecorderDeps {
  readonly recordings: Pick<
    RecordingsApi,
    'recording' | 'replay' | 'start' | 'stopShown' | 'still' | 'keepReplay' | 'saveReplay' | 'subscribe'
  >;
  readonly signals: Pick<Signals, 'changed'>;
  readonly refused: (sender: string, address: string, misfit: Misfit) => void;
}

const specs = {
  record: ownSpec('record', 'boolean', false, 'What the audience sees is being recorded', {
    label: 'Record',
    order: 70,
  }),
  save: ownSpec('record/save', 'trigger', false, 'Saves what just happened: the seconds that are kept', {
    label: 'Save what happened',
    order: 71,
  }),
  still: ownSpec('record/still', 'trigger', false, 'A PNG of what the audience sees into the recordings', {
    label: 'Still',
    order: 72,
  }),
  keep: ownSpec('record/keep', 'number', 0, 'Seconds that are kept to be saved; 0 keeps none', {
    label: 'Keep',
    order: 73,
    unit: 's',
    minimum: 0,
    maximum: 1800,
  }),
};

/** Recording as it is played: `/record`, `/record/save`, `/record/still`, `/record/keep`. Never saved: no show starts recording. */
export class Recorder implements ShowPart {
  readonly entries: readonly Entry[];
  readonly #deps: RecorderDeps;
  readonly #switch: OwnEntry;
  readonly #length: OwnEntry;
  readonly #unsubscribe: () => void;
  /** What was asked for last, while it is being done. */
  #wanted: boolean | null = null;
  #keeping: number | null = null;
  #shown: { recording: boolean; seconds: number } = { recording: false, seconds: 0 };

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
    const { recordings, signals } = deps;
    this.#switch = new OwnEntry(
      specs.record,
      {
        read: () => this.#wanted ?? recordings.recording(),
        write: (value, write) => this.#record(value === true, write),
      },
      signals,
    );
    this.#length = new OwnEntry(
      specs.keep,
      {
        read: () => this.#keeping ?? recordings.replay().seconds,
        write: (value, write) => this.#keep(value, write),
      },
      signals,
    );
    this.entries = [
      this.#switch,
      new OwnTrigger(
        specs.save,
        (sender) => this.#try(sender, '/record/save', recordings.saveReplay()),
        signals,
      ),
      new OwnTrigger(
        specs.still,
        (sender) => this.#try(sender, '/record/still', recordings.still()),
        signals,
      ),
      this.#length,
    ];
    this.#unsubscribe = recordings.subscribe(() => this.#look());
  }

  kept(): Record<string, never> {
    return {};
  }

  /** What is being recorded goes on while another show is opened. */
  restore(): void {
    // Nothing of it is in the file.
  }

  close(): void {
    this.#unsubscribe();
  }

  #record(on: boolean, { sender }: Write): void {
    const { recordings } = this.#deps;
    this.#wanted = on;
    const done = on ? recordings.start({}) : recordings.stopShown();
    this.#try(sender, '/record', done, () => {
      this.#wanted = null;
    });
  }

  #keep(value: JsonValue, { sender }: Write): void {
    const seconds = Number(value);
    this.#keeping = seconds;
    this.#try(sender, '/record/keep', this.#deps.recordings.keepReplay({ seconds }), () => {
      this.#keeping = null;
    });
  }

  /** What fails is counted for its sender, as everything is that could not be done. */
  #try(sender: string, address: string, done: Promise<unknown>, after?: () => void): void {
    done
      .catch((error: unknown) => {
        const { code, message } = reportOf(error);
        this.#deps.refused(
          sender,
          address,
          new Misfit(isErrorCode(code) ? code : 'E_INTERNAL', message, null),
        );
      })
      .finally(() => {
        after?.();
        this.#look();
      });
  }

  #look(): void {
    const { recordings } = this.#deps;
    const now = { recording: recordings.recording(), seconds: recordings.replay().seconds };
    const before = this.#shown;
    this.#shown = now;
    if (now.recording !== before.recording) this.#switch.moved();
    if (now.seconds !== before.seconds) this.#length.moved();
  }
}
