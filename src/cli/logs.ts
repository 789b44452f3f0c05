import { watch } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { failure } from '../contract/error.ts';
import { isAtLeast, logLevels, type LogLevel, type LogLine } from '../contract/log.ts';
import { readLogLine } from '../log/line.ts';
import { lastLines, logFiles, logPath, rotation } from '../log/rotating-file.ts';
import type { Options } from '../options.ts';
import { suggestion } from './nearest.ts';
import type { Terminal } from './terminal.ts';

/** What is printed where nobody asked for more: some screens. */
const SHOWN = 200;
const TAIL_BYTES = 512 * 1024;
/** Read again at each change: more than the daemon writes between two of them. */
const FOLLOWED_BYTES = 64 * 1024;

interface Wish {
  readonly level: LogLevel;
  readonly node: string | null;
}

/**
 * `reverie logs`: prints what the daemon of this home folder logged, read from its files, so that it works after a crash too.
 * `--follow` stays and prints what comes.
 */
export async function logs(
  own: ReadonlyMap<string, string>,
  { home }: Options,
  terminal: Terminal,
): Promise<void> {
  const wish = { level: levelOf(own.get('level')), node: own.get('node') ?? null };
  const path = logPath(home);
  const files = await logFiles(path, rotation.files);
  if (files.length === 0) terminal.complain(`There is no log in ${home} yet; \`reverie start\` begins it.`);
  const print = (line: LogLine): void => terminal.print(readableLine(line, terminal));
  const earlier: LogLine[] = [];
  for (const file of files.slice(-2)) earlier.push(...wanted(await lastLines(file, TAIL_BYTES), wish));
  const shown = earlier.slice(-SHOWN);
  for (const line of shown) print(line);
  if (own.has('follow')) await follow(path, shown.at(-1)?.id ?? 0, wish, print);
}

function levelOf(text: string | undefined): LogLevel {
  const level = logLevels.find((name) => name === (text ?? 'debug'));
  if (level !== undefined) return level;
  throw failure(
    'E_OPTION_INVALID',
    `--level must be one of ${logLevels.join(', ')}, not "${text ?? ''}".${suggestion(text ?? '', logLevels)}`,
    { option: '--level' },
  );
}

function wanted(texts: readonly string[], { level, node }: Wish): LogLine[] {
  return texts.flatMap((text) => {
    const line = readLogLine(text);
    const fits = line !== null && isAtLeast(line.level, level) && (node === null || line.node === node);
    return fits ? [line] : [];
  });
}

/** `21 Nov 05:58:12.123 warn  main  it stumbled` */
export function readableLine({ at, level, node, message }: LogLine, terminal: Terminal): string {
  const date = new Date(at);
  const day = date.toLocaleDateString('en-GB', { day: '2-digit', month: 'short' });
  const time = `${date.toLocaleTimeString('en-GB')}.${String(date.getMilliseconds()).padStart(3, '0')}`;
  const word = level.padEnd(5);
  const strong = level === 'warn' || level === 'error' ? terminal.strong(word) : word;
  return `${terminal.faint(`${day} ${time}`)} ${strong} ${(node ?? '-').padEnd(6)} ${message}`;
}

/** Of the last two files. Where one was put aside while they were read, its lines may be missing: then they are read again. */
async function newestLines(path: string): Promise<string[]> {
  for (;;) {
    const before = await fileNumber(path);
    const texts: string[] = [];
    for (const file of await logFiles(path, 2)) texts.push(...(await lastLines(file, FOLLOWED_BYTES)));
    if ((await fileNumber(path)) === before) return texts;
  }
}

async function fileNumber(path: string): Promise<number | null> {
  return stat(path).then(
    ({ ino }) => ino,
    () => null,
  );
}

/** Prints what is added to the log until the process is ended, also when the daemon starts anew or the file is full. */
async function follow(
  path: string,
  seen: number,
  wish: Wish,
  print: (line: LogLine) => void,
): Promise<never> {
  let lastId = seen;
  let reading = false;
  let again = false;
  const look = async (): Promise<void> => {
    again = true;
    if (reading) return;
    reading = true;
    while (again) {
      again = false;
      // Lines are known by their ids, so that a file that was put aside since the last look doubles none.
      for (const line of wanted(await newestLines(path), wish)) {
        if (line.id <= lastId) continue;
        lastId = line.id;
        print(line);
      }
    }
    reading = false;
  };
  // It may be followed before the daemon was ever started.
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  watch(dirname(path), (_event, name) => {
    if (name === basename(path)) void look();
  });
  await look();
  return new Promise<never>(() => undefined);
}
