// One event stream for the whole page: browsers allow only six connections to a host.

const CHAT_KINDS = ["message", "edited", "deleted", "draft", "draft_gone", "typing", "answer", "reactions", "keyboard", "chat", "user", "vote", "inline_results", "join_request", "clock"];
const DEVELOPER_KINDS = ["call", "delivery"];

export class Stream {
  constructor(store, onConnection) {
    this.store = store;
    this.onConnection = onConnection;
    this.developer = false;
    this.source = null;
    this.broken = false;
  }

  open() {
    this.source?.close();
    const kinds = this.developer ? [...CHAT_KINDS, ...DEVELOPER_KINDS] : CHAT_KINDS;
    const source = new EventSource(`/sim/events?after=${this.store.seq}&kinds=${kinds.join(",")}`);
    this.source = source;
    source.onmessage = (message) => this.#take(JSON.parse(message.data));
    source.onopen = () => { if (this.broken) this.#recover(); };
    source.onerror = () => this.#lost(source);
  }

  /** The developer's drawer also wants calls and updates. */
  setDeveloper(on) {
    if (this.developer === on) return;
    this.developer = on;
    this.open();
  }

  #take(event) {
    if (event.kind === "reset") this.#recover();
    else this.store.apply(event);
  }

  #lost(source) {
    if (source !== this.source) return;
    this.broken = true;
    this.onConnection(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => { if (source === this.source) this.open(); }, 1500);
  }

  /** Reads everything anew, as after a reset. */
  afresh() { return this.#recover(); }

  // The server may be another one now, with another past: everything is read again.
  async #recover() {
    this.source.close();
    try {
      await this.store.load();
      this.broken = false;
      this.onConnection(true);
      this.open();
    } catch {
      setTimeout(() => this.#recover(), 1500);
    }
  }
}
