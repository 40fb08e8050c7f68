// Scripts that run in a page before its own and note what a person cannot see. They are handed to
// the browser as source, so each stands on its own.

/** Keeps what the page hands out for download: `__downloads` holds the blobs. */
export function downloads() {
  window.__downloads = [];
  const create = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (object) => {
    if (object instanceof Blob) window.__downloads.push(object);
    return create(object);
  };
}

/** Keeps what the page copies: `__copied`. */
export function clipboard() {
  const writeText = async (text) => {
    window.__copied = text;
  };
  Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
}

/** `__hide(true)` tells the page that its tab is hidden, `__hide(false)` that it is seen again. */
export function visibility() {
  let hidden = false;
  Object.defineProperty(document, "hidden", { get: () => hidden });
  Object.defineProperty(document, "visibilityState", { get: () => (hidden ? "hidden" : "visible") });
  window.__hide = (value) => {
    hidden = value;
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  };
}

export function withoutWebAssembly() {
  delete window.WebAssembly;
}

export function withoutWorkers() {
  delete window.Worker;
}

/** A browser that lets a page keep nothing. */
export function withoutStorage() {
  const denied = () => {
    throw new DOMException("storage is switched off", "SecurityError");
  };
  Object.defineProperty(window, "localStorage", { get: denied });
  Object.defineProperty(window, "indexedDB", { get: denied });
}

/**
 * `__workers`: the URL of every worker started, how often each sent something, when its reports left
 * it (where the host has it say so: see `stamping`), and the worker itself.
 */
export function workers() {
  window.__workers = [];
  const Native = window.Worker;
  window.Worker = class extends Native {
    constructor(url, options) {
      super(url, options);
      const entry = { url: String(url), messages: 0, left: [], worker: this };
      window.__workers.push(entry);
      this.addEventListener("message", ({ data }) => {
        entry.messages += 1;
        if (data?.left) entry.left.push(data.left);
      });
    }
  };
}

/** `__compiled`: how many modules of WebAssembly the page has compiled and not run itself. */
export function compiled() {
  window.__compiled = 0;
  for (const name of ["compile", "compileStreaming"]) {
    const native = WebAssembly[name];
    WebAssembly[name] = (...words) => {
      window.__compiled += 1;
      return native.apply(WebAssembly, words);
    };
  }
}

/** A connection whose owner asks that little be fetched, in a browser that says so. */
export function sparing() {
  Object.defineProperty(navigator, "connection", { value: { saveData: true } });
}

/**
 * `__draws`: per canvas, how often a picture was begun in each animation frame. A picture begins
 * with a resize or with a clear or fill of the whole canvas; several of these in a row are one
 * beginning. Only frames with a draw are kept.
 */
export function draws() {
  window.__draws = [];
  const known = new WeakMap();
  const noted = (canvas) => {
    let entry = known.get(canvas);
    if (!entry) {
      entry = { beginning: false, frames: {} };
      known.set(canvas, entry);
      window.__draws.push(entry);
    }
    return entry;
  };
  const begin = (canvas) => {
    const entry = noted(canvas);
    if (entry.beginning) return;
    entry.beginning = true;
    // All that happens in one frame shares the timeline's time.
    const frame = String(document.timeline.currentTime);
    entry.frames[frame] = (entry.frames[frame] ?? 0) + 1;
  };
  const context = CanvasRenderingContext2D.prototype;
  const covers = (ctx, [x, y, w, h]) => {
    const { a, d } = ctx.getTransform();
    return x <= 0 && y <= 0 && w * a >= ctx.canvas.width - 1 && h * d >= ctx.canvas.height - 1;
  };
  for (const name of ["clearRect", "fillRect", "stroke", "fill", "fillText", "strokeRect", "putImageData"]) {
    const native = context[name];
    context[name] = function (...args) {
      const wipes = (name === "clearRect" || name === "fillRect") && covers(this, args);
      if (wipes) begin(this.canvas);
      else noted(this.canvas).beginning = false;
      return native.apply(this, args);
    };
  }
  for (const side of ["width", "height"]) {
    const native = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, side);
    Object.defineProperty(HTMLCanvasElement.prototype, side, {
      ...native,
      set(value) {
        begin(this);
        native.set.call(this, value);
      },
    });
  }
}

/** For a worker, before its own script: every report says when it left. */
export function stamping() {
  const post = self.postMessage.bind(self);
  self.postMessage = (message, ...rest) => {
    if (message.bytes) message.left = performance.now();
    post(message, ...rest);
  };
}
