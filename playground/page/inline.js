/** Inline mode: "@bot query" in the input asks the bot, and its results stand above the input. */
import { el } from "./dom.js";
import { ownUrl } from "./links.js";

const PAUSE = 250; // milliseconds without a key before the bot is asked

export class InlineMode {
  /**
   * @param {object} host `api()`, `username()`, `suggestions`, `chosen()`: the input may be emptied, `open(payload)`, `fail(error)`
   */
  constructor(host) {
    this.host = host;
    this.query = null;
    this.timer = null;
    this.abort = null;
  }

  /** True where the text is an inline query; asks after a short pause. */
  read(text) {
    const match = /^@(\w+) ([\s\S]*)$/.exec(text);
    if (match === null || match[1].toLowerCase() !== this.host.username().toLowerCase()) {
      this.stop();
      return false;
    }
    if (match[2] !== this.query) {
      this.stop();
      this.query = match[2];
      this.timer = setTimeout(() => this.ask(match[2], ""), PAUSE);
    }
    return true;
  }

  stop() {
    clearTimeout(this.timer);
    this.abort?.abort();
    this.abort = null;
    if (this.query !== null) this.host.suggestions.close();
    this.query = null;
  }

  async ask(query, offset, before = []) {
    const { suggestions } = this.host;
    const api = this.host.api();
    const abort = (this.abort = new AbortController());
    if (before.length === 0) suggestions.show([], { label: "Results", note: "Asking the bot…" });
    try {
      const { inline_query_id: queryId } = await api.post("inline", offset ? { query, offset } : { query });
      const answer = await api.inlineResults(queryId, abort.signal);
      if (abort.signal.aborted) return;
      this.show(query, queryId, answer, before);
    } catch (error) {
      if (abort.signal.aborted) return;
      suggestions.show([], { label: "Results", note: error.message });
    }
  }

  show(query, queryId, { results, button, next_offset: nextOffset }, before) {
    const { suggestions } = this.host;
    const options = [...before];
    if (button && before.length === 0) {
      options.push({ className: "is-link", content: [el("span", {}, button.text)], run: () => this.host.open(button.start_parameter ?? "") });
    }
    options.push(...results.map((result) => ({ className: "is-result", content: resultContent(result), run: () => this.choose(queryId, result) })));
    const selected = before.length > 0 ? before.length : -1;
    const all = nextOffset
      ? [...options, { className: "is-link", content: ["More results"], run: () => this.ask(query, nextOffset, options) }]
      : options;
    suggestions.show(all, { label: `Results for ${query || "an empty query"}`, note: all.length === 0 ? "No results" : "", selected });
  }

  async choose(queryId, result) {
    try {
      await this.host.api().post("choose", { inline_query_id: queryId, result_id: result.id });
      this.stop();
      this.host.chosen();
    } catch (error) {
      this.host.fail(error);
    }
  }
}

function resultContent(result) {
  const title = result.title || result.caption || result.message_text || result.input_message_content?.message_text || result.type;
  const picture = [result.thumb_url, result.thumbnail_url, result.photo_url].map(ownUrl).find(Boolean);
  return [
    picture
      ? el("img", { class: "result-picture", loading: "lazy", src: picture, alt: "" })
      : el("span", { class: "result-picture", "aria-hidden": "true" }, [...title][0]?.toUpperCase() ?? "?"),
    el("span", { class: "result-text" },
      el("span", { class: "result-title", dir: "auto" }, title),
      result.description ? el("span", { class: "result-description", dir: "auto" }, result.description) : null),
  ];
}
