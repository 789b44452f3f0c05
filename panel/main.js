import { showChoices } from './choices.js';
import { Connection } from './connection.js';
import { byId } from './element.js';
import { Nodes } from './nodes.js';
import { Preview } from './preview.js';
import { Prompts } from './prompts.js';
import { buildStages } from './stages.js';
import { Values } from './values.js';

const connection = new Connection();
const values = new Values(connection);
const nodes = new Nodes();
const prompts = new Prompts(connection, values);
const preview = new Preview();
let shownNode = /** @type {string | null} */ (null);

/** @param {string} path @returns {Promise<any>} */
async function get(path) {
  const answer = await fetch(`/api/v1/${path}`);
  return answer.json();
}

/** Everything from the daemon, anew: after connecting, and when the graph has changed. */
async function resync() {
  const [{ parameters }, graph, { pipelines }] = await Promise.all([
    get('parameters'),
    get('graph'),
    get('catalog'),
  ]);
  values.replace(parameters);
  prompts.build();
  buildStages(values, connection, graph, pipelines);
  buildPause();
  buildViews(graph);
}

function buildPause() {
  const button = /** @type {HTMLButtonElement} */ (byId('pause'));
  button.disabled = values.get('/paused') === null;
  const show = (/** @type {boolean} */ paused) => {
    button.textContent = paused ? 'Go on' : 'Pause';
    button.setAttribute('aria-pressed', String(paused));
  };
  values.watch('/paused', (value) => show(value === true));
  button.onclick = () => {
    const paused = button.getAttribute('aria-pressed') !== 'true';
    values.set('/paused', paused);
    show(paused);
  };
}

/** @param {{ nodes: { id: string, type: string }[] }} graph */
function buildViews(graph) {
  const sinks = graph.nodes.filter((node) => node.type === 'sink');
  const shownFirst = sinks.find((node) => node.id === 'out') ?? sinks[0];
  const others = graph.nodes
    .filter((node) => node !== shownFirst)
    .map(({ id }) => ({ value: id, label: id }));
  const options = [{ value: '', label: 'Output' }, ...others];
  if (shownNode !== null && !graph.nodes.some((node) => node.id === shownNode)) choose('');
  function choose(/** @type {string} */ value) {
    shownNode = value === '' ? null : value;
    preview.show(shownNode);
    draw();
  }
  const draw = () => showChoices(byId('views'), options, shownNode ?? '', choose);
  draw();
}

async function start() {
  await resync();
  await connection.ask({ type: 'subscribe', valuesHz: 30, status: true, statsHz: 1 });
  byId('lost').hidden = true;
  document.body.classList.remove('offline');
}

connection.addEventListener('open', () => void start());
connection.addEventListener('lost', () => {
  byId('lost').textContent =
    'The connection to Reverie is lost. The show plays on; this page comes back by itself.';
  byId('lost').hidden = false;
  byId('overall').textContent = 'Not connected';
  byId('overall').dataset.state = 'failed';
  document.body.classList.add('offline');
});
connection.addEventListener('graph', () => void resync());
connection.addEventListener('status', (event) => nodes.replace(/** @type {CustomEvent} */ (event).detail));
connection.addEventListener('node', (event) => nodes.update(/** @type {CustomEvent} */ (event).detail));
connection.addEventListener('stats', (event) => nodes.measured(/** @type {CustomEvent} */ (event).detail));

preview.show(null);
connection.start();
