// The one page that a stranger sees. It stands alone, so that nothing of the panel is shown before the token is.

export const signInHtml = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="dark" />
    <title>Sign in to Reverie</title>
    <link rel="stylesheet" href="/sign-in.css" />
    <script type="module" src="/sign-in.js"></script>
  </head>
  <body>
    <main>
      <h1>Reverie</h1>
      <form id="form">
        <label for="token">Token</label>
        <input id="token" type="password" autocomplete="current-password" spellcheck="false" required />
        <button>Sign in</button>
      </form>
      <p id="message" role="status" aria-live="polite"></p>
      <p class="hint">
        Open the link that Reverie printed in its terminal, or scan the code that the panel shows. Lost it? <code>reverie token</code>
        on its machine makes a new one.
      </p>
    </main>
  </body>
</html>
`;

export const signInCss = `
:root { color-scheme: dark; font: 16px/1.5 system-ui, sans-serif; background: #0d0e12; color: #e8e9ee; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { width: min(24rem, calc(100vw - 3rem)); }
h1 { margin: 0 0 1.5rem; font-size: 2rem; font-weight: 600; letter-spacing: -0.02em; }
form { display: grid; gap: 0.5rem; }
label { font-size: 0.9rem; color: #a9adba; }
input, button { font: inherit; min-height: 3rem; border-radius: 0.6rem; padding: 0 0.9rem; }
input { background: #16181f; color: inherit; border: 1px solid #363a47; }
button { margin-top: 0.5rem; background: #8ab4ff; color: #0b1020; border: 0; font-weight: 600; cursor: pointer; }
button:disabled { opacity: 0.5; cursor: default; }
:focus-visible { outline: 3px solid #8ab4ff; outline-offset: 2px; }
#message { min-height: 1.5em; color: #ff9d8a; }
.hint { color: #a9adba; font-size: 0.9rem; }
code { color: #e8e9ee; }
`;

export const signInScript = `
const form = document.querySelector('#form');
const input = document.querySelector('#token');
const message = document.querySelector('#message');
const button = form.querySelector('button');

const to = pageAskedFor();

// Only one of ours: the whole address is judged and taken, because parts of it could be read as another host.
function pageAskedFor() {
  try {
    const asked = new URL(new URLSearchParams(location.search).get('to') ?? '/', location.origin);
    return asked.origin === location.origin ? asked.href : '/';
  } catch {
    return '/';
  }
}

async function signIn(token) {
  button.disabled = true;
  message.textContent = 'Signing in…';
  try {
    const answer = await fetch('/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    if (answer.ok) return location.replace(to);
    const { error } = await answer.json();
    message.textContent = error.message + '. ' + (error.remedy ?? '');
  } catch {
    message.textContent = 'Reverie does not answer. Is it running?';
  }
  button.disabled = false;
  input.focus();
}

// A device that is signed in and came by somebody's link: its cookie is not sent along with that, but it is with this.
async function goOnWhereSignedIn() {
  const { ok } = await fetch('/api/v1/access').catch(() => ({ ok: false }));
  if (ok) location.replace(to);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void signIn(input.value.trim());
});

const hash = new URLSearchParams(location.hash.slice(1));
const token = hash.get('token');
// The token must not stay where somebody reads it over a shoulder or in the history.
history.replaceState(null, '', location.pathname + location.search);
if (token !== null) void signIn(token);
else {
  if (hash.has('again')) message.textContent = 'This device is no longer signed in: the token is another one now.';
  await goOnWhereSignedIn();
  input.focus();
}
// It may have signed in by a link that opened beside this page.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void goOnWhereSignedIn();
});
`;
