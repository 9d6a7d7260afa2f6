// Turns on offline use where the browser knows how; the pages need nothing of it.
if ("serviceWorker" in navigator) {
  window.addEventListener("load", () => {
    navigator.serviceWorker.register("/service-worker.js", { scope: "/" }).catch((error) => {
      console.info("offline use is off:", error.message);
    });
  });
}
