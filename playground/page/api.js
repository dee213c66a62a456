/** The control API (playground/README.md), one function a call. A refusal is an `ApiError` whose message is the server's sentence. */

const ROOT = "/playground/api";

export class ApiError extends Error {}

async function request(method, path, { json, form, signal } = {}) {
  const options = { method, signal, headers: { Accept: "application/json" } };
  if (json !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(json);
  } else if (form !== undefined) {
    options.body = form;
  }
  let response;
  try {
    response = await fetch(ROOT + path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError("The playground does not answer. Is it still running?");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(body.error ?? `The playground answered ${response.status}.`);
  return body;
}

function withQuery(path, values) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined && value !== null) query.set(name, value);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export const loadState = (botId) => request("GET", withQuery("/state", { bot_id: botId }));
export const eventsUrl = (botId, after) => ROOT + withQuery("/events", { bot_id: botId, after });
export const addUser = (person) => request("POST", "/users", { json: person });
export const changeUser = (id, person) => request("PATCH", `/users/${id}`, { json: person });
export const changeBot = (id, values) => request("PATCH", `/bots/${id}`, { json: values });
export const clearCalls = (botId) => request("DELETE", withQuery("/calls", { bot_id: botId }));
export const setClock = (values) => request("POST", "/clock", { json: values });
export const addFault = (fault) => request("POST", "/faults", { json: fault });
export const removeFault = (id) => request("DELETE", `/faults/${id}`);

/** One chat on one phone: every call carries its `chat_id`. */
export class ChatApi {
  constructor(botId, userId, chatId) {
    this.path = `/bots/${botId}/phones/${userId}`;
    this.chatId = chatId;
  }

  screen() {
    return request("GET", withQuery(`${this.path}/screen`, { chat_id: this.chatId }));
  }

  post(call, values = {}) {
    return request("POST", `${this.path}/${call}`, { json: { ...values, chat_id: this.chatId } });
  }

  open(payload) {
    return this.post("open", payload ? { payload } : {});
  }

  /** `kind` is `photo` or `document`; one file goes alone, several as albums of at most ten. */
  async sendFiles(files, { kind, caption, replyTo }) {
    for (let start = 0; start < files.length; start += 10) {
      const part = files.slice(start, start + 10);
      const form = new FormData();
      for (const file of part) form.append("file", file, file.name || "picture.png");
      if (caption && start === 0) form.append("caption", caption);
      if (replyTo && start === 0) form.append("reply_to", String(replyTo));
      form.append("chat_id", String(this.chatId));
      if (part.length > 1) form.append("kind", kind);
      await request("POST", `${this.path}/${part.length > 1 ? "album" : kind}`, { form });
    }
  }

  /** A clip: its file, or null for one that the playground makes up. */
  sendClip(kind, file, values) {
    if (file === null) return this.post(kind, values);
    const form = new FormData();
    form.append("file", file, file.name);
    for (const [name, value] of Object.entries(values)) if (value !== undefined) form.append(name, String(value));
    form.append("chat_id", String(this.chatId));
    return request("POST", `${this.path}/${kind}`, { form });
  }

  async sendSamples(names, { kind, caption, replyTo }) {
    const rest = { caption: caption || undefined, reply_to: replyTo ?? undefined };
    for (let start = 0; start < names.length; start += 10) {
      const part = names.slice(start, start + 10);
      const values = start === 0 ? rest : {};
      if (part.length > 1) await this.post("album", { samples: part, kind, ...values });
      else await this.post(kind, { sample: part[0], ...values });
    }
  }

  inlineResults(queryId, signal) {
    return request("GET", withQuery(`${this.path}/inline/${queryId}`, { timeout: 10 }), { signal });
  }
}
