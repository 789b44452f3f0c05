/** The address of a WebSocket of this daemon. */
export function socketUrl(path: string): string {
  return `${location.origin.replace(/^http/, 'ws')}/api/v1/${path}`;
}
