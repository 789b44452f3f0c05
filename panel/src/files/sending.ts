import { answerOf } from '../daemon/rest.ts';

/** A body on its way to the daemon. */
export interface Sending {
  /** Rejects with the daemon's reason, or where it was broken off. */
  readonly done: Promise<void>;
  readonly abort: () => void;
}

/** Sends a file as it is. `fetch` does not tell how much has gone out; this older way does. */
export function send(url: string, file: Blob, progress: (share: number) => void): Sending {
  const request = new XMLHttpRequest();
  const done = new Promise<void>((sent, failed) => {
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      progress(total === 0 ? 0 : loaded / total),
    );
    request.addEventListener('load', () => {
      try {
        answerOf(request.status, request.statusText, request.responseText);
        sent();
      } catch (error) {
        failed(error instanceof Error ? error : new Error(String(error)));
      }
    });
    request.addEventListener('error', () => failed(new TypeError('The line broke off')));
    request.addEventListener('abort', () => failed(new Error('It was called off')));
  });
  request.open('POST', url);
  request.setRequestHeader('content-type', 'application/octet-stream');
  request.send(file);
  return { done, abort: () => request.abort() };
}
