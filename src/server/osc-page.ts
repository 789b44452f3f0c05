import type { OscLine } from '../contract/osc-lines.ts';

/** The page at /osc: every address of the show that plays, with lines to copy. It needs nothing of the panel. */
export function oscHtml(lines: readonly OscLine[], heardAt: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="dark" />
    <title>OSC addresses · Reverie</title>
    <link rel="stylesheet" href="/osc.css" />
    <script type="module" src="/osc.js"></script>
  </head>
  <body>
    <main>
      <h1>OSC addresses</h1>
      <p>Reverie hears OSC at UDP <code>${escaped(heardAt)}</code>. A click copies a line.</p>
      <p class="hint">
        TouchDesigner: an OSC Out DAT called <code>oscout1</code>, or an OSC Out CHOP whose channel has the name given here.
        Python: <code>from pythonosc.udp_client import SimpleUDPClient</code>, then
        <code>reverie = SimpleUDPClient('${escaped(hostOf(heardAt))}', ${escaped(portOf(heardAt))})</code>.
        To hear what changes, send <code>/reverie/subscribe</code>.
      </p>
      <label>Find <input id="find" type="search" autocomplete="off" /></label>
      <ul id="lines">
${lines.map(entry).join('\n')}
      </ul>
      <p id="copied" role="status" aria-live="polite"></p>
    </main>
  </body>
</html>
`;
}

function entry({ address, takes, description, oscsend, touchDesigner, channel, python }: OscLine): string {
  const rows = [
    ['shell', oscsend],
    ['TouchDesigner', touchDesigner],
    ...(channel === null ? [] : [['CHOP channel', channel]]),
    ['Python', python],
  ];
  const copies = rows.map(
    ([label = '', line = '']) =>
      `<dt>${label}</dt><dd><button type="button" data-copy><code>${escaped(line)}</code></button></dd>`,
  );
  return `        <li>
          <h2>${escaped(address)}</h2>
          <p><span class="takes">${escaped(takes)}</span> ${escaped(description)}</p>
          <dl>${copies.join('')}</dl>
        </li>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Names and descriptions come from pipelines, which may come from anywhere. */
function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

function hostOf(at: string): string {
  return at.slice(0, at.lastIndexOf(':'));
}

function portOf(at: string): string {
  return at.slice(at.lastIndexOf(':') + 1);
}

export const oscCss = `
:root { color-scheme: dark; font: 16px/1.5 system-ui, sans-serif; background: #0d0e12; color: #e8e9ee; }
body { margin: 0; }
main { width: min(60rem, calc(100vw - 3rem)); margin: 2rem auto 6rem; }
h1 { margin: 0 0 0.5rem; font-size: 1.8rem; font-weight: 600; letter-spacing: -0.02em; }
h2 { margin: 0; font: 600 1rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
p { margin: 0.25rem 0; }
.hint { color: #a9adba; font-size: 0.9rem; }
.takes { display: inline-block; margin-right: 0.4rem; padding: 0 0.5rem; border-radius: 0.4rem; background: #23262f; color: #8ab4ff; font-size: 0.85rem; }
label { display: block; margin: 1.5rem 0 1rem; color: #a9adba; }
input { font: inherit; min-height: 2.75rem; width: 100%; box-sizing: border-box; border-radius: 0.6rem; padding: 0 0.9rem; background: #16181f; color: #e8e9ee; border: 1px solid #363a47; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.75rem; }
li { padding: 0.9rem 1rem; border: 1px solid #23262f; border-radius: 0.8rem; background: #12141a; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 0.9rem; margin: 0.6rem 0 0; align-items: center; }
dt { color: #a9adba; font-size: 0.85rem; }
dd { margin: 0; min-width: 0; }
button { font: inherit; display: block; width: 100%; min-height: 2rem; padding: 0.25rem 0.6rem; text-align: left; color: inherit; background: #191c24; border: 1px solid transparent; border-radius: 0.4rem; cursor: copy; }
button:hover { border-color: #363a47; }
code { font: 0.85rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; color: #e8e9ee; }
:focus-visible { outline: 3px solid #8ab4ff; outline-offset: 2px; }
#copied { position: fixed; inset: auto 0 1rem; text-align: center; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } }
`;

export const oscScript = `
const copied = document.querySelector('#copied');
const items = [...document.querySelectorAll('#lines li')];
document.querySelector('#lines').addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.textContent);
    copied.textContent = 'Copied: ' + button.textContent;
  } catch {
    getSelection().selectAllChildren(button);
    copied.textContent = 'Marked; press Ctrl+C';
  }
});
document.querySelector('#find').addEventListener('input', (event) => {
  const wanted = event.target.value.trim().toLowerCase();
  for (const item of items) item.hidden = !item.textContent.toLowerCase().includes(wanted);
});
`;
