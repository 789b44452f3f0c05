import { byId, element } from './element.js';

/** Each state in the words of someone who stands beside a stage. */
const stateWords = {
  starting: 'Getting ready',
  ready: 'Ready, no picture yet',
  live: 'Playing',
  'degraded-input': 'Playing without fresh input',
  'degraded-inference': 'Playing, not at its best',
  stalled: 'Holding the last picture',
  failed: 'Not working',
  off: 'Switched off',
};
const roleWords = { source: 'Comes in', stage: 'Paints', sink: 'Goes out', control: 'Listens' };
const overallWords = {
  live: 'Playing',
  starting: 'Getting ready',
  degraded: 'Playing, not at its best',
  failed: 'Something is not working',
};

/** What runs, in the order of the picture's way, each with its state and what last went wrong. */
export class Nodes {
  #nodes = /** @type {Map<string, any>} */ (new Map());
  #rates = /** @type {Map<string, any>} */ (new Map());
  #open = /** @type {Set<string>} */ (new Set());
  #show = /** @type {any} */ (null);

  /** Everything anew. @param {any} status */
  replace(status) {
    this.#show = status.show;
    this.#nodes = new Map(status.nodes.map((/** @type {any} */ node) => [node.id, node]));
    this.#draw();
  }

  /** @param {any} node */
  update(node) {
    if (!this.#nodes.has(node.id)) return;
    this.#nodes.set(node.id, node);
    this.#draw();
  }

  /** @param {any} stats */
  measured(stats) {
    for (const node of stats.nodes) {
      this.#rates.set(node.id, node);
      const rate = document.getElementById(`rate-${node.id}`);
      if (rate !== null) rate.textContent = this.#rateOf(node.id);
    }
  }

  #draw() {
    const nodes = [...this.#nodes.values()];
    byId('nodes').replaceChildren(...this.#showTrouble(), ...nodes.map((node) => this.#card(node)));
    const overall = byId('overall');
    const state = overallOf(nodes);
    overall.textContent = overallWords[state];
    overall.dataset.state = state;
  }

  #showTrouble() {
    const reports = [this.#show?.restored, this.#show?.save].filter(
      (report) => report !== null && report !== undefined,
    );
    return reports.map((report) =>
      element(
        'li',
        { class: 'node', 'data-state': 'failed' },
        element('p', {}, report.message),
        remedyOf(report.remedy),
      ),
    );
  }

  /** @param {any} node */
  #card(node) {
    const { state, message, remedy, code } = node.status;
    const words = stateWords[/** @type {keyof typeof stateWords} */ (state)] ?? state;
    const again = element(
      'button',
      { type: 'button', class: 'button quiet', 'aria-label': `Start ${node.id} again` },
      node.role === 'stage' ? 'Reload' : 'Restart',
    );
    again.addEventListener('click', () => void reload(node.id, again));
    return element(
      'li',
      { class: 'node', 'data-state': state, 'data-node': node.id },
      element(
        'div',
        { class: 'node-head' },
        element('span', { class: 'dot', 'aria-hidden': 'true' }),
        element('strong', {}, node.id),
        element('span', { class: 'state' }, words),
        again,
      ),
      element(
        'p',
        { class: 'faint' },
        `${roleWords[/** @type {keyof typeof roleWords} */ (node.role)]}: ${node.module}`,
        element('span', { id: `rate-${node.id}` }, this.#rateOf(node.id)),
      ),
      code === null && state === 'live' ? null : element('p', { class: 'why' }, message),
      code === null ? null : remedyOf(remedy),
      this.#faultOf(node),
    );
  }

  /** @param {any} node */
  #faultOf({ id, fault, restarts }) {
    if (fault === null) return null;
    const when = new Date(fault.at).toLocaleTimeString();
    const times = restarts > 1 ? `, started again ${restarts} times` : '';
    const log = fault.log.length === 0 ? 'It said nothing before.' : plain(fault.log.slice(-40).join('\n'));
    const details = element(
      'details',
      { open: this.#open.has(id) },
      element('summary', {}, `Last trouble at ${when}${times}`),
      element('p', {}, fault.message),
      remedyOf(fault.remedy),
      element('p', { class: 'faint mono' }, fault.code),
      element('pre', { tabindex: 0, 'aria-label': 'Last log lines' }, log),
    );
    details.addEventListener('toggle', () => (details.open ? this.#open.add(id) : this.#open.delete(id)));
    return details;
  }

  /** @param {string} id */
  #rateOf(id) {
    const rates = this.#rates.get(id);
    const size = this.#nodes.get(id)?.size;
    const words = [size ? `${size.width} × ${size.height}` : null];
    const hz = Math.max(rates?.rateOutHz ?? 0, rates?.rateInHz ?? 0);
    if (hz > 0) words.push(`${Math.round(hz)} a second`);
    return words
      .filter((word) => word !== null)
      .map((word) => ` · ${word}`)
      .join('');
  }
}

/** @param {any[]} nodes @returns {keyof typeof overallWords} */
function overallOf(nodes) {
  const states = new Set(nodes.map((node) => node.status.state));
  if (states.has('failed')) return 'failed';
  if (states.has('stalled') || states.has('degraded-input') || states.has('degraded-inference'))
    return 'degraded';
  return states.has('starting') ? 'starting' : 'live';
}

/** Without the colours that a terminal would show. @param {string} log */
function plain(log) {
  // eslint-disable-next-line no-control-regex -- the escape character is what is looked for
  return log.replace(/\u001b\[[0-9;]*m/g, '');
}

/** @param {string | null} remedy */
function remedyOf(remedy) {
  return remedy === null ? null : element('p', { class: 'remedy' }, remedy);
}

/** @param {string} id @param {HTMLButtonElement} button */
async function reload(id, button) {
  button.disabled = true;
  await fetch(`/api/v1/nodes/${encodeURIComponent(id)}/reload`, { method: 'POST' });
  button.disabled = false;
}
