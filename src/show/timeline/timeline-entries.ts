import type { JsonValue } from '../../contract/json.ts';
import { longestPosition } from '../../contract/timeline.ts';
import { ownSpec, type Signals } from '../entry.ts';
import { OwnEntry, OwnTrigger, type ValueHome } from '../own-entry.ts';

/** What the addresses of the timeline act on. */
export interface TimelineHome {
  readonly playing: ValueHome;
  readonly position: ValueHome;
  readonly recording: ValueHome;
  /** Settings that are kept with it. */
  setting(key: 'loop' | 'quantize' | 'follow'): ValueHome;
  readonly play: (sender: string, atUs: number) => void;
  readonly stop: (sender: string, atUs: number) => void;
  undo(): void;
}

export interface TimelineEntries {
  readonly playing: OwnEntry;
  readonly position: OwnEntry;
  readonly recording: OwnEntry;
  readonly loop: OwnEntry;
  readonly all: readonly (OwnEntry | OwnTrigger)[];
}

type Facts = Parameters<typeof ownSpec>[4];

export function timelineEntries(home: TimelineHome, signals: Pick<Signals, 'changed'>): TimelineEntries {
  const value = (
    key: string,
    type: 'boolean' | 'number',
    initial: JsonValue,
    description: string,
    facts: Facts,
    at: ValueHome,
  ): OwnEntry => new OwnEntry(ownSpec(`timeline/${key}`, type, initial, description, facts), at, signals);
  const playing = value(
    'playing',
    'boolean',
    false,
    'The timeline plays; off, it stays where it is',
    { label: 'Timeline plays', order: 60 },
    home.playing,
  );
  const position = value(
    'position',
    'number',
    0,
    'Where the timeline is, in its unit; set, it goes there with the values and prompts that hold there',
    { label: 'Position', order: 61, minimum: 0, maximum: longestPosition },
    home.position,
  );
  const loop = value(
    'loop',
    'boolean',
    false,
    'At the end of its loop it goes back to where the loop begins',
    { label: 'Loop', order: 62 },
    home.setting('loop'),
  );
  const recording = value(
    'recording',
    'boolean',
    false,
    'While the timeline plays, what hands do is recorded on it',
    { label: 'Record', order: 63 },
    home.recording,
  );
  const all = [
    playing,
    position,
    loop,
    recording,
    ...timelineButtons(home, signals),
    value(
      'quantize',
      'number',
      0,
      'Recorded prompts and triggers are put on multiples of this, in its unit; 0 leaves them where they came',
      { label: 'Grid of recordings', order: 67, minimum: 0, maximum: 64 },
      home.setting('quantize'),
    ),
    value(
      'follow',
      'boolean',
      false,
      'A MIDI clock that gives the tempo starts, stops and moves the timeline, too',
      { label: 'Follow MIDI', order: 68 },
      home.setting('follow'),
    ),
  ];
  return { playing, position, recording, loop, all };
}

function timelineButtons(home: TimelineHome, signals: Pick<Signals, 'changed'>): OwnTrigger[] {
  const button = (
    key: string,
    description: string,
    facts: Facts,
    act: (sender: string, atUs: number) => void,
  ): OwnTrigger =>
    new OwnTrigger(ownSpec(`timeline/${key}`, 'trigger', false, description, facts), act, signals);
  return [
    button('play', 'The timeline plays on from where it is', { label: 'Play', order: 64 }, home.play),
    button(
      'stop',
      'The timeline stops and goes back to its start; what shows stays',
      { label: 'Stop', order: 65 },
      home.stop,
    ),
    button('undo', 'Takes back the last change or recording', { label: 'Take back', order: 66 }, () =>
      home.undo(),
    ),
  ];
}
