import { expect, test } from 'vitest';
import { touchDesigner } from '../../../src/cli/touchdesigner.ts';
import { installLine } from '../../../src/contract/touchdesigner.ts';
import { defaultOptions } from '../../../src/options.ts';
import { RecordingTerminal } from './recording-terminal.ts';

test('prints the line for the address that the daemon listens on, ready to be copied', async () => {
  for (const [host, url] of [
    ['127.0.0.1', 'http://127.0.0.1:8000'],
    ['0.0.0.0', 'http://127.0.0.1:8000'],
    ['::1', 'http://[::1]:8000'],
  ] as const) {
    const terminal = new RecordingTerminal();
    await touchDesigner({ ...defaultOptions('/home/me'), host }, terminal);
    expect(terminal.printed).toEqual([installLine(url)]);
  }
});
