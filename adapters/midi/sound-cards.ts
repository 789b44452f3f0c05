import { watch } from 'node:fs';

/** ALSA's sequencer clients of sound cards begin at 16, four numbers a card (Linux, sound/core/seq/seq_clientmgr.c). */
const FIRST_CLIENT = 16;
const CLIENTS_PER_CARD = 4;

/**
 * Tells the number of a sound card whose MIDI comes or goes, as its device files in `/dev/snd` do. Where there is no such folder
 * nothing is told. Answers how to stop.
 */
export function watchCards(folder: string, onChange: (card: number) => void): () => void {
  try {
    const watcher = watch(folder, (_event, file) => {
      const card = /^midiC(\d+)D\d+$/.exec(file ?? '')?.[1];
      if (card !== undefined) onChange(Number(card));
    });
    // Without it devices are still looked for each second.
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
}

/** `LPD8:LPD8 MIDI 1 20:0` is of card 1. */
export function isPortOfCard(port: string, card: number): boolean {
  const client = / (\d+):\d+$/.exec(port)?.[1];
  return client !== undefined && Math.floor((Number(client) - FIRST_CLIENT) / CLIENTS_PER_CARD) === card;
}
