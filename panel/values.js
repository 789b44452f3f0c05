/**
 * The parameters as the daemon last told them, and the way to move them. A widget that a hand is on is left alone.
 * @typedef {{ address: string, node: string | null, key: string, type: string, value: any, default: any, minimum: number | null,
 *   maximum: number | null, choices: string[] | null, maxLength: number | null, description: string, setBy: string | null,
 *   ui: { label: string, order: number, modes: string[] | null, category: string, load: boolean, unit: string | null } }} Parameter
 */
import { refusalOf } from './connection.js';

export class Values {
  #connection;
  #parameters = /** @type {Map<string, Parameter>} */ (new Map());
  #watchers = /** @type {Map<string, Set<(value: any) => void>>} */ (new Map());
  #waiting = /** @type {Map<string, unknown>} */ (new Map());
  #refused = /** @type {Map<string, (message: string | null) => void>} */ (new Map());

  /** @param {import('./connection.js').Connection} connection */
  constructor(connection) {
    this.#connection = connection;
    connection.addEventListener('values', (event) =>
      this.#hear(/** @type {CustomEvent} */ (event).detail.changes),
    );
  }

  /** @returns {Parameter[]} */
  get all() {
    return [...this.#parameters.values()];
  }

  /** @param {string} address */
  get(address) {
    return this.#parameters.get(address) ?? null;
  }

  /** Starts afresh; widgets that watched the former parameters are forgotten. @param {Parameter[]} parameters */
  replace(parameters) {
    this.#parameters = new Map(parameters.map((parameter) => [parameter.address, parameter]));
    this.#watchers.clear();
    this.#refused.clear();
  }

  /**
   * Calls with the value now and at every change that did not come from this page.
   * @param {string} address
   * @param {(value: any) => void} watcher
   */
  watch(address, watcher) {
    const watchers = this.#watchers.get(address) ?? new Set();
    this.#watchers.set(address, watchers.add(watcher));
    const parameter = this.#parameters.get(address);
    if (parameter !== undefined) watcher(parameter.value);
  }

  /** Tells why the daemon refused a value of this address, or null once it takes one. */
  onRefusal(/** @type {string} */ address, /** @type {(message: string | null) => void} */ listener) {
    this.#refused.set(address, listener);
  }

  /** Sends a value with the next picture of the browser; of several for one address only the last goes out. */
  set(/** @type {string} */ address, /** @type {unknown} */ value) {
    if (this.#waiting.size === 0) requestAnimationFrame(() => void this.#send());
    this.#waiting.set(address, value);
    const parameter = this.#parameters.get(address);
    if (parameter !== undefined) this.#parameters.set(address, { ...parameter, value });
  }

  async #send() {
    const values = Object.fromEntries(this.#waiting);
    this.#waiting.clear();
    const answer = await this.#connection.ask({ type: 'set', values });
    for (const address of Object.keys(values)) {
      const rejected = answer.rejected?.find((/** @type {any} */ entry) => entry.address === address);
      const message = rejected?.error.message ?? (answer.type === 'error' ? refusalOf(answer) : null);
      this.#refused.get(address)?.(message);
    }
  }

  #hear(/** @type {{ address: string, value: any }[]} */ changes) {
    for (const { address, value } of changes) {
      const parameter = this.#parameters.get(address);
      if (parameter === undefined) continue;
      this.#parameters.set(address, { ...parameter, value });
      for (const watcher of this.#watchers.get(address) ?? []) watcher(value);
    }
  }
}
