import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RecordingBook } from '../../../../src/engine/recording/recording-book.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

/** A folder with these files in it, as the daemon finds it when it starts. */
async function bookOf(...names: readonly string[]) {
  const folder = tempFolder('book');
  for (const name of names) writeFileSync(join(folder, name), name);
  const logs: string[] = [];
  let changes = 0;
  const open = async (): Promise<RecordingBook> => {
    const book = new RecordingBook({
      folder,
      writer: 'me',
      isGone: () => false,
      changed: () => void (changes += 1),
      log: (line) => void logs.push(line),
    });
    await book.open();
    return book;
  };
  return { folder, open, book: await open(), logs, changes: () => changes };
}
const codeOf = async (done: Promise<unknown>): Promise<unknown> =>
  done.then(
    () => 'done',
    (error: unknown) => Object(error).code,
  );
const names = (book: RecordingBook): string[] => book.list().map(({ name }) => name);

describe('a recording', () => {
  test('is called otherwise from now on, with its ending, and still after a restart', async () => {
    const { book, open, folder } = await bookOf('a.mp4');
    await book.add('b.png', { ...book.find('a.mp4'), kind: 'still', node: 'main' });
    writeFileSync(join(folder, 'b.png'), 'still');
    expect(await book.rename('b.png', 'the face')).toMatchObject({ name: 'the face.png', node: 'main' });
    expect(await codeOf(book.rename('b.png', 'x'))).toBe('E_RECORDING_UNKNOWN');
    await book.close();
    expect((await open()).find('the face.png')).toMatchObject({ node: 'main', kind: 'still' });
    expect(readFileSync(join(folder, 'the face.png'), 'utf8')).toBe('still');
  });

  test('stays in its folder, whatever it is to be called', async () => {
    const { book, folder } = await bookOf('a.mp4');
    let name = 'a.mp4';
    for (const wish of ['../up', '/etc/passwd', '..\\up', '.recordings.json', 'a\0b', 'CON', '...']) {
      name = (await book.rename(name, wish)).name;
      expect(name).toMatch(/^[^./\\\0][^/\\\0]*\.mp4$/);
      expect(readdirSync(folder).filter((each) => each.endsWith('.mp4'))).toEqual([name]);
    }
  });

  test('is not written over, by a file that is listed, by one that is not, or by who wants the same name', async () => {
    const { book, folder } = await bookOf('a.mp4', 'b.mp4');
    writeFileSync(join(folder, 'late.mp4'), 'came later');
    expect(await codeOf(book.rename('a.mp4', 'b'))).toBe('E_RECORDING_NAME');
    expect(await codeOf(book.rename('a.mp4', 'late'))).toBe('E_RECORDING_NAME');
    const both = await Promise.all(['a.mp4', 'b.mp4'].map((name) => codeOf(book.rename(name, 'c'))));
    expect(both).toEqual(['done', 'E_RECORDING_NAME']);
    expect(names(book).toSorted()).toEqual(['b.mp4', 'c.mp4']);
    expect(readFileSync(join(folder, 'late.mp4'), 'utf8')).toBe('came later');
  });

  test('of pictures is a folder, whose name has no ending', async () => {
    const { folder, open } = await bookOf();
    mkdirSync(join(folder, 'pictures'));
    writeFileSync(join(folder, 'pictures', 'frames.ffconcat'), '');
    const book = await open();
    expect(await book.rename('pictures', 'take.one')).toMatchObject({ name: 'take.one', kind: 'pictures' });
    expect(readdirSync(join(folder, 'take.one'))).toEqual(['frames.ffconcat']);
  });

  test('that is under way keeps its name', async () => {
    const { book } = await bookOf('a.mp4');
    const { size: _none, ...facts } = book.find('a.mp4');
    const size = { width: 320, height: 180 };
    book.heard({ ...facts, state: 'recording', seconds: 1, frames: 30, size }, 'main', 'take-1');
    expect(await codeOf(book.rename('a.mp4', 'b'))).toBe('E_RECORDING_RUNNING');
  });
});
