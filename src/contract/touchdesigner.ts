/** Where the daemon hands out the installer of the TouchDesigner component. */
export const installerPath = '/touchdesigner/install.py';

/**
 * What is pasted into TouchDesigner's Textport to get the component, as one line of Python. `url` is the daemon's, as
 * `http://127.0.0.1:8000`. A proxy of the system is passed by: it knows nothing of this machine's own addresses.
 */
export function installLine(url: string): string {
  const opener = 'u.build_opener(u.ProxyHandler({}))';
  return `import urllib.request as u; exec(${opener}.open('${url}${installerPath}').read().decode())`;
}
