import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** At least so many viewers from now on. */
export interface AudienceWish {
  readonly viewers: number;
}

/** What came since the last word, RTP and RTCP, all viewers together. */
export interface AudienceFigures {
  readonly viewers: number;
  /** Packets that end one, so each viewer's counts. */
  readonly pictures: number;
  readonly bytes: number;
}

export interface Audience {
  /** Resolves once every viewer has had its first packet. */
  grow(viewers: number): Promise<AudienceFigures>;
  end(): void;
}

/** Viewers of `node` in a process of their own, so that what they take is not counted as the runner's. */
export function gather(url: string, node: string): Audience {
  const child = fork(fileURLToPath(new URL('./audience-child.ts', import.meta.url)), [url, node]);
  return {
    grow: (viewers) =>
      new Promise((resolve, reject) => {
        const lost = (code: number | null): void => reject(new Error(`The audience ended with ${code}`));
        child.once('exit', lost);
        child.once('message', (figures: AudienceFigures) => {
          child.off('exit', lost);
          resolve(figures);
        });
        child.send({ viewers } satisfies AudienceWish);
      }),
    end: () => child.disconnect(),
  };
}
