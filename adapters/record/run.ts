import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Probe, SinkContext } from '../../src/contract/adapter.ts';
import type { JsonValue } from '../../src/contract/json.ts';
import { probeAv } from '../../src/codec/av.ts';
import { failure } from '../../src/contract/error.ts';
import { RECORDINGS_VARIABLE } from '../../src/contract/recording-name.ts';
import { filmFor, type Shelf } from './film.ts';
import { Keeper } from './keeper.ts';
import { Recorder } from './recorder.ts';
import { readSettings } from './settings.ts';

export function probe(): Promise<Probe> {
  return probeAv();
}

export const sink = { run };

async function run(context: SinkContext): Promise<void> {
  const settings = readSettings(context.config);
  let preset = textOf(context.config['preset']);
  const shelf: Shelf = {
    // A graph cannot say it: what is no setting is taken out of its configuration.
    folder:
      textOf(context.config['folder']) ??
      process.env[RECORDINGS_VARIABLE] ??
      join(homedir(), '.reverie', 'recordings'),
    template: settings.name,
    // A hidden sink is called after what it looks at.
    fields: () => ({ at: new Date(), node: textOf(context.config['node']) ?? context.node, preset }),
  };
  context.want(null);
  context.onRequest('preset', async ({ name }) => {
    preset = textOf(name);
    return null;
  });
  const work = settings.keepUs > 0 ? new Keeper(context, settings, shelf) : null;
  const recorder = work ?? new Recorder(context, settings, filmFor(settings, shelf));
  context.onRequest('save', async () => {
    if (work === null) throw failure('E_REPLAY_EMPTY', 'This recording goes to its file at once');
    return work.save();
  });
  context.onRequest('stop', async () => {
    await recorder.end();
    return null;
  });
  try {
    await context.present((presentation) => recorder.present(presentation));
  } finally {
    await recorder.end();
  }
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
