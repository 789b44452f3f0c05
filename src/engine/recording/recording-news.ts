import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { RecordingNews } from '../../contract/recording.ts';

/** Reads what the adapter says of a file; null where it is not that. */
export function newsFrom(data: JsonObject): RecordingNews | null {
  const { path, kind, state, startedAt, seconds, size, bytes, frames, skipped, fault } = data;
  if (typeof path !== 'string' || !isObject(size)) return null;
  const { width, height } = size;
  return {
    path,
    kind: kind === 'pictures' ? 'pictures' : 'video',
    state: state === 'done' || state === 'failed' ? state : 'recording',
    startedAt: numberOf(startedAt),
    seconds: numberOf(seconds),
    size: { width: numberOf(width), height: numberOf(height) },
    bytes: numberOf(bytes),
    frames: numberOf(frames),
    skipped: numberOf(skipped),
    fault: isObject(fault)
      ? {
          code: String(fault['code']),
          message: String(fault['message']),
          remedy: typeof fault['remedy'] === 'string' ? fault['remedy'] : null,
          details: isObject(fault['details']) ? fault['details'] : null,
        }
      : null,
  };
}

export function numberOf(value: JsonValue | undefined): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
