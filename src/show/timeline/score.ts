import type { Command } from '../../contract/command.ts';
import type { Mark, PromptClip, PromptTrack, Timeline } from '../../contract/timeline.ts';

/** What happens at one instant of the timeline, once each time it is passed. */
export type ScoreEvent =
  | {
      readonly kind: 'clip';
      readonly at: number;
      readonly command: Command;
      readonly point: PromptClip;
    }
  | { readonly kind: 'mark'; readonly at: number; readonly command: Command; readonly point: Mark };

/** A timeline whose points are in the order of their time; points at one instant keep theirs. What is in order stays the same object. */
export function inOrder(timeline: Timeline): Timeline {
  return {
    ...timeline,
    tracks: timeline.tracks.map((track) =>
      isSorted(track.keyframes) ? track : { ...track, keyframes: sorted(track.keyframes) },
    ),
    prompts: timeline.prompts.map((track) =>
      isSorted(track.clips) ? track : { ...track, clips: sorted(track.clips) },
    ),
    marks: isSorted(timeline.marks) ? timeline.marks : sorted(timeline.marks),
  };
}

/** Clips and commands in the order in which they play. At one instant prompts come first, so that a command may change them. */
export function eventsOf({ prompts, marks }: Timeline): readonly ScoreEvent[] {
  const clips = prompts.flatMap((track) =>
    track.clips.map((clip): ScoreEvent => ({
      kind: 'clip',
      at: clip.at,
      command: promptCommand(track, clip),
      point: clip,
    })),
  );
  const commands = marks.flatMap((mark): ScoreEvent[] =>
    mark.command === null ? [] : [{ kind: 'mark', at: mark.at, command: mark.command, point: mark }],
  );
  return sorted([...clips, ...commands]);
}

export function promptCommand({ node }: PromptTrack, clip: PromptClip): Extract<Command, { kind: 'prompt' }> {
  const { prompts, interpolation, transition } = clip;
  return {
    kind: 'prompt',
    node,
    prompts,
    ...(interpolation === undefined ? {} : { interpolation }),
    ...(transition === undefined ? {} : { transition }),
  };
}

function isSorted(points: readonly { readonly at: number }[]): boolean {
  return points.every(({ at }, index) => (points[index - 1]?.at ?? at) <= at);
}

function sorted<T extends { readonly at: number }>(points: readonly T[]): T[] {
  return [...points].sort((a, b) => a.at - b.at);
}
