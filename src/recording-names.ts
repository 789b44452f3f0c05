import type { RecordingsApi } from './contract/recording.ts';
import type { ShowApi } from './contract/show-api.ts';

/** Tells recordings that another preset plays: files are called after it. Values are followed only while something is recorded. */
export function followPresets(
  show: Pick<ShowApi, 'subscribe'>,
  recordings: Pick<RecordingsApi, 'state' | 'subscribe'> & { presetChanged(): void },
): void {
  let unfollow: (() => void) | null = null;
  recordings.subscribe(() => {
    const { takes, replay } = recordings.state();
    const wanted = replay.seconds > 0 || takes.some(({ state }) => state !== 'stopped');
    if (wanted === (unfollow !== null)) return;
    unfollow?.();
    unfollow = wanted
      ? show.subscribe((changes) => {
          if (changes.some(({ address }) => address === '/preset')) recordings.presetChanged();
        })
      : null;
  });
}
