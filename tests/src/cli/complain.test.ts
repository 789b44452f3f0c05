import { expect, test } from 'vitest';
import { failure } from '../../../src/contract/error.ts';
import { complain } from '../../../src/cli/complain.ts';
import { RecordingTerminal } from './recording-terminal.ts';

const taken = failure('E_PORT_TAKEN', 'Port 8000 is in use; choose another with --port');

test('an error shows its code, its message and what to do, and no stack', () => {
  const terminal = new RecordingTerminal();
  complain(taken, terminal, false);
  expect(terminal.complaints).toEqual([
    'E_PORT_TAKEN: Port 8000 is in use; choose another with --port',
    taken.remedy,
  ]);
  expect(terminal.printed).toEqual([]);
});

test('the stack is there for who asks for it', () => {
  const terminal = new RecordingTerminal();
  complain(taken, terminal, true);
  expect(terminal.complaints.join('\n')).toContain('complain.test.ts');
});

test('what nobody foresaw has a code too', () => {
  const terminal = new RecordingTerminal();
  complain('a thrown text', terminal, false);
  expect(terminal.complaints[0]).toBe('E_INTERNAL: a thrown text');
});
