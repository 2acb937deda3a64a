// Notes the last time anything on the page was changed or drawn.
window.settling = { last: 0, heard: 0, ran: false };
const changed = () => { window.settling.last = performance.now(); };
for (const name of ["clearRect", "fillRect", "fill", "stroke", "fillText"]) {
  const draw = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (...given) { changed(); return draw.apply(this, given); };
}
const running = () => document.querySelector("[data-test-script-state]")?.dataset.testScriptState === "running";
const Plain = window.WebSocket;
window.WebSocket = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", () => { window.settling.ran = true; window.settling.heard = performance.now(); });
  }
};
document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver(changed).observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
});
// Resolves to the milliseconds from `began` to the last change, once the server has answered, the run is over and
// nothing is heard or moves for 300 ms.
window.settled = (began) => new Promise((resolve) => {
  const look = () => {
    const { ran, heard, last } = window.settling;
    if (ran && !running() && performance.now() - Math.max(last, heard) > 300) resolve(last - began);
    else setTimeout(look, 10);
  };
  look();
});
// Changes the link as a choice of filters does, and says how long the page took to settle.
window.choose = (query) => {
  window.settling.ran = false;
  const began = performance.now();
  history.pushState(null, "", query ? `/?${query}` : "/");
  dispatchEvent(new PopStateEvent("popstate"));
  return window.settled(began);
};
